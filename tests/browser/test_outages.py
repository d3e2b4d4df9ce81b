"""An outage in the browser: reported, previewed, switched with its progress live, stopped and gone on with (R11.1)."""

import pytest
from playwright.sync_api import Page, expect

from hub.domain.people import HUB
from hub.operations import outage_batches
from tests.support import people

from .conftest import Console


@pytest.mark.browser
@pytest.mark.article("R11.1")
def test_the_page_follows_the_switch_by_itself(page: Page, console: Console) -> None:
    office = console.works.office
    with office.desk(people.CLERK) as desk:
        for number in range(1, 5):
            people.customer(desk, number).values = {"order_method": "web", "order_day": "3"}
    page.goto(f"{console.url}/outages")
    page.check("input[name=method][value=web]")
    page.select_option("#f-unit", people.UNIT)
    page.fill("#f-known", "登录页打不开")
    page.click("button:has-text('报告')")
    expect(page.locator(".ph-done")).to_contain_text("故障已报告")
    page.click("tbody >> text=甲县营销部")
    page.click("text=将 4 户改为电话订货")
    expect(page.locator("#progress")).to_contain_text("待变更 4 户")
    office.perform(HUB, outage_batches.switch_batch, 2)
    expect(page.locator("#progress")).to_contain_text("已变更 2 户", timeout=8000)
    page.click("button:has-text('停止')")
    expect(page.locator("#progress")).to_contain_text("已停止")
    page.click("button:has-text('继续')")
    expect(page.locator("#progress")).to_contain_text("正在变更")
    while office.perform(HUB, outage_batches.switch_batch):
        pass
    expect(page.locator("#progress")).to_have_count(0, timeout=8000)
    expect(page.locator(".ph-head")).to_contain_text("已改为电话订货")
