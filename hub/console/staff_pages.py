"""Staff: users, units, posts; for the information centre."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.domain.people import Post
from hub.domain.refusals import Refusal
from hub.operations import staff

from .pages import back, desk, render

router = APIRouter(prefix="/staff")
Text = Annotated[str, Form()]


def _page(request: Request, refusal: Refusal | None = None, password: str = "", login: str = "") -> Response:
    with desk(request) as found:
        users, units = staff.list_users(found), staff.list_units(found)
        return render(
            request,
            "staff.html",
            refusal.status if refusal else 200,
            users=users,
            units=units,
            all_posts=list(Post),
            refusal=refusal,
            password=password,
            login=login,
        )


@router.get("")
def page(request: Request) -> Response:
    """Users and units."""
    return _page(request)


@router.post("/users")
def add(request: Request, login: Text, name: Text, unit_code: Text) -> Response:
    """Add a user; the one-time password is shown once."""
    try:
        with desk(request) as found:
            password = staff.create_user(found, login.strip(), name.strip(), unit_code)
    except Refusal as refusal:
        return _page(request, refusal)
    return _page(request, password=password, login=login)


@router.post("/users/{user_id}/posts")
def grant(request: Request, user_id: UUID, post: Text, unit_code: Text) -> Response:
    """Grant a post."""
    with desk(request) as found:
        staff.grant_post(found, user_id, post, unit_code)
    return back("/staff")


@router.post("/users/{user_id}/revoke")
def revoke(request: Request, user_id: UUID, post: Text, unit_code: Text) -> Response:
    """Take a post back."""
    with desk(request) as found:
        staff.revoke_post(found, user_id, post, unit_code)
    return back("/staff")


@router.post("/users/{user_id}/deactivate")
def deactivate(request: Request, user_id: UUID) -> Response:
    """End a user's access."""
    with desk(request) as found:
        staff.deactivate_user(found, user_id)
    return back("/staff")


@router.post("/units")
def add_unit(request: Request, code: Text, name: Text, parent_code: Text) -> Response:
    """Add a unit."""
    try:
        with desk(request) as found:
            staff.create_unit(found, code.strip(), name.strip(), parent_code or None)
    except Refusal as refusal:
        return _page(request, refusal)
    return back("/staff")
