"""A clerk's way through the console."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from hub.operations.settlement.accounts import bind_account
from hub.operations.staff import users
from tests.support import people
from tests.support.makers.driving import drive
from tests.support.makers.screens import look

from .conftest import PASSWORD, Console

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "new-entrants.xlsx"


def made_up(console: Console, number: int, name: str, **more: object) -> UUID:
    """A customer."""
    with console.runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, number, name=name, **more)  # type: ignore[arg-type]
        row.shop_name = f"{name}便利店"
        return row.id


@pytest.mark.browser
@pytest.mark.article("R6.1")
def test_a_first_password_is_changed_before_anything_else(page: Page, console: Console) -> None:
    with console.runtime.office.desk(people.CENTRE) as desk:
        once = users.create_user(desk, "newcomer", "新人", "3701")
    page.click(".ph-user summary")
    page.click("text=退出登录")
    look(page, "sign-in")
    page.fill("#f-login", "newcomer")
    page.fill("#f-password", "wrong")
    page.click("button.btn-primary")
    expect(page.locator(".ph-refusal")).to_contain_text("账号或密码不正确")
    page.fill("#f-password", once)
    page.click("button.btn-primary")
    page.goto(f"{console.url}/customers")
    expect(page).to_have_url(f"{console.url}/password")
    look(page, "password")
    page.fill("#f-old", once)
    for name in ("#f-new", "#f-again"):
        page.fill(name, PASSWORD)
    page.click("button.btn-primary")
    expect(page.locator(".ph-done")).to_contain_text("密码已修改")
    expect(page.locator(".ph-empty")).to_contain_text("信息中心")


@pytest.mark.browser
@pytest.mark.article("R7.1")
def test_a_list_is_previewed_with_its_faults_by_cell_and_then_imported(page: Page, console: Console) -> None:
    with console.runtime.office.desk(people.CENTRE) as desk:
        users.create_unit(desk, "370103", "丙县营销部", "3701")
    page.goto(f"{console.url}/imports")
    page.set_input_files("input[type=file]", EXAMPLE)
    page.click("text=上传并检查")
    expect(page.get_by_text("校验位不对")).to_be_visible()
    look(page, "import")
    with page.expect_download() as download:
        page.click("text=下载退回的行")
    assert download.value.path().read_bytes().startswith(b"PK")
    page.click("button:has-text('导入')")
    expect(page.get_by_text("已导入")).to_be_visible(timeout=20_000)
    page.goto(f"{console.url}/customers")
    look(page, "customers")
    expect(page.locator("tbody tr")).to_have_count(50)
    page.click("text=下一页")
    expect(page.get_by_text("回到首页")).to_be_visible()


@pytest.mark.browser
@pytest.mark.article("R7.9", "R7.12", "R7.13")
def test_a_card_is_bound_by_hand_from_form_over_plan_to_both_sides(page: Page, console: Console, scan: Path) -> None:
    customer_id = made_up(console, 7, "甲一二")
    page.goto(f"{console.url}/customers/{customer_id}/bind")
    page.fill("#f-number", people.card(7))
    page.fill("#f-payer_name", "另一人")
    page.fill("#f-agreement_no", "XY-7")
    page.set_input_files("input[name=agreement]", scan)
    page.click("text=查看办理方案")
    box = page.locator(".ph-refusal")
    for part in ("共 3 项", "第七条第5款", "条款", "原因", "可行办法", "存款小票"):
        expect(box).to_contain_text(part)
    assert page.input_value("#f-number") == "" and page.input_value("#f-agreement_no") == "XY-7"
    look(page, "bind-refused")
    page.fill("#f-number", people.card(7))
    page.fill("#f-payer_name", "甲一二")
    page.set_input_files("input[name=evidence]", scan)
    page.check("input[name=documents][value=licence]")
    page.click("text=查看办理方案")
    expect(page.get_by_text("确认后将依次进行")).to_be_visible()
    assert people.card(7) not in page.content()
    look(page, "plan")
    page.click("text=确认并办理")
    expect(page.locator("h1")).to_contain_text("绑定结算账户")
    expect(page.locator(".ph-steps .now")).to_contain_text("排队")
    with ThreadPoolExecutor(1) as beside:  # the browser has an event loop of its own
        beside.submit(drive, console.runtime, UUID(page.url.split("/")[-1].split("?")[0])).result()
    expect(page.locator(".ph-steps li").last).to_have_class("done ph-green", timeout=10_000)
    page.locator("#talk details").first.click()
    look(page, "ask")
    page.click("text=去通知客户")
    look(page, "customer")
    page.click("text=已告知客户")
    expect(page.locator(".ph-done")).to_contain_text("已记录")
    expect(page.locator(".ph-notice")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.article("G2")
def test_without_authorisation_the_form_says_what_would_be_allowed(page: Page, console: Console, scan: Path) -> None:
    customer_id = made_up(console, 9, "丙三四", authorised=False)
    page.goto(f"{console.url}/customers/{customer_id}/bind")
    page.fill("#f-number", people.card(9))
    page.fill("#f-agreement_no", "XY-9")
    page.set_input_files("input[name=agreement]", scan)
    page.set_input_files("input[name=evidence]", scan)
    page.click("text=查看办理方案")
    expect(page.locator(".ph-refusal")).to_contain_text("请先请客户签署授权书并登记")
    page.click("text=登记客户授权")
    page.click("button:has-text('登记授权')")
    look(page, "dialog")
    page.click("#authorise .btn-primary")
    expect(page.locator(".ph-done")).to_contain_text("授权已登记")


@pytest.mark.browser
@pytest.mark.article("G4")
def test_a_value_is_shown_in_clear_for_a_reason_only(page: Page, console: Console) -> None:
    customer_id = made_up(console, 10, "丁五六")
    page.goto(f"{console.url}/customers/{customer_id}")
    phone = "13900000010"
    assert phone not in page.content()
    row = page.locator("#group-basic dl > div", has_text="订货电话")
    row.get_by_role("button").click()
    page.fill("#d-reason", "电话")
    page.click("#reveal .btn-primary")
    expect(page.locator(".ph-refusal")).to_contain_text("客户信息保护制度")
    assert phone not in page.content()
    row.get_by_role("button").click()
    page.fill("#d-reason", "核对订货电话")
    page.click("#reveal .btn-primary")
    expect(page.locator("mark.ph-clear")).to_have_text(phone)


@pytest.mark.browser
@pytest.mark.article("R4.1")
def test_two_people_on_one_customer_never_overwrite_each_other(page: Page, console: Console) -> None:
    customer_id = made_up(console, 11, "戊七八")
    path = f"{console.url}/customers/{customer_id}/fields/business"
    other = page.context.new_page()
    for tab, route in ((page, "7"), (other, "14")):
        tab.goto(path)
        tab.fill("#e-order_cycle", route)
    page.click("button:has-text('保存')")
    expect(page.locator(".ph-done")).to_contain_text("修改已保存")
    other.click("button:has-text('保存')")
    expect(other.locator(".ph-refusal")).to_contain_text("已有改动")
    expect(other.get_by_text("现在的内容")).to_contain_text("7")
    look(other, "stale")
    assert other.input_value("#e-order_cycle") == "14"
    other.click("button:has-text('保存')")
    expect(other.locator("#group-business")).to_contain_text("14")


@pytest.mark.browser
@pytest.mark.article("G9")
def test_a_channel_is_paused_with_its_reason_and_an_ask_is_cancelled(page: Page, console: Console) -> None:
    with console.runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 12)
        desk.tx.flush()
        ask_id = bind_account(desk, people.request(desk, row, 12))
    page.goto(f"{console.url}/channels")
    page.click("button:has-text('暂停')")
    page.fill("#d-pause-why", "银行升级")
    page.click("#pause .btn-warning")
    expect(page.locator("main")).to_contain_text("统计员乙 暂停：银行升级")
    page.goto(f"{console.url}/asks/{ask_id}")
    page.click("button:has-text('取消办理')")
    page.fill("#d-why", "录入有误")
    page.click("#why .btn-primary")
    expect(page.locator(".ph-steps li").last).to_contain_text("已取消")
    page.goto(f"{console.url}/channels")
    page.click("button:has-text('恢复')")
    expect(page.locator(".ph-done")).to_contain_text("已恢复")
