"""A written application in the browser: the clerk asks, the chief and the deputy manager sign what is shown (R10.1)."""

from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.domain.people import Actor, Post
from hub.operations import applications, staff
from hub.operations.change_plan import ChangeRequest
from hub.operations.sign_in import hash_password
from hub.registry import settlement
from tests.journeys.test_binding import bound, drive
from tests.support import people

from .conftest import PASSWORD, Console
from .test_clerk import look, scan

__all__ = ["scan"]


def signer(console: Console, login: str, post: Post) -> None:
    """Somebody who signs."""
    with console.works.office.desk(people.CENTRE) as desk:
        staff.create_user(desk, login, f"{login}甲", "3701")
        user = next(each.user for each in staff.list_users(desk) if each.user.login == login)
        staff.grant_post(desk, user.id, post, "3701")
        user.must_change, user.password_hash = False, hash_password(PASSWORD)


def approve(browser: Browser, console: Console, login: str) -> None:
    """The signer finds it among their tasks and approves."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{console.url}/sign-in")
    page.fill("#f-login", login)
    page.fill("#f-password", PASSWORD)
    page.click("button.btn-primary")
    page.click("#tasks >> text=去办理")
    expect(page.locator(".ph-plan")).to_contain_text("结算银行")
    page.click("button:has-text('同意')")
    expect(page.locator(".ph-done")).to_contain_text("审批意见已记录")
    context.close()


@pytest.mark.browser
@pytest.mark.article("R10.1", "I3", "I4")
def test_another_bank_is_asked_for_in_writing_signed_by_two_and_then_offered(
    page: Page, browser: Browser, console: Console, scan: Path
) -> None:
    customer_id, ask_id = bound(console.works, 21)
    drive(console.works, ask_id)
    with console.works.office.store.transaction() as tx:
        assert settlement.live_account(tx, customer_id) is not None
    signer(console, "chief1", Post.SECTION_CHIEF)
    signer(console, "deputy1", Post.DEPUTY_MANAGER)
    page.goto(f"{console.url}/customers/{customer_id}")
    page.click("text=办理变更")
    expect(page.get_by_text("电话告知变更订货电话")).to_be_visible()
    page.click("tr:has-text('R10.1') >> text=办理")
    page.select_option("#f-settlement_bank", "abc")
    page.fill("#f-why", "客户搬到农行附近")
    page.click("text=查看方案")
    expect(page.locator(".ph-refusal")).to_contain_text("客户书面申请")
    page.select_option("#f-settlement_bank", "abc")
    page.fill("#f-why", "客户搬到农行附近")
    page.set_input_files("input[type=file]", scan)
    page.click("text=查看方案")
    expect(page.locator(".ph-plan")).to_contain_text("原银行的绑定才终止")
    look(page, "change-plan")
    page.click("text=提交审批")
    expect(page.locator("#changes")).to_contain_text("审批中")
    approve(browser, console, "chief1")
    approve(browser, console, "deputy1")
    page.goto(f"{console.url}/applications")
    expect(page.locator("tbody")).to_contain_text("已批准")
    page.click("tbody >> text=变更结算银行")
    look(page, "change-approved")
    page.click("button:has-text('办理')")
    expect(page.locator(".ph-refusal")).to_contain_text("绑定新银行")


@pytest.mark.browser
@pytest.mark.article("I4")
def test_keys_lead_to_desks_and_an_application_that_was_taken_back_is_copied(page: Page, console: Console) -> None:
    with console.works.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 31)
        row.values = {"delivery_route": "城北线"}
        desk.tx.flush()
        asked = ChangeRequest(
            customer_id=row.id,
            version=row.version,
            rule="route_urgent",
            values={"delivery_route": "城南线"},
            why="修路",
        )
        manager = replace(desk, actor=Actor(people.CLERK_ID, "经理", frozenset({(Post.ACCOUNT_MANAGER, "3701")})))
        sent = applications.send_change(manager, asked)
    with console.works.office.desk(manager.actor) as desk:
        applications.withdraw(desk, sent.id, "再核实")
    page.keyboard.press("g")
    page.keyboard.press("b")
    page.wait_for_url(f"{console.url}/applications")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(f"{console.url}/customers/{row.id}/changes?rule=route_urgent&copy={sent.id}")
    expect(page.locator("#f-delivery_route")).to_have_value("城南线")
    expect(page.locator("#f-why")).to_have_value("修路")
