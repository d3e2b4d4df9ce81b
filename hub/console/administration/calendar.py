"""The calendar of working days: days entered from a notice, and the years whose notice is still missing."""

import re

from fastapi import APIRouter

from hub.console.forms import Posted, post
from hub.console.pages import page
from hub.operations.administration import calendar

router = APIRouter(prefix="/calendar")


_page = page(router, "", "administration/calendar.html", {"view": calendar.show_calendar})


def _days(texts: Posted) -> Posted:
    """Find the days in the form's text: people paste a whole notice into it."""
    return texts | {"days": re.findall(r"\d{4}-\d{2}-\d{2}", str(texts.get("dates", ""))) or ""}


post(router, "", calendar.enter_days, "/calendar?done=days_entered", _page, prepare=_days)
post(router, "/{day}/withdraw", calendar.withdraw_day, "/calendar?done=day_withdrawn", _page)
