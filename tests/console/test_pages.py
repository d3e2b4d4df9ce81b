"""A page that is made from operations: its address, what stands there, and the same page again with a refusal."""

from uuid import UUID, uuid4

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from hub.console.pages import page
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from tests.support.scenes import Browse, Scene


def test_an_operation_is_asked_by_parts_of_the_path_and_a_view_by_questions_too() -> None:
    """What may stand in an address is what the page says, never all that an operation takes."""

    def seen(desk: Desk, case_id: UUID, limit: int = 5) -> dict[str, int]:
        return {"limit": limit}

    router = APIRouter()
    page(router, "/cases/{case_id}", "cards/list.html", {"page": seen})
    page(router, "/of/{case_id}", "cards/list.html", seen)
    one, other = (route.dependant for route in router.routes if isinstance(route, APIRoute))
    assert [part.name for part in one.path_params] == ["case_id"] and not one.query_params
    assert [part.name for part in other.query_params] == ["limit"]


@pytest.mark.parametrize("path", ["/cards/{}/urged", "/custody/{}", "/tasks/{}/finish", "/grading/{}/review"])
def test_a_refused_form_comes_back_with_its_page_or_alone_when_the_page_is_not_there(
    browse: Browse, scene: Scene, path: str
) -> None:
    """The first refusal is the one that is told, also where the page itself would be refused next."""
    browser = browse("tester", Post)
    for number in (uuid4(), "1"):
        answer = browser.post(path.format(number), why="核对")
        assert 400 <= answer.status_code < 500 and 'role="alert"' in answer.text, (answer.status_code, path)
