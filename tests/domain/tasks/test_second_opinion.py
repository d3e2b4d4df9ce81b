"""The calendar against another package's: every day of the years that both know."""

from datetime import date, timedelta

import holidays
import pytest

from hub.domain.tasks.working_days import LAST, Calendar

PLAIN = Calendar()


@pytest.mark.article("I1")
@pytest.mark.parametrize("year", range(2020, LAST + 1))
def test_every_day_of_a_known_year_is_worked_or_not_in_both(year: int) -> None:
    other = holidays.country_holidays("CN", years=year)
    days = [date(year, 1, 1) + timedelta(n) for n in range(365 + (year % 4 == 0))]
    apart = [day.isoformat() for day in days if PLAIN.working(day) != other.is_working_day(day)]
    assert not apart and not PLAIN.provisional(year)


def test_the_year_that_nobody_has_announced_is_where_the_other_package_guesses_and_ours_says_so() -> None:
    day = date(LAST + 1, 10, 1)
    assert not holidays.country_holidays("CN", years=day.year).is_working_day(day)
    assert PLAIN.provisional(day.year) and PLAIN.working(day) == (day.weekday() < 5)
