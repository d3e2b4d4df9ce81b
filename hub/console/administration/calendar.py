"""The calendar of working days: entered days of a notice, the years that lack theirs."""

import re

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.forms import Posted, post
from hub.console.rendering import desk, render
from hub.domain.refusals import Refusal
from hub.operations.administration import calendar

router = APIRouter(prefix="/calendar")


@router.get("")
def show(request: Request) -> Response:
    """Entered days."""
    return _page(request)


def _page(request: Request, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as reader:
        view = calendar.show_calendar(reader)
    status = refusal.status if refusal else 200
    return render(request, "administration/calendar.html", status, view=view, refusal=refusal)


def _days(texts: Posted) -> Posted:
    """The form names one day or many in a text."""
    return texts | {"days": re.findall(r"\d{4}-\d{2}-\d{2}", str(texts.get("dates", ""))) or ""}


post(router, "", calendar.enter_days, "/calendar?done=days_entered", _page, prepare=_days)
post(router, "/{day}/withdraw", calendar.withdraw_day, "/calendar?done=day_withdrawn", _page)
