"""Searching for a customer, as the office does it all day (office-day.md F1, F2, F5; G4: no number in an address)."""

from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Console
from tests.support import people
from tests.support.makers.screens import look


def customers(console: Console, *numbers: int) -> list[UUID]:
    """Made-up customers by their numbers."""
    with console.runtime.office.desk(people.CLERK) as desk:
        ids = []
        for number in numbers:
            customer = people.customer(desk, number)
            customer.shop_name = f"示例{number}便利店"
            ids.append(customer.id)
        return ids


def code(number: int) -> str:
    """The customer code of the made-up customer with this number."""
    return f"370101{number:06d}"


@pytest.mark.browser
@pytest.mark.article("G4", "G11")
def test_back_reload_and_paging_work_after_a_search_and_no_number_stands_in_an_address(
    page: Page, console: Console
) -> None:
    """Search by a whole phone, open the customer, go back: the same list; the address never shows the phone."""
    customers(console, *range(1, 56))
    addresses: list[str] = []
    page.on("framenavigated", lambda frame: addresses.append(frame.url))
    page.goto(f"{console.url}/customers")
    page.fill("main input[name=words]", "13900000007")
    page.click("main button:has-text('查找')")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.click("tbody a")
    expect(page.locator("h1")).to_have_text("示例7便利店")
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("main input[name=words]")).to_have_value("13900000007")
    assert not [address for address in addresses if "13900000007" in address]
    page.fill("main input[name=words]", "便利店")
    page.click("main button:has-text('查找')")
    expect(page.locator("tbody tr")).to_have_count(50)
    look(page, "search-page-1")
    page.click("text=下一页")
    expect(page.locator("tbody tr")).to_have_count(5)
    look(page, "search-page-2")
    page.click("tbody a >> nth=0")
    expect(page.locator(".ph-crumb")).to_be_visible()
    page.go_back()
    expect(page.locator("tbody tr")).to_have_count(5)
    page.reload()
    expect(page.locator("tbody tr")).to_have_count(5)
    page.click("text=回到首页")
    expect(page.locator("tbody tr")).to_have_count(50)


@pytest.mark.browser
@pytest.mark.article("G4")
def test_a_search_that_has_expired_says_so_and_lists_nobody(page: Page, console: Console) -> None:
    """A search that the hub no longer keeps is not silently the list of everybody."""
    customers(console, 1, 2)
    page.goto(f"{console.url}/customers?search=gone-long-ago")
    expect(page.locator(".ph-refusal")).to_contain_text("查找已过期")
    expect(page.locator("tbody tr")).to_have_count(0)
    look(page, "search-expired")


@pytest.mark.browser
@pytest.mark.article("G11")
def test_enter_opens_the_customer_whose_code_stands_in_the_box(page: Page, console: Console) -> None:
    """Type a code, wait, select all, type another, Enter at the pace of typing: never the customer of the old code."""
    customers(console, 6, 12)
    old, new = code(12), code(6)
    for pace in (3, 60, 120):
        page.goto(f"{console.url}/")
        page.keyboard.press("/")
        page.keyboard.type(old)
        expect(page.locator(".ph-found")).to_have_count(1)
        expect(page.locator(".ph-found")).to_contain_text("示例12便利店")
        page.keyboard.press("Control+a")
        page.keyboard.type(new, delay=pace)
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_contain_text("示例6便利店")


@pytest.mark.browser
@pytest.mark.article("G11")
def test_a_number_is_found_however_it_is_typed(page: Page, console: Console) -> None:
    """Full-width digits of a Chinese keyboard, spaces and dashes: the list and the box find the same customer."""
    customers(console, 6)
    for words in ("３７０１０１０００００６", "3701 0100 0006", "１３９ 0000 0006", "139-0000-0006", "+86 13900000006"):
        page.goto(f"{console.url}/customers")
        page.fill("main input[name=words]", words)
        page.click("main button:has-text('查找')")
        expect(page.locator("tbody tr")).to_have_count(1)


@pytest.mark.browser
@pytest.mark.article("G11")
@pytest.mark.parametrize("pasted", [code(6), "139-0000-0006"])
def test_what_is_pasted_and_enter_open_its_customer(page: Page, console: Console, pasted: str) -> None:
    """Paste into the fresh box and press Enter at once: the customer opens as soon as the result is there."""
    customers(console, 6)
    page.goto(f"{console.url}/")
    page.keyboard.press("/")
    page.keyboard.insert_text(pasted)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("示例6便利店")


@pytest.mark.browser
@pytest.mark.article("G11")
def test_keys_that_belong_to_an_input_method_do_nothing_in_the_search(page: Page, console: Console) -> None:
    """Enter, arrows and Escape choose among an input method's candidates: they open, move and clear nothing."""
    customers(console, 6)
    page.goto(f"{console.url}/")
    page.keyboard.press("/")
    page.keyboard.type(code(6))
    expect(page.locator(".ph-found")).to_have_count(1)
    for key in ("ArrowDown", "Escape", "Enter"):
        page.eval_on_selector(
            ".ph-find input[type=search]",
            "(box, key) => box.dispatchEvent(new KeyboardEvent('keydown', {key, isComposing: true, bubbles: true}))",
            key,
        )
    page.wait_for_timeout(300)
    expect(page).to_have_url(f"{console.url}/")
    expect(page.locator(".ph-find input[type=search]")).to_have_value(code(6))
    expect(page.locator(".ph-find input[type=search]")).to_be_focused()
