"""A power cut in the browser: entered, the list with its task, a customer warned, printed, moved, called off (R11.5)."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hub.domain.staff.posts import HUB, Post
from hub.operations.staff import users
from hub.ports import today
from tests.support import people
from tests.support.makers.screens import look, one_a4

from .conftest import Console

pytestmark = pytest.mark.usefixtures("ordinary_day")


def manager_too(console: Console) -> None:
    """The tester is an account manager as well."""
    with console.runtime.office.desk(HUB) as desk:
        user = next(each for each in users.list_users(desk) if each.login == "tester")
        users.grant_post(desk, user.id, Post.ACCOUNT_MANAGER, "3701")


@pytest.mark.browser
@pytest.mark.article("R11.5")
def test_a_manager_gets_the_list_warns_prints_and_the_cut_is_moved_and_called_off(
    page: Page, console: Console, tmp_path: Path
) -> None:
    manager_too(console)
    day = today() + timedelta(days=4)
    with console.runtime.office.desk(people.CLERK) as desk:
        for number, method in ((81, "web"), (82, "web"), (83, "phone")):
            row = people.customer(desk, number)
            row.values = {"order_method": method, "order_day": str(day.isoweekday()), "account_manager": "统计员乙"}
    page.goto(f"{console.url}/power-cuts")
    page.select_option("#f-unit_code", people.UNIT)
    page.fill("#f-begins_at", f"{day}T08:00")
    page.fill("#f-ends_at", f"{day}T18:00")
    page.fill("#f-source", "供电公司通知")
    page.click("#enter button")
    expect(page.locator(".ph-done")).to_contain_text("已收到提醒名单")
    page.goto(console.url)
    page.click("tr:has-text('停电前提醒') >> text=去办理")
    expect(page.locator("#list tbody tr")).to_have_count(2)
    page.click("#list tr:has-text('370101000081') >> text=登记提醒")
    page.select_option("#w-arranged", "laptop")
    page.fill("#w-note", "到村委会用笔记本订货")
    page.click("dialog[open] >> text=登记 >> nth=-1")
    expect(page.locator("#list tr:has-text('370101000081')")).to_contain_text("用笔记本电脑订货")
    expect(page.locator("#parts")).to_contain_text("1 / 2")
    look(page, "power-cut-warned")
    page.click("a:has-text('打印')")
    expect(page.locator("tbody tr")).to_have_count(2)
    one_a4(page, tmp_path / "cut.pdf")
    page.click("text=返回")
    page.click("button:has-text('变更时间')")
    page.fill("#m-begins", f"{day}T10:00")
    page.fill("#m-ends", f"{day}T19:00")
    page.fill("#m-why", "供电公司改期")
    page.click("dialog[open] button.btn-primary")
    expect(page.locator("#list tr:has-text('370101000081')")).to_contain_text("改期前")
    page.click("button:has-text('取消停电')")
    page.fill("#o-why", "供电公司取消")
    page.click("dialog[open] button.btn-danger")
    expect(page.locator(".ph-head")).to_contain_text("已取消")
    page.goto(console.url)
    expect(page.locator("body")).not_to_contain_text("停电前提醒")


@pytest.mark.browser
@pytest.mark.article("R11.6", "G11")
def test_help_is_recorded_and_stands_on_the_customers_timeline(page: Page, console: Console) -> None:
    with console.runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 84)
        row.values = {"order_method": "web"}
        customer_id = row.id
    page.goto(f"{console.url}/help-records")
    page.fill("#h-code", "370101000084")
    page.select_option("#h-kind", "on_behalf")
    page.fill("#h-note", "电脑不能开机")
    page.click("#record button")
    expect(page.locator("#helps tbody")).to_contain_text("直接帮助客户订货")
    page.goto(f"{console.url}/customers/{customer_id}")
    page.click(".ph-head-actions >> text=经过")
    page.select_option("select[name=kind]", "order")
    page.click("text=筛选")
    expect(page.locator("#events tbody tr")).to_have_count(1)
    expect(page.locator("#events")).to_contain_text("由工作人员代为")
    look(page, "timeline-orders")
