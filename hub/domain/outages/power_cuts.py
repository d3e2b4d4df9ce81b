"""Planned power cuts (R11.5): which order day a cut affects, and until when to warn the customer."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta

# What was arranged with a customer who was warned.
ARRANGED: Mapping[str, tuple[str, str]] = {
    "earlier": ("停电前提早订货", "Orders before the cut"),
    "laptop": ("用笔记本电脑订货", "Orders by laptop"),
    "elsewhere": ("到不停电的地方订货", "Orders from elsewhere"),
    "phone_once": ("本次改用电话订货", "Orders by phone this once"),
    "company_helps": ("由烟草部门协助订货", "The company helps to order"),
    "none_needed": ("不受影响,无需安排", "Nothing is needed"),
}
SCOPES: Mapping[str, tuple[str, str]] = {
    "unit": ("整个单位", "The whole unit"),
    "route": ("送货线路", "Delivery routes"),
    "customers": ("客户名单", "A list of customers"),
}
# A longer planned cut is taken for a typing mistake (own convention).
LONGEST = timedelta(days=31)
# Days searched backwards for a working day; the longest holidays take under two weeks.
SEARCHED = 60
# The end of the working day (I1).
EVENING = time(17, 30)


def order_day_hit(order_day: int, begins: datetime, ends: datetime) -> date | None:
    """The first order day (1 Monday … 7 Sunday) of which any part lies within the cut; both in the shops' time zone."""
    day = begins.date()
    while datetime.combine(day, time(), begins.tzinfo) < ends:
        if day.isoweekday() == order_day:
            return day
        day += timedelta(days=1)
    return None


def warn_by(begins: datetime, order_on: date, entered: datetime, working: Callable[[date], bool]) -> datetime:
    """The evening of the last working day before both cut and order day; if that has passed, the cut's beginning.

    So the customer can still order before the cut. Never later than the cut's beginning.
    """
    day = min(begins.date(), order_on)
    for _ in range(SEARCHED):
        day -= timedelta(days=1)
        if working(day):
            break
    evening = datetime.combine(day, EVENING, begins.tzinfo)
    return evening if evening > entered else begins
