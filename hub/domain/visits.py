"""Visits by order day: a change must not make a customer be visited twice in one cycle, nor on consecutive turns (R13.2)."""

from dataclasses import dataclass
from datetime import date, timedelta

CYCLE = 7
"""Days of an ordering cycle unless the customer's record says otherwise."""


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


def clash(old: int, new: int, today: date, cycle: int = CYCLE) -> Clash | None:
    """What stands against a change of order day today; None when the next visit is in another cycle."""
    last, following = last_visit(old, today), next_visit(new, today)
    if (following - last).days >= cycle:
        return None
    allowed = today
    while (next_visit(new, allowed) - last).days < cycle:
        allowed += timedelta(days=1)
    return Clash(last, following, allowed, (following - last).days <= 1)
