"""Requests that need a second person, and one-time passwords and tokens that wait to be collected."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.customers.customers import unit_names
from hub.console.forms import post
from hub.console.rendering import Again, desk, render
from hub.domain.refusals import Refusal
from hub.operations.staff import access_requests

from .users import reopened, scope_title

router = APIRouter(prefix="/access")


@router.get("")
def listing(request: Request) -> Response:
    """Requests that the reader decides, collects or made."""
    return _page(request)


def _page(
    request: Request,
    refusal: Refusal | None = None,
    *,
    again: Again | None = None,
    password: str = "",
    token: str | None = "",
    login: str = "",
    **path: object,
) -> Response:
    with desk(request) as reader:
        requests, units = access_requests.list_requests(reader), unit_names(reader)
    shown = {"password": password, "token": token, "login": login, "refusal": refusal, "again": again}
    words = {"requests": requests, "units": units, "scope_title": scope_title}
    return render(request, "staff/access.html", refusal.status if refusal else 200, **words, **shown)


@router.post("/{request_id}/password")
def take_password(request: Request, request_id: UUID) -> Response:
    """The one-time password, shown once."""
    try:
        with desk(request) as clerk:
            password = access_requests.take_password(clerk, request_id)
            login = clerk.audit_object[1] if clerk.audit_object else ""
    except Refusal as refusal:
        return _page(request, refusal)
    return _page(request, password=password, login=login)


@router.post("/{request_id}/token")
def take_token(request: Request, request_id: UUID) -> Response:
    """The confirmed token, shown once."""
    try:
        with desk(request) as clerk:
            issued = access_requests.take_token(clerk, request_id)
    except Refusal as refusal:
        return _page(request, refusal)
    return _page(request, token=issued.token)


REJECTED = reopened(_page, "reject", "理由")
post(router, "/{request_id}/confirm", access_requests.confirm, "/access?done=access_confirmed", _page)
post(router, "/{request_id}/reject", access_requests.reject, "/access?done=access_rejected", REJECTED)
post(router, "/{request_id}/withdraw", access_requests.withdraw, "/access?done=access_withdrawn", _page)
