"""After a refusal nothing has to be typed or chosen twice, and the fault stands at its field (office-day.md F10)."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from hub.operations.settlement.accounts import bind_account
from tests.browser.conftest import Console
from tests.browser.desk.test_search import customers
from tests.support import people
from tests.support.makers.driving import drive
from tests.support.makers.screens import look


@pytest.mark.browser
@pytest.mark.article("R8.1")
def test_a_refused_card_report_keeps_the_choice_and_what_happened(page: Page, console: Console) -> None:
    """A colleague was quicker: refused; the handbook promises that what was filled in is kept."""
    with console.runtime.office.desk(people.CLERK) as desk:
        customer = people.customer(desk, 1)
        customer_id = customer.id
        ask_id = bind_account(desk, people.request(desk, customer, 1))
    with ThreadPoolExecutor(1) as beside:  # the browser has an event loop of its own
        beside.submit(drive, console.runtime, ask_id).result()
    page.goto(f"{console.url}/customers/{customer_id}/cards")
    choice = page.locator("fieldset:not([disabled]) input[name=which]").first
    which = choice.get_attribute("value")
    choice.check()
    page.fill("#f-why", "在店里找不到卡")
    page.eval_on_selector("main input[name=version]", "field => { field.value = '999'; }")
    page.click("button:has-text('登记')")
    expect(page.locator(".ph-refusal")).to_be_visible()
    expect(page.locator(f"input[name=which][value='{which}']")).to_be_checked()
    expect(page.locator("#f-why")).to_have_value("在店里找不到卡")
    look(page, "card-refused")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "card-refused-390")


@pytest.mark.browser
@pytest.mark.article("G4", "R7.9")
def test_a_refused_dialog_is_open_again_with_what_was_typed_and_the_fault_at_its_field(
    page: Page, console: Console
) -> None:
    """A dialog of the customer's page is refused: it stands open with the input, and the focus is at the fault."""
    (customer_id,) = customers(console, 1)
    page.goto(f"{console.url}/customers/{customer_id}")
    page.click("button:has-text('登记授权')")
    page.fill("#d-given", "2999-01-01")
    page.select_option("#d-way", index=1)
    way = page.input_value("#d-way")
    page.click("#authorise .btn-primary")
    expect(page.locator("#authorise .ph-refusal")).to_be_visible()
    assert (page.input_value("#d-given"), page.input_value("#d-way")) == ("2999-01-01", way)
    look(page, "dialog-refused")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "dialog-refused-390")


@pytest.mark.browser
@pytest.mark.article("R7.13")
def test_of_several_files_the_bad_one_is_named_and_the_others_are_kept(
    page: Page, console: Console, scan: Path, tmp_path: Path
) -> None:
    """The agreement is a picture, the slip a text: the refusal is about the slip, and the agreement is on file."""
    (customer_id,) = customers(console, 7)
    wrong = tmp_path / "存款小票.pdf"
    wrong.write_bytes(b"no paper at all")
    page.goto(f"{console.url}/customers/{customer_id}/bind")
    page.fill("#f-number", people.card(7))
    page.fill("#f-agreement_no", "XY-7")
    page.set_input_files("input[name=agreement]", scan)
    page.set_input_files("input[name=evidence]", wrong)
    page.click("text=查看办理方案")
    expect(page.locator(".ph-refusal")).to_contain_text("存款小票.pdf")
    expect(page.locator("#p-evidence")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#p-evidence")).to_be_focused()
    assert page.input_value("select[name=agreement_evidence_id]") != ""
    assert page.input_value("#f-agreement_no") == "XY-7"
    look(page, "bind-files")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "bind-files-390")


@pytest.mark.browser
@pytest.mark.article("R12.2")
def test_each_fault_of_a_change_stands_at_its_field_and_the_first_has_the_focus(page: Page, console: Console) -> None:
    """A number with letters, nobody of that login, no paper: each said at its field, and what was typed is kept."""
    (customer_id,) = customers(console, 1)
    page.goto(f"{console.url}/customers/{customer_id}/changes?rule=phone_for_now")
    page.fill("#f-order_phone", "abc")
    page.fill("#f-why", "号码停用")
    page.fill("#f-cc", "nobody")
    page.click("button:has-text('查看方案')")
    for field, words in (("#f-order_phone", "订货电话"), ("#f-cc", "抄送")):
        expect(page.locator(field)).to_have_attribute("aria-invalid", "true")
        described = page.get_attribute(field, "aria-describedby")
        expect(page.locator(f"[id='{described}']")).to_contain_text(words)
    expect(page.locator("#f-order_phone")).to_be_focused()
    expect(page.locator("#f-order_phone")).to_have_value("abc")
    look(page, "change-refused")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "change-refused-390")
