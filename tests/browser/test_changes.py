"""A written application in the browser: the clerk asks, the chief and the deputy manager sign what is shown (R10.1)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.changes import applications
from hub.operations.changes.plan import ChangeRequest
from hub.operations.staff import users
from hub.operations.staff.sign_in.sign_in import hash_password
from hub.registry.settlement import accounts
from hub.registry.staff.users import by_login
from tests.support import people
from tests.support.makers.driving import bound, drive
from tests.support.makers.screens import look

from .conftest import PASSWORD, Console


def signer(console: Console, login: str, post: Post) -> None:
    """Somebody who signs."""
    with console.runtime.office.desk(HUB) as desk:
        users.create_user(desk, login, f"{login}甲", "3701")
        user = by_login(desk.tx, login)
        assert user is not None
        users.grant_post(desk, user.id, post, "3701")
        user.must_change, user.password_hash = False, hash_password(PASSWORD)


@contextmanager
def signed_in(browser: Browser, console: Console, login: str) -> Iterator[Page]:
    """Somebody else's page."""
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{console.url}/sign-in")
    page.fill("#f-login", login)
    page.fill("#f-password", PASSWORD)
    page.click("button.btn-primary")
    page.wait_for_url(f"{console.url}/")
    yield page
    context.close()


def decide(browser: Browser, console: Console, login: str, words: str = "同意", why: str = "") -> None:
    """The signer finds it among their tasks and decides."""
    with signed_in(browser, console, login) as page:
        page.click("#tasks >> text=去办理")
        expect(page.locator(".ph-plan")).to_contain_text("结算")
        page.fill("#f-why", why)
        page.click(f"button:has-text('{words}')")
        expect(page.locator(".ph-done")).to_contain_text("审批意见已记录")


def approve(browser: Browser, console: Console, login: str) -> None:
    """The signer approves."""
    decide(browser, console, login)


@pytest.mark.browser
@pytest.mark.article("R10.1", "I3", "I4")
def test_another_bank_is_asked_for_in_writing_signed_by_two_and_then_offered(
    page: Page, browser: Browser, console: Console, scan: Path
) -> None:
    customer_id, ask_id = bound(console.runtime, 21)
    drive(console.runtime, ask_id)
    with console.runtime.office.store.transaction() as tx:
        assert accounts.live_account(tx, customer_id) is not None
    signer(console, "chief1", Post.SECTION_CHIEF)
    signer(console, "deputy1", Post.DEPUTY_MANAGER)
    page.goto(f"{console.url}/customers/{customer_id}")
    page.click("text=办理变更")
    expect(page.get_by_text("电话告知变更订货电话")).to_be_visible()
    page.click("tr:has-text('第十条') >> text=办理")
    page.select_option("#f-settlement_bank", "abc")
    page.fill("#f-why", "客户搬到农行附近")
    page.click("text=查看方案")
    expect(page.locator(".ph-refusal")).to_contain_text("客户书面申请")
    page.select_option("#f-settlement_bank", "abc")
    page.fill("#f-why", "客户搬到农行附近")
    page.set_input_files("input[type=file]", scan)
    page.check("input[name=documents][value=licence]")
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
    with console.runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 31)
        row.values = {"delivery_route": "城北线"}
        desk.tx.flush()
        asked = ChangeRequest(
            customer_id=row.id,
            version=row.version,
            rule="route_urgent",
            values={"delivery_route": "城南线"},
            why="修路",
            no_meeting="等不到会议",
        )
        manager = replace(desk, actor=Actor(people.CLERK_ID, "经理", frozenset({(Post.ACCOUNT_MANAGER, "3701")})))
        sent = applications.send_change(manager, asked)
    with console.runtime.office.desk(manager.actor) as desk:
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
    expect(page.locator("#f-no_meeting")).to_have_value("等不到会议")


@pytest.mark.browser
@pytest.mark.article("R9.2", "I3", "I4", "R15.1")
def test_what_the_chief_sent_back_is_mended_on_its_form_and_signed_by_the_same_chief(
    page: Page, browser: Browser, console: Console, scan: Path
) -> None:
    customer_id, ask_id = bound(console.runtime, 22)
    drive(console.runtime, ask_id)
    signer(console, "chief1", Post.SECTION_CHIEF)
    signer(console, "deputy1", Post.DEPUTY_MANAGER)
    page.goto(f"{console.url}/customers/{customer_id}/changes?rule=cash_for_good")
    page.select_option("#f-settlement_method", "cash")
    page.fill("#f-why", "网点撤销")
    page.fill("#f-cc", "内管员")
    page.set_input_files("input[type=file]", scan)
    page.check("input[name=documents][value=licence]")
    page.click("text=查看方案")
    expect(page.locator("#foreseen")).to_contain_text("营销服务科科长（chief1甲）最迟")
    expect(page.locator(".ph-plan")).to_contain_text("向中国工商银行终止尾号")
    page.click("text=提交审批")
    decide(browser, console, "chief1", "退回", "请写明网点名称")
    page.goto(console.url)
    page.click("#tasks tr:has-text('补正被退回的申请') >> text=去办理")
    expect(page.locator("#sign")).to_contain_text("请写明网点名称")
    look(page, "application-sent-back")
    page.click("text=补正后重新提交")
    expect(page.locator("#f-why")).to_have_value("网点撤销")
    expect(page.locator("#f-cc")).to_have_value("内管员")
    page.fill("#f-why", "城北网点撤销")
    expect(page.locator("input[name=documents]")).to_have_count(0)
    page.click("text=查看方案")
    page.click("text=提交审批")
    expect(page.locator(".ph-done")).to_contain_text("已补正并重新提交")
    decide(browser, console, "chief1")
    decide(browser, console, "deputy1")
    page.reload()
    expect(page.locator("#rounds")).to_contain_text("请写明网点名称")
    page.click("button:has-text('办理')")
    expect(page.locator(".ph-done")).to_contain_text("已办理")
    with console.runtime.office.store.transaction() as tx:
        assert [each.state for each in accounts.accounts_of(tx, customer_id)] == ["ending"]


@pytest.mark.browser
@pytest.mark.article("R9.3", "I8")
def test_a_chief_sets_the_units_choice_and_a_looser_limit_is_refused(
    page: Page, browser: Browser, console: Console
) -> None:
    signer(console, "chief1", Post.SECTION_CHIEF)
    with signed_in(browser, console, "chief1") as own:
        own.click("summary:has-text('更多')")
        own.click("text=本单位规定")
        own.select_option("#f-unit", people.UNIT)
        own.click("button:has-text('查看')")
        row = own.locator("#r-cash_unit_choice")
        row.locator("summary").click()
        row.locator("select[name=cash]").select_option("false")
        row.locator("select[name=company_account]").select_option("true")
        row.locator("button:has-text('保存')").click()
        expect(own.locator(".ph-done")).to_contain_text("本单位规定已保存")
        expect(own.locator("#r-cash_unit_choice")).to_contain_text("汇入单位账户")
        look(own, "unit-rules")
        row = own.locator("#r-phone_for_good")
        row.locator("summary").click()
        row.locator("input[name=due]").fill("3")
        row.locator("button:has-text('保存')").click()
        expect(own.locator(".ph-refusal")).to_contain_text("第十二条第2款第（2）项")
    page.goto(f"{console.url}/unit-rules?unit={people.UNIT}")
    expect(page.locator("#r-cash_unit_choice")).to_contain_text("汇入单位账户")
    expect(page.locator("summary:has-text('设定')")).to_have_count(0)
