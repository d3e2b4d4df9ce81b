"""What the reader is told: the page, the number in the top bar, what has been seen."""

from collections.abc import Callable
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.rendering import act, desk, render
from hub.domain.changes import RULES
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.staff import users
from hub.operations.tasks import notices

router = APIRouter(prefix="/notices")


@router.get("")
def show(request: Request, seen: str = "") -> Response:
    """Unseen notices, or all."""
    return _show(request, seen)


def _show(request: Request, seen: str = "", refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        rows = notices.list_notices(found, bool(seen))
        units = {unit.code: unit.name for unit in users.list_units(found)}
        status = refusal.status if refusal else 200
        return render(
            request, "tasks/notices.html", status, rows=rows, seen=seen, rules=RULES, units=units, refusal=refusal
        )


@router.get("/count")
def count(request: Request) -> Response:
    """The number in the top bar."""
    with desk(request) as found:
        return render(request, "tasks/_notice_count.html", number=notices.count_notices(found))


def _do(request: Request, do: Callable[[Desk], object]) -> Response:
    return act(request, do, "/notices?done=seen", lambda refusal: _show(request, "", refusal))


@router.post("/seen")
def see_all(request: Request) -> Response:
    """All have been seen."""
    return _do(request, notices.see_all)


@router.post("/{staff_notice_id}/seen")
def see(request: Request, staff_notice_id: UUID) -> Response:
    """One has been seen."""
    return _do(request, lambda found: notices.see_notice(found, staff_notice_id))
