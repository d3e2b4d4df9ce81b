"""The calendar that counts working days: days that staff enter from a notice (R7.3)."""

from datetime import date
from typing import Annotated

from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Day, Given, Reason, Shown
from hub.domain.inputs import Text
from hub.operations.administration import calendar as calendar_operations
from hub.operations.desk import Desk

resource = Resource("applications")


class Days(Given):
    """Days of a notice of the State Council: worked, or rested."""

    days: Annotated[list[Day], Field(max_length=400)]
    working: bool
    why: Text


class EnteredDay(Shown):
    """A day that staff entered."""

    day: date
    working: bool
    why: str
    by_name: str


class Calendar(Shown):
    """Entered days, and years whose notice is missing."""

    days: list[EnteredDay]
    provisional: list[int]


class Moved(Shown):
    """How many open tasks got another due moment."""

    moved: int


@resource.get("/calendar", calendar_operations.show_calendar)
def calendar(desk: Desk) -> Calendar:
    """Entered days, and years whose notice is missing."""
    return Calendar.model_validate(calendar_operations.show_calendar(desk))


@resource.change("POST", "/calendar/days", calendar_operations.enter_days)
def enter_days(desk: Desk, given: Days) -> Moved:
    """Enter days; open tasks are counted anew."""
    return Moved(moved=calendar_operations.enter_days(desk, given.days, given.working, given.why))


@resource.change("POST", "/calendar/days/{day}/withdraw", calendar_operations.withdraw_day)
def withdraw_day(desk: Desk, day: Day, given: Reason) -> Moved:
    """Take an entered day back."""
    return Moved(moved=calendar_operations.withdraw_day(desk, day, given.why))
