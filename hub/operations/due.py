"""Due moments: working days from an event, at the time of day that the article names, with the sum shown (I1)."""

from dataclasses import dataclass
from datetime import datetime, time

from hub.domain.workdays import Calendar
from hub.ports import SHANGHAI
from hub.registry import calendar
from hub.registry.session import Transaction

END_OF_DAY, MORNING = time(17, 30), time(12, 0)
"""I1: end of the working day; "in the morning"."""


@dataclass(frozen=True)
class Due:
    """A due moment and how it was counted."""

    moment: datetime
    sum: str
    provisional: bool


def known_days(tx: Transaction) -> Calendar:
    """The calendar with the days that staff entered from the State Council's notices."""
    return Calendar(calendar.overrides(tx))


def due_after(tx: Transaction, event: datetime, days: int, at: time = END_OF_DAY) -> Due:
    """So many working days after an event (0: on the day itself, or the next working day)."""
    found = known_days(tx).add(event.astimezone(SHANGHAI).date(), days)
    moment = datetime.combine(found.due, at, SHANGHAI)
    return Due(moment, found.words(), found.provisional)
