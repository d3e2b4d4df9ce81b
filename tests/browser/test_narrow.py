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
        if isinstance(route, APIRoute) and "GET" in route.methods and "{" not in route.path
    }
)
# Where a word or a number leaves its box, or the page is wider than the screen.
BROKEN = """() => {
    const boxes = [...document.querySelectorAll('.ph-figure')].filter(box => box.scrollWidth > box.clientWidth + 1)
    const wide = document.documentElement.scrollWidth
    return [...boxes.map(box => 'figure: ' + box.textContent.trim()), ...(wide > innerWidth ? ['page: ' + wide] : [])]
}"""


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
