"""Due moments: working days from an event, at the time of day that the article names, with the sum shown (I1)."""

from dataclasses import dataclass
from datetime import datetime, time

from hub.domain.tasks.working_days import Calendar
from hub.ports import SHANGHAI, now, today
from hub.registry.session import Transaction
from hub.registry.tasks import calendar as calendars

# I1: end of the working day; "in the morning".
END_OF_DAY, MORNING = time(17, 30), time(12, 0)


@dataclass(frozen=True)
class Due:
    """A due moment and how it was counted; provisional while the year's holidays are not known."""

    moment: datetime
    sum: str
    provisional: bool


def known_days(tx: Transaction) -> Calendar:
    """The calendar with the days that staff entered from the State Council's notices."""
    return Calendar(calendars.overrides(tx))


def due_after(tx: Transaction, event: datetime, days: int, at: time = END_OF_DAY) -> Due:
    """So many working days after an event, or before it when negative; 0 is that day, or the next working day."""
    return count_due(known_days(tx), event, days, at)


def count_due(calendar: Calendar, event: datetime, days: int, at: time = END_OF_DAY) -> Due:
    """The same over a calendar that is already loaded.

    If the hour of the day itself has passed, the next working day counts: nothing is late when it begins (R12.7).
    """
    at_home = event.astimezone(SHANGHAI)
    counted = calendar.add(at_home.date(), 1 if days == 0 and at_home.time() >= at else days)
    return Due(datetime.combine(counted.due, at, SHANGHAI), counted.words(), counted.provisional)


def late_by(calendar: Calendar, due_at: datetime) -> int:
    """How many working days ago a due moment passed; 1 from the moment itself, 0 before it."""
    if now() <= due_at:
        return 0
    # At least 1: on the due day itself, after its hour, no working day has passed yet.
    return max(1, calendar.between(due_at.astimezone(SHANGHAI).date(), today()))
