"""Service users, API tokens, locks and forgotten passwords: parts of the staff page."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.rendering import back, desk
from hub.domain.refusals import Refusal
from hub.operations.staff import api_tokens, users
from hub.operations.staff.user_views import Reset
from hub.ports import now

from .users import USER, WAITING, reopened, staff_page

router = APIRouter()
Text = Annotated[str, Form()]
Scopes = Annotated[list[str], Form()]
Days = Annotated[int, Form(ge=1, le=366)]


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
    # Set by hand, because this form is not made by `post`: the dialog opens again with it after a refusal.
    request.state.typed = {"name": name, "scopes": scopes, "unit_code": unit_code, "days": days}
    try:
        with desk(request) as clerk:
            issued = api_tokens.issue_token(clerk, user_id, name, scopes, unit_code, now() + timedelta(days=days))
    except Refusal as refusal:
        return reopened(staff_page, "new-token", "令牌名称", "令牌权限", "有效期", "单位")(request, refusal)
    return staff_page(request, also={"token": issued.token}) if issued.token else back(WAITING)


def _password(reset: Reset) -> str | dict[str, object]:
    """Shown once, if the caller is a colleague of the user's unit; otherwise it waits for one to collect it."""
    return {"password": reset.password} if reset.password else WAITING


NEW_SERVICE_USER = reopened(staff_page, "new-service-user", "账号", "单位")
post(router, "/staff/service-users", users.create_service_user, "/staff?done=service", NEW_SERVICE_USER)
post(router, "/staff/tokens/{token_id}/revoke", api_tokens.revoke_token, "/staff?done=token_out", staff_page)
post(router, f"{USER}/password", users.reset_password, _password, staff_page)
post(router, f"{USER}/unlock", users.unlock_user, "/staff?done=unlocked", staff_page)
