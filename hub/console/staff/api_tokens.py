"""Service users, API tokens, locks and forgotten passwords: parts of the staff page."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import Again, back, desk
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.staff import api_tokens, users
from hub.ports import now

from .users import do_then, staff_page

router = APIRouter()
Text = Annotated[str, Form()]
Scopes = Annotated[list[str], Form()]
Days = Annotated[int, Form(ge=1, le=366)]


@router.post("/staff/service-users")
def add_service_user(request: Request, login: Text = "", name: Text = "", unit_code: Text = "") -> Response:
    """Add an account for a programme."""
    typed = {"login": login, "name": name, "unit_code": unit_code}
    again = Again("new-service-user", "/staff/service-users", typed=typed, fields=("账号", "单位"))

    def do(found: Desk) -> None:
        users.create_service_user(found, login.strip(), name.strip(), unit_code)

    return do_then(request, do, "service", again)


@router.post("/staff/users/{user_id}/tokens")
def issue(
    request: Request,
    user_id: UUID,
    name: Text = "",
    scopes: Scopes = [],  # noqa: B006 - FastAPI copies it
    unit_code: Text = "",
    days: Days = 90,
) -> Response:
    """Issue a token; it is shown once, or waits for a second person."""
    typed = {"name": name, "scopes": scopes, "unit_code": unit_code, "days": days}
    try:
        with desk(request) as found:
            issued = api_tokens.issue_token(found, user_id, name, scopes, unit_code, now() + timedelta(days=days))
            token = issued.token if isinstance(issued, api_tokens.Issued) else ""
    except Refusal as refusal:
        fields = ("令牌名称", "令牌权限", "有效期", "单位")
        again = Again("new-token", f"/staff/users/{user_id}/tokens", typed=typed, fields=fields)
        return staff_page(request, refusal, again=again)
    return staff_page(request, token=token, login=name) if token else back("/access?done=access_asked")


@router.post("/staff/tokens/{token_id}/revoke")
def revoke(request: Request, token_id: UUID) -> Response:
    """Revoke a token."""
    return do_then(request, lambda found: api_tokens.revoke_token(found, token_id), "token_out")


@router.post("/staff/users/{user_id}/unlock")
def unlock(request: Request, user_id: UUID) -> Response:
    """Lift a lock."""
    return do_then(request, lambda found: users.unlock_user(found, user_id), "unlocked")


@router.post("/staff/users/{user_id}/password")
def reset(request: Request, user_id: UUID, login: Text = "") -> Response:
    """A new one-time password, shown once to a colleague of the user's unit; else it waits for one."""
    try:
        with desk(request) as found:
            password = users.reset_password(found, user_id).password
    except Refusal as refusal:
        return staff_page(request, refusal)
    return staff_page(request, password=password, login=login) if password else back("/access?done=access_asked")
