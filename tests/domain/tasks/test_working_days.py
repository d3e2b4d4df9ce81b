"""Working days and visits: what is known, what is provisional, and no visit twice in a cycle."""

from datetime import date, timedelta

import pytest
from hypothesis import given, strategies

from hub.domain.tasks.working_days import LAST, Calendar
from hub.domain.visits import clash, last_visit, next_visit

PLAIN = Calendar()
DAYS = strategies.dates(date(2020, 1, 1), date(2026, 12, 20))
WEEKDAY = strategies.integers(1, 5)


@pytest.mark.article("R7.2", "I1")
def test_the_national_day_and_its_make_up_day_are_known() -> None:
    found = PLAIN.add(date(2026, 9, 30), 3)
    assert found.due == date(2026, 10, 10), "1-7 October rest, 10 October is a Saturday that is worked"
    assert found.counted == (date(2026, 10, 8), date(2026, 10, 9), date(2026, 10, 10)) and not found.provisional
    assert "10月8日" in found.words() and "休息" in found.words()


@given(start=DAYS, days=strategies.integers(1, 25))
def test_a_due_day_is_worked_and_so_many_working_days_later(start: date, days: int) -> None:
    found = PLAIN.add(start, days)
    assert PLAIN.working(found.due) and len(found.counted) == days == PLAIN.between(start, found.due)
    assert {*found.counted, *found.rested} == {start + timedelta(n) for n in range(1, (found.due - start).days + 1)}
    assert PLAIN.add(start, days + 1).due > found.due


def test_an_event_on_a_day_of_rest_is_due_on_the_next_working_day_when_no_day_is_given() -> None:
    assert PLAIN.add(date(2026, 10, 1), 0).due == date(2026, 10, 8)
    assert PLAIN.add(date(2026, 10, 8), 0).due == date(2026, 10, 8)


def test_a_year_without_notice_is_provisional_until_staff_enter_it() -> None:
    year = LAST + 1
    assert PLAIN.provisional(year) and PLAIN.add(date(year, 3, 1), 1).provisional
    assert "暂按周末计算" in PLAIN.add(date(year, 3, 1), 1).words()
    entered = {date(year, 1, 1) + timedelta(n): False for n in range(20)}
    known = Calendar(entered)
    assert not known.provisional(year) and not known.working(date(year, 1, 4))
    assert Calendar({date(2026, 11, 23): False}).add(date(2026, 11, 20), 1).due == date(2026, 11, 24)


@pytest.mark.article("R13.2")
@given(old=WEEKDAY, new=WEEKDAY, today=DAYS)
def test_a_change_of_day_is_allowed_exactly_when_the_next_visit_is_in_another_cycle(
    old: int, new: int, today: date
) -> None:
    found = clash(old, new, today)
    gap = (next_visit(new, today) - last_visit(old, today)).days
    assert (found is None) == (gap >= 7)
    if found is not None:
        assert clash_free(found.last, new, found.allowed_from) and found.allowed_from > today
        assert not clash_free(found.last, new, found.allowed_from - timedelta(days=1))


def clash_free(last: date, new: int, day: date) -> bool:
    return (next_visit(new, day) - last).days >= 7
