"""The day's mails to internal control: what went, what waits, where each unit's go (R12.1, R12.2)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import act, desk, render
from hub.domain.refusals import Refusal
from hub.operations.staff import users
from hub.operations.tasks import daily_mail

router = APIRouter(prefix="/mails")
Text = Annotated[str, Form()]


@router.get("")
def listing(request: Request) -> Response:
    """Mails and addresses."""
    return _list(request)


def _list(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        page, units = daily_mail.list_mails(found), {unit.code: unit.name for unit in users.list_units(found)}
        status = refusal.status if refusal else 200
        return render(request, "tasks/daily_mail_list.html", status, page=page, units=units, refusal=refusal)


@router.post("")
def set_address(request: Request, unit_code: Text = "", address: Text = "") -> Response:
    """Set where a unit's mails go."""
    return act(
        request,
        lambda found: daily_mail.set_address(found, unit_code, address),
        "/mails?done=address_asked",
        lambda refusal: _list(request, refusal),
    )


@router.post("/addresses/{unit_code}/confirm")
def confirm_address(request: Request, unit_code: str) -> Response:
    """The second person agrees."""
    return act(
        request,
        lambda found: daily_mail.confirm_address(found, unit_code),
        "/mails?done=address_set",
        lambda refusal: _list(request, refusal),
    )


@router.post("/addresses/{unit_code}/reject")
def reject_address(request: Request, unit_code: str) -> Response:
    """The second person disagrees, or the first takes it back."""
    return act(
        request,
        lambda found: daily_mail.reject_address(found, unit_code),
        "/mails?done=address_rejected",
        lambda refusal: _list(request, refusal),
    )


@router.get("/{mail_id}")
def show(request: Request, mail_id: UUID) -> Response:
    """One mail."""
    with desk(request) as found:
        mail, units = daily_mail.show_mail(found, mail_id), {unit.code: unit.name for unit in users.list_units(found)}
        return render(request, "tasks/daily_mail.html", mail=mail, units=units)
