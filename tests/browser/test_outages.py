"""An outage in the browser: reported, previewed, switched with its progress live, stopped and gone on with (R11.1)."""

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from hub.domain.staff.posts import HUB, Post
from hub.operations.changes import temporary
from hub.operations.outages import batches
from hub.operations.staff import users
from hub.registry.schema import Customer
from tests.support import people

from .conftest import Console


@pytest.mark.browser
@pytest.mark.article("R11.1", "I2")
def test_the_page_follows_the_switch_by_itself(page: Page, console: Console) -> None:
    office = console.runtime.office
    with office.desk(people.CLERK) as desk:
        for number in range(1, 5):
            people.customer(desk, number).values = {"order_method": "web", "order_day": "3"}
    page.goto(f"{console.url}/outages")
    page.check("input[name=methods][value=web]")
    page.select_option("#f-unit", people.UNIT)
    page.fill("#f-known", "登录页打不开")
    page.check("input[name=lasting]")
    page.click("button:has-text('报告')")
    expect(page.locator(".ph-done")).to_contain_text("故障已报告")
    page.click("tbody >> text=甲县营销部")
    page.click("text=将 4 户改为电话订货")
    expect(page.locator("#progress")).to_contain_text("待变更 4 户")
    office.perform(HUB, batches.switch_batch, 2)
    expect(page.locator("#progress")).to_contain_text("已变更 2 户", timeout=8000)
    page.click("button:has-text('停止')")
    expect(page.locator("#progress")).to_contain_text("已停止")
    page.click("button:has-text('继续')")
    expect(page.locator("#progress")).to_contain_text("正在变更")
    while office.perform(HUB, batches.switch_batch):
        pass
    expect(page.locator("#progress")).to_have_count(0, timeout=8000)
    expect(page.locator(".ph-head")).to_contain_text("已改为电话订货")
    with office.desk(people.CENTRE) as desk:
        users.grant_post(desk, console.tester.user_id, Post.CALL_CLERK, people.UNIT)
    page.goto(f"{console.url}/orders")
    expect(page.locator("tbody tr")).to_have_count(4)
    page.check("thead input[data-all]")
    page.click("button:has-text('登记已订货')")
    expect(page.locator(".ph-done")).to_contain_text("订货已登记")
    expect(page.locator("main")).to_contain_text("没有等待订货的客户")
    assert office.perform(HUB, temporary.return_all) == 4
    with office.store.transaction() as tx:
        assert {str(row.values["order_method"]) for row in tx.scalars(select(Customer))} == {"web"}
