"""Working days in China: public holidays, make-up days, and years that are not announced yet.

The days come from the package chinesecalendar; rows that staff enter from the State Council's notice override it. A year
that neither knows is provisional: weekends are off, holidays are not guessed, and every result says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import chinese_calendar

# Years that the package knows.
FIRST, LAST = 2004, max(day.year for day in chinese_calendar.holidays)
# Entered days from which a year counts as known: its notice names some thirty, a few alone may be corrections.
NOTICE = 20
WEEKEND = 5
# Up to so many days a sum names one by one.
LISTED = 6


@dataclass(frozen=True)
class Sum:
    """A due day and how it was counted: the event's day, the working days counted, the days off in between."""

    start: date
    due: date
    counted: tuple[date, ...]
    rested: tuple[date, ...]
    provisional: bool

    def words(self) -> str:
        """The sum as a screen shows it (zh-CN)."""
        days, rest = _listed(self.counted), _listed(self.rested)
        way = "起" if self.due >= self.start else "前"
        sentence = f"{self.start.isoformat()} {way} {len(self.counted)} 个工作日:{days}" if self.counted else "当日"
        return (
            sentence
            + (f"(休息:{rest})" if rest else "")
            + (";该年放假通知未登记,暂按周末计算" if self.provisional else "")
        )


def _listed(days: tuple[date, ...]) -> str:
    """Days one by one; of many, the first two and the last."""
    named = [f"{day.month}月{day.day}日" for day in days]
    return "、".join(named) if len(named) <= LISTED else f"{named[0]}、{named[1]}……{named[-1]}"


@dataclass(frozen=True)
class Calendar:
    """The calendar with the rows that staff entered: day → whether it is worked."""

    overrides: Mapping[date, bool] = field(default_factory=dict)

    def provisional(self, year: int) -> bool:
        """Whether a year's notice is known to neither the package nor the staff."""
        if FIRST <= year <= LAST:
            return False
        return sum(day.year == year for day in self.overrides) < NOTICE

    def working(self, day: date) -> bool:
        """Whether a day is worked."""
        if day in self.overrides:
            return self.overrides[day]
        if FIRST <= day.year <= LAST:
            return bool(chinese_calendar.is_workday(day))
        return day.weekday() < WEEKEND

    def add(self, start: date, days: int) -> Sum:
        """The day so many working days after a day, or before it if negative; 0 is that day or the next working day."""
        step = timedelta(days=-1 if days < 0 else 1)
        counted: list[date] = []
        rested: list[date] = []
        day = start
        if days == 0 and not self.working(day):
            rested.append(day)
            days = 1
        while len(counted) < abs(days):
            day += step
            (counted if self.working(day) else rested).append(day)
        # Both ends: a count across New Year may rest on a year that nobody has announced.
        years = {start.year, day.year}
        return Sum(start, day, tuple(counted), tuple(rested), any(self.provisional(year) for year in years))

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to `end`; 0 when `end` is not later."""
        span = range(1, (end - start).days + 1)
        return sum(self.working(start + timedelta(days=n)) for n in span)


def following(first: date) -> date:
    """The first day of the next month, given the first of one."""
    # 32 days on is always in the next month, however long this one is.
    return (first + timedelta(days=32)).replace(day=1)
