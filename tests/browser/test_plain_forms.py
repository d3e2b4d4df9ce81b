"""A form that is made from an operation alone, in the browser: both widths, both languages, the fault at its field."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from hub.operations.operation import OPERATIONS
from tests import test_new_operation as new
from tests.support.makers.screens import AXE, RULES, look

from .conftest import Console


@pytest.fixture(autouse=True)
def entered() -> Iterator[None]:
    """The operation, before the console is served."""
    new.enter()
    yield
    del OPERATIONS[new.NAME]


@pytest.mark.browser
@pytest.mark.article("R4.1")
def test_a_new_operation_is_filled_in_refused_and_done(page: Page, console: Console) -> None:
    page.goto(f"{console.url}/operations")
    looked_at(page, console, "operations")
    page.click("text=登记招牌")
    looked_at(page, console, "form")
    page.select_option("#f-place", "door")
    page.fill("#f-words", "一块旧招牌")
    page.fill("#f-seen_on", "2025-12-31")
    page.click("button:text-is('办理')")
    expect(page.locator("#f-seen_on-wrong")).to_contain_text("太早")
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 768})
        look(page, f"refused-{width}")
    page.fill("#f-seen_on", "2026-03-02")
    page.click("button:text-is('办理')")
    expect(page.locator("[role=status]")).to_contain_text("已办理")
    expect(page.locator("main")).to_contain_text("一块旧招牌")
    for width in (1366, 390):
        page.set_viewport_size({"width": width, "height": 768})
        look(page, f"outcome-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def looked_at(page: Page, console: Console, name: str) -> None:
    """The page fits both screens in both languages and can be used by all."""
    for tongue in ("en", "zh"):
        page.context.add_cookies([{"name": "ph_language", "value": tongue, "url": console.url}])
        page.reload()
        for width in (390, 1366):
            page.set_viewport_size({"width": width, "height": 768})
            look(page, f"{name}-{tongue}-{width}")
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, tongue, width)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        assert page.evaluate(RULES) == [], name
