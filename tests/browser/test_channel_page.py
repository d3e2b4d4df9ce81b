"""A channel's page: drawn under the strict CSP, each plot told as a table too, usable by all."""

import pytest
from playwright.sync_api import Page

from hub.ports import now
from tests.support.makers.screens import AXE, INK, RULES
from tests.support.month import month

from .conftest import Console


@pytest.mark.browser
def test_four_plots_are_drawn_without_a_complaint_and_each_stands_as_a_table(page: Page, console: Console) -> None:
    with console.runtime.office.desk(console.tester) as desk:
        month(desk.tx, "icbc", now())
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{console.url}/channels/icbc")
    page.wait_for_selector(".ph-plot canvas")
    drawn = page.query_selector_all(".ph-plot canvas")
    assert len(drawn) == 4 and all(canvas.evaluate(INK) for canvas in drawn)
    page.hover(".ph-plot >> nth=0")
    assert complaints == []
    page.click(".ph-plot-table summary >> nth=3")
    table = page.inner_text(".ph-plot-table >> nth=3")
    assert "p50" in table and "p95" in table and table.count("\n") > 15
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/channels/icbc", "/schedules", "/calendar"])
def test_the_pages_can_be_used_by_all(page: Page, console: Console, path: str) -> None:
    with console.runtime.office.desk(console.tester) as desk:
        month(desk.tx, "icbc", now())
    page.goto(console.url + path)
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(RULES) == []
