"""The guard over all pairs of order days and all days of change: one visit a cycle, at the earliest day told (R13.2)."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.visits import WEEK, clash, last_visit, next_visit

MONDAY = date(2026, 11, 23)
DAYS = range(1, 8)


def visits(old: int, new: int, on: date) -> list[date]:
    """Every visit around a change that counts from the next day: the old order day up to it, the new one after it."""
    around = [on + timedelta(days=n) for n in range(-14, 22)]
    return [day for day in around if day.isoweekday() == (old if day <= on else new)]


@pytest.mark.article("R13.2")
@pytest.mark.parametrize("on", [MONDAY + timedelta(days=n) for n in range(WEEK)])
@pytest.mark.parametrize("old", DAYS)
def test_a_change_that_is_let_through_never_brings_two_visits_in_a_cycle(old: int, on: date) -> None:
    for new in DAYS:
        days = visits(old, new, on)
        nearest = min((b - a).days for a, b in pairwise(days))
        found = clash(old, new, on)
        assert (found is None) == (nearest >= WEEK), (old, new, on)
        if found is not None:
            assert found.consecutive == (nearest == 1)


@pytest.mark.article("R13.2")
@given(st.integers(1, 7), st.integers(1, 7), st.dates(date(2026, 1, 1), date(2028, 12, 31)))
def test_the_day_that_is_told_is_the_first_on_which_the_change_passes(old: int, new: int, on: date) -> None:
    found = clash(old, new, on)
    if found is None:
        return
    assert on < found.allowed_from <= on + timedelta(days=WEEK)
    assert clash(old, new, found.allowed_from) is None
    for n in range((found.allowed_from - on).days):
        assert clash(old, new, on + timedelta(days=n)) is not None


@pytest.mark.article("R13.2")
@given(st.integers(1, 7), st.integers(1, 7), st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(8, 31))
def test_a_longer_cycle_counts_from_the_known_visit(old: int, new: int, on: date, cycle: int) -> None:
    visited = last_visit(old, on)
    found = clash(old, new, on, cycle, visited)
    if old != new and found is None:
        assert (next_visit(new, on) - visited).days >= cycle
    if found is not None:
        assert (next_visit(new, found.allowed_from) - visited).days >= cycle


@pytest.mark.article("R13.2")
@pytest.mark.parametrize("cycle", [7, 14, 28])
def test_whatever_the_cycle_no_change_of_day_is_put_off_for_ever(cycle: int) -> None:
    """Without a known visit the told day is one on which the change does pass, though visits of the old day go on."""
    for old in DAYS:
        for new in DAYS:
            found = clash(old, new, MONDAY, cycle)
            assert found is None or clash(old, new, found.allowed_from, cycle) is None
