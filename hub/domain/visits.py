"""Visits by order day: no change may bring a customer two visits in one cycle, or on two consecutive turns (R13.2)."""

from dataclasses import dataclass
from datetime import date, timedelta

# Days of an ordering cycle unless the customer's record says otherwise.
WEEK = 7


@dataclass(frozen=True)
class Clash:
    """The last visit under the old day, the next under the new one, and the first day from which it may be changed."""

    last: date
    following: date
    allowed_from: date
    consecutive: bool


def last_visit(day: int, today: date) -> date:
    """The most recent visit on an order day (1 Monday … 7 Sunday), today included."""
    return today - timedelta(days=(today.isoweekday() - day) % 7)


def next_visit(day: int, today: date) -> date:
    """The next visit on an order day, after today."""
    return today + timedelta(days=(day - today.isoweekday() - 1) % 7 + 1)


def clash(old: int, new: int, today: date, cycle: int = WEEK, visited: date | None = None) -> Clash | None:
    """What speaks against a change of order day (1 Monday … 7 Sunday) on a day; None if it keeps one visit a cycle.

    `today` is the day of the change, or the cut-over day of a scenario. `cycle` in days. An order day fixes only the
    weekday, so a longer cycle counts from the last known visit, `visited`; without it from this week's order day.
    """
    # Days that two visits must lie apart: two at least, or they would be consecutive, however short the cycle.
    apart = max(2, cycle if visited else min(cycle, WEEK))
    last, following = visited or last_visit(old, today), next_visit(new, today)
    if old == new or (following - last).days >= apart:
        return None
    allowed = today
    while (next_visit(new, allowed) - (visited or last_visit(old, allowed))).days < apart:
        allowed += timedelta(days=1)
    return Clash(last, following, allowed, (following - last).days <= 1)
