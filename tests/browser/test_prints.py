"""Printed forms: filled in, on one A4 page, without the console around them."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hub.operations.outages import web_help
from tests.support import people
from tests.support.makers.screens import PICTURES, one_a4
from tests.support.scenes import application_for

from .conftest import Console


@pytest.mark.browser
@pytest.mark.article("R16.1", "R10.1", "R11.6")
def test_an_application_an_empty_form_and_the_months_help_print_on_one_page(
    page: Page, console: Console, tmp_path: Path
) -> None:
    with console.runtime.office.desk(console.tester) as desk:
        row = people.customer(desk, 71, name="王示例")
        row.values = {"order_method": "web"}
        application_id, customer_id = application_for(desk, row).id, row.id
        web_help.record_help(desk, row.id, "on_behalf", "", "电脑不能开机")
    page.goto(f"{console.url}/applications/{application_id}")
    page.click("a:has-text('打印')")
    expect(page.locator("h1")).to_contain_text("申请表")
    expect(page.locator("body")).to_contain_text("农业银行")
    one_a4(page, tmp_path / "application.pdf")
    if PICTURES is not None:
        page.screenshot(path=PICTURES / "print-application.png", full_page=True)
    page.emulate_media(media="print")
    expect(page.locator(".pr-bar")).to_be_hidden()
    page.emulate_media(media="null")
    page.goto(f"{console.url}/customers/{customer_id}/changes?rule=leave_web")
    page.click("text=打印空白申请表")
    expect(page.locator("body")).to_contain_text("客户签字")
    one_a4(page, tmp_path / "empty.pdf")
    page.goto(f"{console.url}/help-records")
    page.click("a:has-text('打印')")
    expect(page.locator("table")).to_contain_text("电脑不能开机")
    one_a4(page, tmp_path / "help.pdf")
