"""The driver's page on a phone: own stops are put in order by buttons, with the keyboard, and saved (R13.5)."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from hub.domain.staff.posts import HUB, Post
from hub.operations.routes import stop_order
from hub.operations.staff import users
from hub.operations.staff.sign_in.sign_in import hash_password
from hub.registry.staff.users import by_login
from tests.support import people
from tests.support.makers.screens import PICTURES

from .conftest import PASSWORD, Console


@pytest.mark.browser
@pytest.mark.article("R13.5")
def test_a_driver_moves_a_stop_up_on_a_phone_and_it_stays(browser: Browser, console: Console) -> None:
    with console.runtime.office.desk(HUB) as desk:
        users.create_user(desk, "driver9", "送货员丁", people.UNIT)
        user = by_login(desk.tx, "driver9")
        assert user is not None
        users.grant_post(desk, user.id, Post.DELIVERY_DRIVER, people.UNIT)
        user.must_change, user.password_hash = False, hash_password(PASSWORD)
    with console.runtime.office.desk(people.CLERK) as desk:
        for number in (41, 42, 43):
            row = people.customer(desk, number)
            row.values = {"delivery_route": "城南线", "stop_order": str(number - 40)}
        desk.tx.flush()
        stop_order.name_driver(desk, people.UNIT, "城南线", "driver9")
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{console.url}/sign-in")
    page.fill("#f-login", "driver9")
    page.fill("#f-password", PASSWORD)
    page.click("button.btn-primary")
    page.goto(f"{console.url}/driver")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    stops = page.locator(".ph-stop")
    expect(stops).to_have_text(["示例商店41", "示例商店42", "示例商店43"])
    page.get_by_label("上移 示例商店43").focus()
    page.keyboard.press("Enter")
    expect(stops).to_have_text(["示例商店41", "示例商店43", "示例商店42"])
    page.click("text=保存顺序")
    expect(page.locator(".ph-done")).to_contain_text("送货顺序已保存")
    expect(page.locator(".ph-stop")).to_have_text(["示例商店41", "示例商店43", "示例商店42"])
    if PICTURES is not None:
        page.screenshot(path=Path(PICTURES) / "zh" / "driver.png", full_page=True)
    context.close()
