"""Two people on one customer: nothing that a colleague saved is written over unseen (office-day.md F4, F11; R4.1)."""

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from hub.domain.staff.posts import HUB
from hub.operations.customers import fields
from tests.browser.conftest import Console
from tests.browser.desk.test_search import customers
from tests.support.makers.screens import look


def another_saves(console: Console, customer_id: UUID, **values: str) -> None:
    """A colleague saves these fields meanwhile."""
    with console.runtime.office.desk(HUB) as desk:
        version = fields.show_customer(desk, customer_id).customer.version
        fields.change_fields(desk, customer_id, version, values, "同事修改")


def values_of(console: Console, customer_id: UUID) -> dict[str, str]:
    with console.runtime.office.desk(HUB) as desk:
        return dict(fields.show_customer(desk, customer_id).values)


@pytest.mark.browser
@pytest.mark.article("R4.1")
def test_only_what_was_changed_is_saved(page: Page, console: Console) -> None:
    """A colleague moves the order cycle; a form opened before that saves another field and leaves the cycle alone."""
    (customer_id,) = customers(console, 1)
    another_saves(console, customer_id, order_cycle="7")
    page.goto(f"{console.url}/customers/{customer_id}/fields/business")
    another_saves(console, customer_id, order_cycle="14")
    page.fill("#e-location", "乙地")
    page.click("button:has-text('保存')")
    expect(page.locator(".ph-done")).to_contain_text("修改已保存")
    saved = values_of(console, customer_id)
    assert (saved["order_cycle"], saved["location"]) == ("14", "乙地")


@pytest.mark.browser
@pytest.mark.article("R4.1")
def test_a_change_of_another_section_is_no_conflict(page: Page, console: Console) -> None:
    """A colleague saves the basic section: the business section that was open meanwhile is saved at once."""
    (customer_id,) = customers(console, 2)
    page.goto(f"{console.url}/customers/{customer_id}/fields/business")
    another_saves(console, customer_id, shop_name="改名便利店")
    page.fill("#e-order_cycle", "14")
    page.click("button:has-text('保存')")
    expect(page.locator(".ph-done")).to_contain_text("修改已保存")


@pytest.mark.browser
@pytest.mark.article("R4.1")
def test_where_two_changes_meet_both_values_are_shown_and_the_rest_is_as_it_is_now(
    page: Page, console: Console
) -> None:
    """Both changed the cycle: refused, both values beside each other; untouched fields show what the colleague saved."""
    (customer_id,) = customers(console, 3)
    page.goto(f"{console.url}/customers/{customer_id}/fields/business")
    another_saves(console, customer_id, order_cycle="7", location="丙地")
    page.fill("#e-order_cycle", "14")
    page.click("button:has-text('保存')")
    expect(page.locator(".ph-refusal")).to_contain_text("已有改动")
    expect(page.locator("#e-order_cycle")).to_have_value("14")
    expect(page.locator("#e-order_cycle-now")).to_contain_text("7")
    expect(page.locator("#e-location")).to_have_value("丙地")
    expect(page.locator("#e-location-now")).to_have_count(0)
    look(page, "both-values")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "both-values-390")
    page.click("button:has-text('保存')")
    expect(page.locator(".ph-done")).to_contain_text("修改已保存")
    saved = values_of(console, customer_id)
    assert (saved["order_cycle"], saved["location"]) == ("14", "丙地")
