"""What about power takes a second person, and one-time passwords and tokens that wait to be taken."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import Again, act, desk, render
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.staff import access_requests, users

from .users import scope_title

router = APIRouter(prefix="/access")
Text = Annotated[str, Form()]


@router.get("")
def listing(request: Request) -> Response:
    """Requests that the reader decides, takes or made."""
    return _page(request)


def _page(
    request: Request,
    refusal: Refusal | None = None,
    *,
    again: Again | None = None,
    password: str = "",
    token: str = "",
    login: str = "",
) -> Response:
    with desk(request) as found:
        return render(
            request,
            "staff/access.html",
            refusal.status if refusal else 200,
            views=access_requests.list_requests(found),
            units={unit.code: unit.name for unit in users.list_units(found)},
            scope_title=scope_title,
            refusal=refusal,
            again=again,
            password=password,
            token=token,
            login=login,
        )


def _do(request: Request, do: Callable[[Desk], object], done: str, again: Again | None = None) -> Response:
    return act(request, do, f"/access?done={done}", lambda refusal: _page(request, refusal, again=again))


@router.post("/{request_id}/confirm")
def confirm(request: Request, request_id: UUID) -> Response:
    """As the second person: let it be done."""
    return _do(request, lambda found: access_requests.confirm(found, request_id), "access_confirmed")


@router.post("/{request_id}/reject")
def reject(request: Request, request_id: UUID, why: Text = "") -> Response:
    """As the second person: nothing of it is done."""
    again = Again("reject", f"/access/{request_id}/reject", typed={"why": why}, fields=("理由",))
    return _do(request, lambda found: access_requests.reject(found, request_id, why), "access_rejected", again)


@router.post("/{request_id}/withdraw")
def withdraw(request: Request, request_id: UUID) -> Response:
    """Take one's own request back."""
    return _do(request, lambda found: access_requests.withdraw(found, request_id), "access_withdrawn")


@router.post("/{request_id}/password")
def take_password(request: Request, request_id: UUID) -> Response:
    """The one-time password, shown once."""
    try:
        with desk(request) as found:
            password = access_requests.take_password(found, request_id)
            login = found.audit_object[1] if found.audit_object else ""
    except Refusal as refusal:
        return _page(request, refusal)
    return _page(request, password=password, login=login)


@router.post("/{request_id}/token")
def take_token(request: Request, request_id: UUID) -> Response:
    """The confirmed token, shown once."""
    try:
        with desk(request) as found:
            token = access_requests.take_token(found, request_id).token
    except Refusal as refusal:
        return _page(request, refusal)
    return _page(request, token=token)
