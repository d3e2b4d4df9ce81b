"""Leave and cover, handing on, custody and timeliness in the browser; their pages can be used by all."""

from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.domain.staff.posts import HUB, Post
from hub.operations.staff import users
from hub.ports import today
from tests.support import people, posts
from tests.support.makers.screens import AXE, RULES, entered
from tests.support.scenes import application_for

from .conftest import Console

pytestmark = pytest.mark.usefixtures("ordinary_day")


@pytest.fixture
def shop(console: Console) -> UUID:
    """A customer of the county."""
    with console.runtime.office.desk(people.CLERK) as desk:
        row = people.customer(desk, 31)
        row.values = {"order_day": str((today() + timedelta(days=1)).isoweekday())}
        return row.id


@pytest.mark.browser
@pytest.mark.article("R5.1", "I3")
def test_a_leave_is_refused_without_a_b_holder_then_b_signs_for_the_absent_chief(
    page: Page, browser: Browser, console: Console, shop: UUID
) -> None:
    with console.runtime.office.desk(people.CLERK) as desk:
        posts.person(desk, "chief", (Post.SECTION_CHIEF, "a"), name="钱示例")
        other = posts.person(desk, "other", (Post.INSPECTOR, "a"), name="赵示例")
        other_id = other.id
        application_for(desk, desk.customer(shop))
    for words in ("不予办理", "休假已登记"):
        page.goto(f"{console.url}/cover")
        page.select_option("#f-login", "chief")
        page.fill("#f-why", "年休假")
        page.click("button:text-is('登记')")
        expect(page.locator("[role=alert], [role=status]").first).to_contain_text(words)
        with console.runtime.office.desk(HUB) as desk:
            users.grant_post(desk, other_id, Post.SECTION_CHIEF, people.UNIT, "b")
    theirs = entered(browser, console, "other")
    expect(theirs.locator(".ph-bell")).to_contain_text("1")
    expect(theirs.locator(".ph-menu-note")).to_contain_text("科长")
    theirs.click(".ph-bell")
    expect(theirs.locator("tbody")).to_contain_text("您开始顶岗")
    theirs.click("tbody >> text=查看")
    theirs.click("summary:has-text('交出')")
    expect(theirs.locator("details[open]")).to_contain_text("变更结算银行")
    theirs.click("text=确认收到")
    expect(theirs.locator(".ph-done")).to_contain_text("已确认")
    theirs.goto(f"{console.url}/")
    expect(theirs.locator("#tasks tbody")).to_contain_text("影响订货")
    theirs.click("#tasks >> text=去办理")
    theirs.click("button:has-text('同意')")
    expect(theirs.locator(".ph-done")).to_contain_text("审批意见已记录")
    expect(theirs.locator("body")).to_contain_text("钱示例")
    page.goto(f"{console.url}/cover")
    page.click("button:text-is('结束')")
    page.fill("#d-end-why", "已返岗")
    page.click("dialog button:text-is('结束')")
    page.click("summary:has-text('交回')")
    expect(page.locator("details[open]")).to_contain_text("代为审批")
    theirs.goto(f"{console.url}/applications")
    expect(theirs.locator(".ph-menu-note")).not_to_contain_text("科长")


@pytest.mark.browser
@pytest.mark.article("R15.1", "R16.1")
def test_a_task_is_handed_on_to_one_who_can_do_it_and_a_paper_to_its_custodian(
    page: Page, console: Console, shop: UUID
) -> None:
    with console.runtime.office.desk(people.CLERK) as desk:
        posts.person(desk, "clerk2", (Post.STATISTICS_CLERK, "a"), name="赵示例")
        posts.person(desk, "driver", (Post.DELIVERY_DRIVER, "a"), name="孙示例")
        people.paper(desk, desk.customer(shop), "deposit_slip")
    posts.work_of(console.runtime.office, shop)
    page.goto(console.url)
    expect(page.locator("#tasks tbody tr").first).to_contain_text("影响订货")
    page.click("#tasks tbody tr >> nth=0 >> text=办结/转办")
    expect(page.locator("#t-to")).to_contain_text("赵示例")
    expect(page.locator("#t-to")).not_to_contain_text("孙示例")
    expect(page.locator("#t-outcome")).to_have_count(0)
    page.select_option("#t-to", "clerk2")
    page.fill("#t-why", "出差")
    page.click("button:text-is('转办')")
    expect(page.locator(".ph-done")).to_contain_text("已转办")
    expect(page.locator("main")).not_to_contain_text("影响订货:")
    page.goto(f"{console.url}/custody")
    page.click("#missing button:text-is('移交')")
    expect(page.locator(".ph-done")).to_contain_text("移交已登记，待保管人确认")
    expect(page.locator("body")).to_contain_text("痕迹化资料都已移交")


@pytest.mark.browser
@pytest.mark.article("R17.1", "R12.1")
def test_the_pages_of_posts_can_be_used_by_all(page: Page, console: Console, shop: UUID) -> None:
    mail = posts.busy(console.runtime.office, console.tester, shop, "周示例")
    for path in ("/", "/tasks", "/cover", "/notices?seen=yes", "/mails", f"/mails/{mail}", "/custody", "/timeliness"):
        page.goto(console.url + path)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate(RULES) == [], path
    page.wait_for_selector(".ph-plot canvas")
    page.goto(f"{console.url}/timeliness?month=2020-01")
    expect(page.locator("#posts")).to_contain_text("当月没有待办事项")
