"""The day's mails to internal control: what went, what waits, where each unit's go (R12.1, R12.2)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.customers.customers import unit_names
from hub.console.forms import post
from hub.console.rendering import desk, render
from hub.domain.refusals import Refusal
from hub.operations.tasks import daily_mail

router = APIRouter(prefix="/mails")


@router.get("")
def listing(request: Request) -> Response:
    """Mails and addresses."""
    return _listing(request)


def _listing(request: Request, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as reader:
        page, units = daily_mail.list_mails(reader), unit_names(reader)
    status = refusal.status if refusal else 200
    return render(request, "tasks/daily_mail_list.html", status, page=page, units=units, refusal=refusal)


@router.get("/{mail_id}")
def show(request: Request, mail_id: UUID) -> Response:
    """One mail."""
    with desk(request) as reader:
        mail, units = daily_mail.show_mail(reader, mail_id), unit_names(reader)
    return render(request, "tasks/daily_mail.html", mail=mail, units=units)


post(router, "", daily_mail.set_address, "/mails?done=address_asked", _listing)
post(router, "/addresses/{unit_code}/confirm", daily_mail.confirm_address, "/mails?done=address_set", _listing)
post(router, "/addresses/{unit_code}/reject", daily_mail.reject_address, "/mails?done=address_rejected", _listing)
