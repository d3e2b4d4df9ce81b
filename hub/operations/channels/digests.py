"""Daily digests of all channels: one per working day; those of missed days are made up later."""

from datetime import date, timedelta

from hub.domain.tasks.working_days import Calendar
from hub.operations.desk import Desk
from hub.operations.tasks.due_dates import known_days
from hub.ports import now, today
from hub.registry.channels import digests

# How many days back a missed digest is made up; also long enough for any run of holidays.
FURTHEST = 31


def spans(last: date | None, day: date, calendar: Calendar) -> list[tuple[date, date]]:
    """Periods that digests written on `day` cover, as (first, last); each ends before a working day.

    Days off belong to the working day before them. Without an earlier digest only the latest period is covered.
    """
    # Each day whose morrow is a working day, oldest first.
    ends = [
        end for n in range(FURTHEST, 0, -1) if calendar.working((end := day - timedelta(days=n)) + timedelta(days=1))
    ]
    # A new channel: only the latest period, the days before it belonged to nobody.
    if last is None:
        return [(ends[-2] + timedelta(days=1), ends[-1])]
    covered: list[tuple[date, date]] = []
    for end in ends:
        if end > last:
            covered.append(((covered[-1][1] if covered else last) + timedelta(days=1), end))
    return covered


def make(desk: Desk) -> int:
    """Write the digests missing up to yesterday for each channel; returns how many."""
    calendar, moment, day, made = known_days(desk.tx), now(), today(), 0
    for channel in desk.channels:
        for first, end in spans(digests.last_day(desk.tx, channel), day, calendar):
            # Made up: written later than on the morning after its period.
            digests.write(desk.tx, channel, first, end, moment, made_up=end < day - timedelta(days=1))
            made += 1
    return made
