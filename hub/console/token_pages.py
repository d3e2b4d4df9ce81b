"""Service users, API tokens, locks and forgotten passwords: parts of the staff page."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.domain.refusals import Refusal
from hub.operations import staff, tokens
from hub.ports import now

from .pages import desk
from .staff_pages import do_then, staff_page

router = APIRouter()
Text = Annotated[str, Form()]
Scopes = Annotated[list[str], Form()]
Days = Annotated[int, Form(ge=1, le=366)]


@router.post("/staff/service-users")
def add_service_user(request: Request, login: Text = "", name: Text = "", unit_code: Text = "") -> Response:
    """Add an account for a programme."""
    return do_then(
        request, lambda found: staff.create_service_user(found, login.strip(), name.strip(), unit_code), "service"
    )


@router.post("/staff/users/{user_id}/tokens")
def issue(
    request: Request,
    user_id: UUID,
    name: Text = "",
    scopes: Scopes = [],  # noqa: B006 - FastAPI copies it
    unit_code: Text = "",
    days: Days = 90,
) -> Response:
    """Issue a token; it is shown once."""
    try:
        with desk(request) as found:
            issued = tokens.issue_token(found, user_id, name, scopes, unit_code, now() + timedelta(days=days))
    except Refusal as refusal:
        return staff_page(request, refusal)
    return staff_page(request, token=issued.token, login=name)


@router.post("/staff/tokens/{token_id}/revoke")
def revoke(request: Request, token_id: UUID) -> Response:
    """Revoke a token."""
    return do_then(request, lambda found: tokens.revoke_token(found, token_id), "token_out")


@router.post("/staff/users/{user_id}/unlock")
def unlock(request: Request, user_id: UUID) -> Response:
    """Lift a lock."""
    return do_then(request, lambda found: staff.unlock_user(found, user_id), "unlocked")


@router.post("/staff/users/{user_id}/password")
def reset(request: Request, user_id: UUID, login: Text = "") -> Response:
    """A new one-time password, shown once."""
    try:
        with desk(request) as found:
            password = staff.reset_password(found, user_id)
    except Refusal as refusal:
        return staff_page(request, refusal)
    return staff_page(request, password=password, login=login)
