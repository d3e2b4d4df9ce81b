"""A session that ends in the middle of work loses neither the input nor the way (office-day.md F6)."""

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from tests.browser.conftest import PASSWORD, Console
from tests.browser.desk.test_lost_update import values_of
from tests.browser.desk.test_search import customers
from tests.support.makers.screens import look


def end_sessions(console: Console) -> None:
    """Every session ends, as after long idling."""
    with console.runtime.office.store.transaction() as tx:
        tx.execute(text("DELETE FROM login_sessions"))


@pytest.mark.browser
@pytest.mark.article("R6.1")
def test_a_form_is_kept_when_its_session_has_ended_meanwhile(page: Page, console: Console) -> None:
    """Fill a form, the session ends, save: it says so over the page; sign in there, and the same input is saved."""
    (customer_id,) = customers(console, 1)
    page.clock.install()
    page.goto(f"{console.url}/customers/{customer_id}/fields/business")
    page.fill("#e-order_cycle", "14")
    end_sessions(console)
    page.clock.fast_forward("45:00")
    page.click("button:has-text('保存')")
    expect(page.locator("#session")).to_contain_text("登录已失效")
    look(page, "session-gone")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "session-gone-390")
    page.fill("#s-login", "tester")
    page.fill("#s-password", "wrong")
    page.click("#session .btn-primary")
    expect(page.locator("#session")).to_contain_text("账号或密码不正确")
    page.fill("#s-password", PASSWORD)
    page.click("#session .btn-primary")
    expect(page.locator(".ph-done")).to_contain_text("修改已保存")
    assert values_of(console, customer_id)["order_cycle"] == "14"


@pytest.mark.browser
@pytest.mark.article("R6.1")
def test_an_address_that_was_sent_to_somebody_survives_signing_in(page: Page, console: Console) -> None:
    """Open a customer's address without a session: the sign-in page says why, and leads there."""
    (customer_id,) = customers(console, 1)
    end_sessions(console)
    page.goto(f"{console.url}/customers/{customer_id}/timeline?kind=&page=1")
    expect(page.locator("[role=status]")).to_contain_text("登录已失效")
    look(page, "sign-in-again")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "sign-in-again-390")
    page.fill("#f-login", "tester")
    page.fill("#f-password", "wrong")
    page.click("button.btn-primary")
    page.fill("#f-password", PASSWORD)
    page.click("button.btn-primary")
    expect(page).to_have_url(f"{console.url}/customers/{customer_id}/timeline?kind=&page=1")


@pytest.mark.browser
@pytest.mark.article("R6.1")
def test_signing_in_leads_to_no_other_place(page: Page, console: Console) -> None:
    """What an address asks for afterwards is a page of this console, or the home page."""
    for address in ("//evil.example/", "https://evil.example/", "/\\evil.example", "/nowhere", "/sign-out"):
        sign_in_for(page, console, address)


def sign_in_for(page: Page, console: Console, address: str) -> None:
    """Sign in with this address as the page to go to; the home page opens."""
    end_sessions(console)
    page.goto(f"{console.url}/sign-in?{urlencode({'next': address})}")
    page.fill("#f-login", "tester")
    page.fill("#f-password", PASSWORD)
    page.click("button.btn-primary")
    expect(page).to_have_url(f"{console.url}/")
    # Its address stands before it has come; to leave it then breaks the next way off.
    page.wait_for_load_state()


@pytest.mark.browser
@pytest.mark.article("R6.1")
def test_a_form_is_kept_also_when_the_session_ends_a_moment_after_the_page_was_opened(
    page: Page, console: Console
) -> None:
    """Signed out in another tab, then saved here: nothing of the input is lost."""
    (customer_id,) = customers(console, 1)
    page.goto(f"{console.url}/customers/{customer_id}/fields/business")
    page.fill("#e-order_cycle", "21")
    end_sessions(console)
    page.click("button:has-text('保存')")
    expect(page.locator("#session")).to_contain_text("登录已失效")
    page.fill("#s-login", "tester")
    page.fill("#s-password", PASSWORD)
    page.click("#session .btn-primary")
    expect(page.locator(".ph-done")).to_contain_text("修改已保存")
    assert values_of(console, customer_id)["order_cycle"] == "21"
