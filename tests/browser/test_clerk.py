"""A clerk's way through the console, looked at as pictures."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from hub.operations import staff
from tests.journeys.test_binding import drive
from tests.support import people

from .conftest import Console

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "new-entrants.xlsx"
PICTURES = os.environ.get("PARTNERHUB_PICTURES")


def look(page: Page, name: str) -> None:
    """Keep a picture when a folder for pictures is named."""
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


@pytest.mark.browser
@pytest.mark.article("R7.1")
def test_a_list_is_previewed_with_its_faults_by_cell_and_then_imported(page: Page, console: Console) -> None:
    with console.works.office.desk(people.CENTRE) as desk:
        staff.create_unit(desk, "370103", "丙县营销部", "3701")
    page.goto(f"{console.url}/imports")
    page.set_input_files("input[type=file]", EXAMPLE)
    page.click("text=上传并检查")
    expect(page.get_by_text("校验位不对")).to_be_visible()
    look(page, "import")
    page.click("button:has-text('导入')")
    expect(page.get_by_text("已导入")).to_be_visible()
    page.goto(f"{console.url}/customers")
    look(page, "customers")
    expect(page.locator("tbody tr")).to_have_count(50)


@pytest.mark.browser
@pytest.mark.article("R7.9", "R7.12", "R7.13")
def test_a_card_is_bound_by_hand_from_form_over_plan_to_both_sides(
    page: Page, console: Console, tmp_path: Path
) -> None:
    with console.works.office.desk(people.CLERK) as desk:
        customer = people.customer(desk, 7, name="甲一二")
        customer_id = customer.id
    scan = tmp_path / "scan.png"
    scan.write_bytes(b"\x89PNG\r\n\x1a\nscan")
    page.goto(f"{console.url}/customers/{customer_id}/bind")
    page.fill("#f-number", people.card(7))
    page.fill("#f-payer_name", "另一人")
    page.fill("#f-agreement_no", "XY-7")
    page.set_input_files("input[name=agreement]", scan)
    page.set_input_files("input[name=evidence]", scan)
    page.click("text=查看办理方案")
    expect(page.locator(".ph-refusal")).to_contain_text("R7.12")
    look(page, "bind")
    page.fill("#f-number", people.card(7))
    page.fill("#f-payer_name", "甲一二")
    page.click("text=查看办理方案")
    expect(page.get_by_text("确认后将依次进行")).to_be_visible()
    assert people.card(7) not in page.content()
    look(page, "plan")
    page.click("text=确认并办理")
    expect(page.locator("h2")).to_contain_text("绑定结算账户")
    with ThreadPoolExecutor(1) as beside:  # the browser has an event loop of its own
        beside.submit(drive, console.works, UUID(page.url.rsplit("/", 1)[1])).result()
    page.reload()
    expect(page.get_by_text("双方已维护好").first).to_be_visible()
    page.locator("details").first.click()
    look(page, "ask")
    page.goto(f"{console.url}/customers/{customer_id}")
    expect(page.get_by_text("请通知客户可采用电子结算")).to_be_visible()
    look(page, "customer")
    page.click("text=已通知客户")
    expect(page.get_by_text("请通知客户可采用电子结算")).to_have_count(0)


@pytest.mark.browser
def test_what_people_typed_shows_as_text_on_every_desk(page: Page, console: Console) -> None:
    alarms: list[str] = []
    page.on("dialog", lambda dialog: (alarms.append(dialog.message), dialog.dismiss()))
    with console.works.office.desk(people.CLERK) as desk:
        customer = people.customer(desk, 8, name="<img src=x onerror=alert(1)>")
        customer.shop_name = "<script>alert(2)</script>"
        customer_id = customer.id
    for path in (
        "/",
        "/customers",
        f"/customers/{customer_id}",
        "/asks",
        "/doubts",
        "/channels",
        "/staff",
        "/channels/icbc/settings",
    ):
        answer = page.goto(console.url + path)
        assert answer is not None and answer.status == 200, path
        look(page, path.strip("/").replace("/", "-")[:20] or "home")
    assert alarms == []
