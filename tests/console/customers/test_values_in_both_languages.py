"""A page words a value from its code: a text that looks like one of our words is left as somebody wrote it (G11)."""

import re

import pytest

from hub.domain.staff.posts import Post
from hub.operations.customers import fields as customer_fields
from hub.operations.not_readable import condition_of
from hub.operations.office import Office
from tests.support import people
from tests.support.scenes import Browse

CLERK = {Post.STATISTICS_CLERK}


def shown(page: str) -> dict[str, str]:
    """Titles and values of the fields on a customer's page."""
    pairs = re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", page, re.S)
    return {title.strip(): " ".join(re.sub(r"<[^>]+>", " ", value).split()) for title, value in pairs}


@pytest.mark.article("G11")
def test_an_english_page_translates_codes_and_never_what_somebody_wrote(office: Office, browse: Browse) -> None:
    """A shop whose name is “是” is not called “Yes”; a choice and a yes are worded, in either language."""
    browser = browse("clerk31", CLERK)
    with office.desk(people.CLERK) as desk:
        customer = people.customer(desk, 1, chain=True)
        customer.shop_name = "是"
        customer_id = customer.id
    chinese = shown(browser.client.get(f"/customers/{customer_id}").text)
    browser.client.cookies.set("ph_language", "en")
    english = shown(browser.client.get(f"/customers/{customer_id}").text)
    names = {title: value for title, value in english.items() if value == "是"}
    assert len(names) == 1, english
    assert "Yes" in english.values() and "Cash" in english.values()
    assert "Yes" not in chinese.values() and "现金结算" in chinese.values()


@pytest.mark.article("G11")
def test_the_view_holds_codes(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        customer_id = people.customer(desk, 1, chain=True).id
    view = office.perform(people.CLERK, customer_fields.show_customer, customer_id)
    values = {entry.field: entry.value for entry in view.fields}
    assert (values["settlement_method"], values["chain_customer"]) == ("cash", "yes")


@pytest.mark.article("G4")
@pytest.mark.parametrize("words", ["(已销毁)", "(无法读取)"])
def test_what_a_partner_or_a_customer_wrote_is_never_taken_for_a_value_that_cannot_be_read(words: str) -> None:
    assert condition_of(words) == "readable"
