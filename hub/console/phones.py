"""Order phones: the watch list and shared phones on one desk (article 12)."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.domain.privacy.masking import Secret
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.phones import permits as phone_permits
from hub.operations.phones import watch_list
from hub.operations.phones.permits import PermitRequest

from .rendering import act, desk, render
from .typed import day

router = APIRouter(prefix="/phones")
Text = Annotated[str, Form()]


@router.get("")
def listing(request: Request) -> Response:
    """Who is watched, who shares a number."""
    return _page(request)


def _page(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        watched, cleared = watch_list.list_watched(found), watch_list.list_watched(found, True)[:20]
        page = phone_permits.list_permits(found)
        status = refusal.status if refusal else 200
        return render(request, "phones/page.html", status, watched=watched, cleared=cleared, page=page, refusal=refusal)


def _on(request: Request, do: object, done: str) -> Response:
    return act(request, do, f"/phones?done={done}", lambda refusal: _page(request, refusal))  # type: ignore[arg-type]


@router.post("/watch-list/{watch_id}")
def clear(request: Request, watch_id: UUID, why: Text = "") -> Response:
    """Clear an entry."""
    return _on(request, lambda found: watch_list.clear_watched(found, watch_id, why), "watch_cleared")


@router.post("")
def ask(
    request: Request, number: Text = "", who: Text = "", why: Text = "", until: Text = "", every_days: Text = "30"
) -> Response:
    """Apply for a shared phone; `who` has a customer code and its reason on each line."""
    lines = [line.split(maxsplit=1) for line in who.splitlines() if line.strip()]
    reasons = {words[0]: words[1] if len(words) > 1 else "" for words in lines}
    days = int(every_days) if every_days.isdecimal() and len(every_days) < 4 else 0
    wanted = PermitRequest(Secret(number), reasons, why, _day(until), days)
    return _on(request, lambda found: phone_permits.ask_permit(found, wanted), "permit_asked")


def _day(words: str) -> date:
    """A day, or one long ago, which is refused with words."""
    return day(words) or date.min


@router.post("/{permit_id}/signature")
def sign(request: Request, permit_id: UUID, shown: Text = "", why: Text = "", agree: Text = "") -> Response:
    """Sign, or refuse with a reason."""
    yes = agree == "yes"
    return _on(request, lambda found: phone_permits.sign_permit(found, permit_id, yes, why, shown), "permit_signed")


@router.post("/{permit_id}/filing")
def file(request: Request, permit_id: UUID) -> Response:
    """Internal control has it on file."""
    return _on(request, lambda found: phone_permits.file_permit(found, permit_id), "permit_filed")


@router.post("/{permit_id}/end")
def end(request: Request, permit_id: UUID, why: Text = "") -> Response:
    """End it, or take it back."""
    return _on(request, lambda found: phone_permits.end_permit(found, permit_id, why), "permit_ended")


@router.post("/{permit_id}/visits/{customer_id}")
def visit(request: Request, permit_id: UUID, customer_id: UUID, why: Text = "") -> Response:
    """Record a visit."""

    def do(found: Desk) -> None:
        phone_permits.record_visit(found, permit_id, customer_id, why)

    return _on(request, do, "permit_visited")
