"""Requests that need a second person, and one-time passwords and tokens that wait to be collected."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.customers.customers import unit_names
from hub.console.forms import post
from hub.console.pages import page
from hub.console.rendering import desk
from hub.domain.refusals import Refusal
from hub.operations.staff import access_requests
from hub.operations.staff.api_tokens import Issued

from .users import reopened, scope_title

router = APIRouter(prefix="/access")


_page = page(
    router,
    "",
    "staff/access.html",
    {"requests": access_requests.list_requests, "units": unit_names},
    scope_title=scope_title,
    password="",
    token="",
    login="",
)


@router.post("/{request_id}/password")
def take_password(request: Request, request_id: UUID) -> Response:
    """The one-time password, shown once."""
    try:
        with desk(request) as clerk:
            password = access_requests.take_password(clerk, request_id)
            # Whose password it is: the operation returns the password alone, its audit entry names the user.
            login = clerk.audit_object[1] if clerk.audit_object else ""
    except Refusal as refusal:
        return _page(request, refusal)
    return _page(request, also={"password": password, "login": login})


def _token(issued: Issued) -> dict[str, object]:
    return {"token": issued.token}


post(router, "/{request_id}/token", access_requests.take_token, _token, _page)
REJECTED = reopened(_page, "reject", "理由")
post(router, "/{request_id}/confirm", access_requests.confirm, "/access?done=access_confirmed", _page)
post(router, "/{request_id}/reject", access_requests.reject, "/access?done=access_rejected", REJECTED)
post(router, "/{request_id}/withdraw", access_requests.withdraw, "/access?done=access_withdrawn", _page)
