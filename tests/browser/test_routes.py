"""Routes in the browser: a scenario watched while it is computed, an address that is reported and looked at, a map."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from hub.domain.staff.posts import HUB, Post
from hub.engine.scenarios import compute_next
from hub.operations.customers import fields as customer_fields
from hub.operations.routes import meetings, stop_order
from hub.ports import today
from hub.registry.schema import Customer
from tests.support import people, posts
from tests.support.makers.screens import AXE, INK, RULES, entered

from .conftest import Console

SHOTS = os.environ.get("PARTNERHUB_SHOTS")
pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("ordinary_day")]


def shops(console: Console, count: int = 12) -> list[Customer]:
    """A route of the county with its customers on the map, and a driver."""
    with console.runtime.office.desk(people.CLERK) as desk:
        posts.person(desk, "driver8", (Post.DELIVERY_DRIVER, "a"), name="送货员丁")
        posts.person(desk, "chief8", (Post.SECTION_CHIEF, "a"), name="科长丁")
        posts.person(desk, "control8", (Post.INTERNAL_CONTROL, "a"), name="内管员戊")
        rows = [people.customer(desk, number) for number in range(41, 41 + count)]
        for at, row in enumerate(rows):
            place = f"{117.1 + at % 4 / 50:.3f},{36.6 + at // 4 / 50:.3f}"
            row.values = {"delivery_route": "城南线", "stop_order": str(10 * at + 10), "location": place}
            row.values |= {"quantified_data": str(20 + at), "visit_batch": "第一批", "visit_route": "东片"}
        desk.tx.flush()
        stop_order.name_driver(desk, people.UNIT, "城南线", "driver8")
    return rows


def good(page: Page, name: str) -> None:
    """It can be used by all, does not scroll sideways, and is kept as a picture where somebody wants to look."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(RULES) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366, name
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


@pytest.mark.article("R13.3")
def test_a_scenario_is_watched_while_it_is_computed_and_then_shows_both_loads(page: Page, console: Console) -> None:
    shops(console)
    page.goto(f"{console.url}/routes?unit={people.UNIT}")
    good(page, "list")
    page.click("summary:has-text('测算新方案')")
    page.fill("#s-title", "城南增加一辆送货车")
    page.fill("#s-day", (today() + timedelta(days=5)).isoformat())
    page.select_option("#s-trigger", "vans_added")
    page.fill("#s-upkeep", (today() + timedelta(days=12)).isoformat())
    page.fill("#s-sources", "城南线")
    page.fill("#s-targets", "城南线、城北线")
    page.click("button:text-is('测算')")
    expect(page.locator("#progress")).to_contain_text("测算中")
    good(page, "computing")
    assert compute_next(console.runtime.office)
    expect(page.locator("#moves")).to_contain_text("城北线", timeout=10_000)
    page.wait_for_selector(".ph-plot canvas")
    canvases = page.query_selector_all(".ph-plot canvas")
    assert len(canvases) == 3 and all(canvas.evaluate(INK) for canvas in canvases)
    good(page, "scenario")


@pytest.mark.article("R13.5")
def test_a_refused_driver_is_told_that_internal_control_knows_and_goes_on_when_it_has_looked(
    page: Page, browser: Browser, console: Console
) -> None:
    rows = shops(console, 3)
    for place in ("示例路 1 号", "示例路 9 号"):
        with console.runtime.office.desk(HUB) as desk:
            version = desk.customer(rows[1].id).version
            customer_fields.change_fields(desk, rows[1].id, version, {"address": place}, "登记")
    driver = entered(browser, console, "driver8")
    driver.goto(f"{console.url}/driver")
    expect(driver.locator(".ph-stops li").nth(1)).to_contain_text("待核查")
    good(driver, "driver")
    driver.get_by_label("上移 示例商店42").click()
    driver.click("text=保存顺序")
    expect(driver.locator(".ph-refusal")).to_contain_text("第十三条")
    expect(driver.locator(".ph-refusal")).to_contain_text("已上报内管科")
    stops = driver.locator(".ph-stop")
    expect(stops.nth(1)).to_contain_text("示例商店42")
    for label in ("下移 示例商店41", "下移 示例商店41", "上移 示例商店42"):
        driver.get_by_label(label).click()
    driver.get_by_label("下移 示例商店42").click()
    driver.click("text=保存顺序")
    expect(driver.locator(".ph-done")).to_contain_text("送货顺序已保存")
    expect(stops.first).to_contain_text("示例商店43")
    control = entered(browser, console, "control8")
    control.click("#tasks >> text=去办理")
    expect(control.locator("tbody")).to_contain_text("370101000042")
    good(control, "addresses")
    control.fill("[name=finding]", "已到店核实")
    control.click("text=核查完毕")
    expect(control.locator(".ph-done")).to_contain_text("送货员可以调整顺序")
    driver.goto(f"{console.url}/driver")
    driver.get_by_label("上移 示例商店42").click()
    driver.click("text=保存顺序")
    expect(driver.locator(".ph-done")).to_contain_text("送货顺序已保存")
    expect(stops.first).to_contain_text("示例商店42")


@pytest.mark.article("R13.1", "R13.3")
def test_the_office_sees_who_is_on_a_route_on_a_map_and_closes_a_meeting_of_both_departments(
    page: Page, browser: Browser, console: Console
) -> None:
    rows = shops(console)
    with console.runtime.office.desk(people.CLERK) as desk:
        posts.first_delivery(desk, desk.customer(rows[5].id), delivery_route="城北线")
        manager = posts.person(desk, "manager8", (Post.ACCOUNT_MANAGER, "a"), name="经理己")
        values = {"delivery_route": "城北线", "visit_route": "西片"}
        proposal = meetings.propose(desk, rows[0].id, values, "离城北线更近")
        assert manager.id and proposal
    page.goto(f"{console.url}/routes?unit={people.UNIT}")
    good(page, "list_full")
    page.click("#load >> text=城南线")
    expect(page.locator("#stops tbody tr").first).to_contain_text("示例商店41")
    page.wait_for_selector("[data-map] canvas")
    assert page.query_selector("[data-map] canvas").evaluate(INK)  # type: ignore[union-attr]
    good(page, "route")
    page.goto(f"{console.url}/routes?unit={people.UNIT}")
    page.fill("#m-day", today().isoformat())
    page.click("button:text-is('召开会议')")
    chief = entered(browser, console, "chief8")
    chief.goto(f"{console.url}/routes?unit={people.UNIT}")
    chief.click(f"#meetings >> text={today().isoformat()}")
    chief.click("#agenda >> text=采纳")
    chief.fill("#f-attendees", "科长丁、经理己")
    chief.fill("#f-logistics", " ")
    chief.fill("#f-minutes", "逐户讨论")
    chief.click("button:text-is('结束会议')")
    expect(chief.locator(".ph-refusal")).to_contain_text("物流部门")
    good(chief, "meeting_open")
    expect(chief.locator("#f-attendees")).to_have_value("科长丁、经理己")
    chief.fill("#f-logistics", "配送主任、送货员丁")
    chief.click("button:text-is('结束会议')")
    expect(chief.locator("#minutes")).to_contain_text("配送主任")
    assert len(chief.query_selector_all(".ph-plot canvas")) == 6
    good(chief, "meeting_closed")
    page.goto(f"{console.url}/routes?unit={people.UNIT}")
    good(page, "list_carry")
    page.click("#carry >> button:text-is('维护')")
    expect(page.locator(".ph-done")).to_contain_text("线路已维护")
    chief.reload()
    expect(chief.locator("#agenda")).to_contain_text("已维护")
