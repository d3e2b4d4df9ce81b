"""Notices: what the caller's posts are told, and who has seen it (R17.1)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.customers.customers import unit_names
from hub.console.forms import post
from hub.console.rendering import desk, render
from hub.domain.changes import RULES
from hub.domain.refusals import Refusal
from hub.operations.tasks import notices

router = APIRouter(prefix="/notices")


@router.get("")
def show(request: Request, seen: str = "") -> Response:
    """Unseen notices, or all."""
    return _page(request, seen=seen)


def _page(request: Request, refusal: Refusal | None = None, seen: str = "", **path: object) -> Response:
    with desk(request) as reader:
        shown, units = notices.list_notices(reader, bool(seen)), unit_names(reader)
    words = {"seen": seen, "rules": RULES, "units": units, "refusal": refusal}
    return render(request, "tasks/notices.html", refusal.status if refusal else 200, notices=shown, **words)


@router.get("/count")
def count(request: Request) -> Response:
    """The number in the top bar."""
    with desk(request) as reader:
        number = notices.count_notices(reader)
    return render(request, "tasks/_notice_count.html", number=number)


post(router, "/seen", notices.see_all, "/notices?done=seen", _page)
post(router, "/{staff_notice_id}/seen", notices.see_notice, "/notices?done=seen", _page)
