"""The calendar of working days: entered days of a notice, the years that lack theirs."""

import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import act, desk, render
from hub.console.typed import day
from hub.domain.refusals import BadInput, Refusal
from hub.operations.administration import calendar

router = APIRouter(prefix="/calendar")
Text = Annotated[str, Form()]
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@router.get("")
def show(request: Request) -> Response:
    """Entered days."""
    return _show(request)


def _show(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        view = calendar.show_calendar(found)
        return render(
            request, "administration/calendar.html", refusal.status if refusal else 200, view=view, refusal=refusal
        )


def _days(text: str) -> list[date]:
    """The days in a text. Raises BadInput when one of them is none, or there are none."""
    days = [day(each) for each in DAY.findall(text)]
    named = [each for each in days if each is not None]
    if not named or len(named) < len(days):
        raise BadInput(field="日期", problem="没有这一天", mend="请按 2027-01-01 填写。")
    return named


@router.post("")
def enter(request: Request, dates: Text = "", working: Text = "no", why: Text = "") -> Response:
    """Enter days, one or many in a text, with the notice's number."""

    return act(
        request,
        lambda found: calendar.enter_days(found, _days(dates), working == "yes", why),
        "/calendar?done=days_entered",
        lambda refusal: _show(request, refusal),
    )


@router.post("/{day}/withdraw")
def withdraw(request: Request, day: str, why: Text = "") -> Response:
    """Take an entered day back."""
    return act(
        request,
        lambda found: calendar.withdraw_day(found, _days(day)[0], why),
        "/calendar?done=day_withdrawn",
        lambda refusal: _show(request, refusal),
    )
