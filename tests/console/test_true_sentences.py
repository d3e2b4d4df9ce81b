"""Pages say what is so: of a newcomer, of an order day that nobody set, of a change that is due before the order."""

import pytest

from hub.domain.staff.posts import Post
from hub.operations.office import Office
from tests.support import people
from tests.support.makers.applications import asked, customer
from tests.support.scenes import Browse


@pytest.mark.article("R7.17")
def test_a_newcomer_without_a_settlement_method_is_not_said_to_pay_cash(browse: Browse, office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        shop = customer(desk)
        shop.settlement_method = ""
    page = browse("tester", set(Post)).client.get(f"/customers/{shop.id}").text
    assert "还没有结算账户；结算方式未定" in " ".join(page.split()) and "以现金结算" not in page


@pytest.mark.article("R11.1", "I2")
def test_no_day_is_called_the_order_day_of_who_has_none(browse: Browse, office: Office) -> None:
    """Seen: 订货日 2026-12-05, a Saturday, for customers without an order day."""
    with office.desk(people.CLERK) as desk:
        asked(desk, customer(desk, order_method="web"), "phone_outage", order_method="phone", reason="system_outage")
    assert "未定，等到" in browse("tester", set(Post)).client.get("/orders").text


@pytest.mark.article("R8.6")
def test_a_change_for_now_is_due_before_the_order_in_the_units_rules_too(browse: Browse, office: Office) -> None:
    page = browse("tester", set(Post)).client.get("/unit-rules").text
    assert page.count("客户下次订货（扣款）前，最迟") > 1


@pytest.mark.article("G3")
def test_a_form_that_was_sent_as_it_stood_is_not_said_to_be_saved(browse: Browse, office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        shop = customer(desk)
    clerk = browse("tester", set(Post))
    same = {"version": shop.version, "address": "示例路1号", "was-address": "示例路1号"}
    unchanged = clerk.post(f"/customers/{shop.id}/fields/basic", **same)
    assert unchanged.headers["location"].startswith(f"/customers/{shop.id}?done=unchanged")
    assert "没有改动" in clerk.client.get(unchanged.headers["location"]).text
    changed = clerk.post(f"/customers/{shop.id}/fields/basic", **{**same, "address": "示例路2号"})
    assert changed.headers["location"].startswith(f"/customers/{shop.id}?done=saved"), changed.text[:300]


@pytest.mark.article("R16.1")
def test_a_list_that_is_cut_is_not_said_to_be_all(browse: Browse, office: Office) -> None:
    """Seen: 100 份, where 378 waited."""
    with office.desk(people.CLERK) as desk:
        shop = customer(desk)
        for _ in range(101):
            people.paper(desk, shop, "stamped_proof")
    assert "100 份以上" in browse("tester", set(Post)).client.get("/custody").text
