"""Every page that takes no number in its address can be read on a telephone: 390 pixels wide."""

from fastapi.routing import APIRoute
from playwright.sync_api import Page

from hub.console.routers import DESKS
from hub.domain.staff.posts import HUB, Post
from hub.operations.staff import users
from hub.registry.staff.users import by_login
from tests.support import people

from .conftest import Console

WIDTH = 390
PATHS = sorted(
    {
        route.path
        for desk in DESKS
        for route in desk.router.routes
        if isinstance(route, APIRoute)
        and "GET" in route.methods
        and "{" not in route.path
        # A file to save, no page.
        and not route.path.endswith("/template")
    }
)
# Where a word or a number leaves its box, or the page is wider than the screen.
BROKEN = """() => {
    const boxes = [...document.querySelectorAll('.ph-figure')].filter(box => box.scrollWidth > box.clientWidth + 1)
    const wide = document.documentElement.scrollWidth
    return [...boxes.map(box => 'figure: ' + box.textContent.trim()), ...(wide > innerWidth ? ['page: ' + wide] : [])]
}"""


# Entries of the menu that no eye finds: outside the screen, or in what must be scrolled without a sign of it.
HIDDEN = """() => [...document.querySelectorAll('.ph-nav > a, .ph-more > summary')].filter(entry => {
    const box = entry.getBoundingClientRect()
    return box.width === 0 || box.left < 0 || box.right > innerWidth
}).map(entry => entry.textContent.trim())"""


def test_the_whole_menu_is_in_sight_on_every_screen(page: Page, console: Console) -> None:
    page.goto(console.url)
    assert page.locator(".ph-nav > a").count() > 5
    hidden: dict[int, list[str]] = {}
    for width in (360, WIDTH, 600, 768, 1000, 1100, 1366):
        page.set_viewport_size({"width": width, "height": 844})
        if seen := page.evaluate(HIDDEN):
            hidden[width] = seen
    assert not hidden
    page.set_viewport_size({"width": WIDTH, "height": 844})
    page.click(".ph-more > summary")
    for entry in page.locator(".ph-more .ph-menu a").all():
        box = entry.bounding_box()
        assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= WIDTH


def test_no_page_is_wider_than_a_telephone(page: Page, console: Console) -> None:
    with console.runtime.office.desk(HUB) as desk:
        tester = by_login(desk.tx, "tester")
        assert tester is not None
        for post in Post:
            users.grant_post(desk, tester.id, post, "3701")
        for number in range(1, 4):
            people.customer(desk, number)
    page.set_viewport_size({"width": WIDTH, "height": 844})
    broken: dict[str, list[str]] = {}
    for path in PATHS:
        answer = page.goto(console.url + path)
        if (
            answer is not None
            and "text/html" in answer.headers.get("content-type", "")
            and (seen := page.evaluate(BROKEN))
        ):
            broken[path] = seen
    assert len(PATHS) > 30 and not broken
