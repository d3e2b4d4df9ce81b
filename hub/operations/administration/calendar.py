"""The calendar of working days: days entered from the State Council's notice, and the due moments they move (I1)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from hub.domain.inputs import Label, Text
from hub.domain.refusals import BadInput, NotFound
from hub.domain.staff.posts import Post
from hub.domain.tasks.working_days import Calendar
from hub.operations.changes.temporary import RETURNED_WITHIN
from hub.operations.desk import Desk
from hub.operations.onboarding.steps import redate
from hub.operations.onboarding.web_ordering import PASSWORD_DAYS
from hub.operations.operation import STAFF, operation
from hub.operations.tasks.due_dates import Due, count_due, known_days
from hub.operations.tasks.tasks import set_due
from hub.operations.views import views
from hub.ports import SHANGHAI, now, today
from hub.registry.changes import temporary
from hub.registry.channels import schedules
from hub.registry.onboarding import cases
from hub.registry.schema import CalendarDay
from hub.registry.staff import users
from hub.registry.tasks import calendar, tasks

KEEPS = {Post.SECTION_CHIEF, Post.INFORMATION_CENTRE}


# Days in one notice at most: a year of them and some more.
MOST = 400
Why = Annotated[Text, Label("放假通知文号", "Number of the notice")]


@dataclass(frozen=True)
class EnteredDay:
    """A day that staff entered: worked, or a day of rest."""

    day: date
    working: bool
    why: str
    by_name: str


@dataclass(frozen=True)
class CalendarView:
    """The entered days, and the years whose notice is still missing."""

    days: list[EnteredDay]
    provisional: list[int]


@operation(
    "workdays.show_calendar",
    article="R7.2",
    posts=STAFF,
    title=("查看工作日历", "See the calendar"),
    changes=False,
    audited=False,
)
def show_calendar(desk: Desk) -> CalendarView:
    """Entered days, and this year, or from 1 December the next one too, if its notice is still missing."""
    known, day = known_days(desk.tx), today()
    years = [day.year, *([day.year + 1] if day.month == 12 else [])]
    return CalendarView(views(EnteredDay, calendar.days(desk.tx)), [year for year in years if known.provisional(year)])


@operation(
    "workdays.enter_days", article="R7.2", posts=KEEPS, title=("登记放假调休", "Enter days of a notice"), company=True
)
def enter_days(
    desk: Desk,
    days: Annotated[list[date], Field(max_length=MOST), Label("日期", "Days")],
    working: Annotated[bool, Label("性质", "Kind")],
    why: Why,
) -> int:
    """Enter days as worked or rest days; returns how many open tasks got another due moment. Raises BadInput."""
    if not days or len(days) > MOST or not why.strip():
        raise BadInput(field="日期", problem="没有填写或过多,或没有注明通知文号", mend="请填写日期和放假通知文号。")
    for day in days:
        entered = calendar.get(desk.tx, day)
        if entered is None:
            desk.tx.add(entered := CalendarDay(day=day))
        entered.working, entered.why, entered.by_name, entered.at = working, why.strip(), desk.actor.name, now()
    # Before `recount`, which reads the calendar back from the database.
    desk.tx.flush()
    desk.audit_detail |= {"days": [day.isoformat() for day in days], "working": working, "why": why}
    return recount(desk)


@operation(
    "workdays.withdraw_day",
    article="R7.2",
    posts=KEEPS,
    title=("撤销登记的日期", "Withdraw an entered day"),
    company=True,
)
def withdraw_day(desk: Desk, day: date, why: Annotated[Text, Label("原因", "Why")]) -> int:
    """Withdraw an entered day; returns how many open tasks got another due moment. Raises NotFound."""
    entered = calendar.get(desk.tx, day)
    if entered is None:
        raise NotFound(what="登记的日期")
    desk.tx.delete(entered)
    desk.tx.flush()
    desk.audit_detail |= {"day": day.isoformat(), "why": why}
    return recount(desk)


def recount(desk: Desk) -> int:
    """Recount every open due moment, and store the new sum with those that move; returns how many tasks moved."""
    # One calendar for all: thousands of tasks are counted in this transaction.
    known = known_days(desk.tx)
    moved = redate(desk, frozenset(unit.code for unit in users.units(desk.tx)))
    for task in tasks.counted_tasks(desk.tx):
        assert task.due_at is not None and task.days is not None
        if task.subject_kind != "onboarding":  # `redate` counts those: the soonest of their several events decides.
            moved += set_due(task, _again(known, task.counted_from or task.made_at, task.days, task.due_at))
    for case in cases.waiting_for_password(desk.tx):
        case.password_due = _again(known, case.set_up_at, PASSWORD_DAYS, case.password_due).moment
    for change in temporary.dated(desk.tx):
        assert change.ordered_at is not None and change.due_at is not None
        counted = _again(known, change.ordered_at, RETURNED_WITHIN, change.due_at)
        change.due_at, change.sum = counted.moment, counted.sum
    schedules.replan_working_days(desk.tx, now(), known.working)
    desk.audit_detail["moved"] = moved
    return moved


# At the time of day that it had: a morning's deadline stays one.
def _again(known: Calendar, event: datetime, days: int, due_at: datetime) -> Due:
    return count_due(known, event, days, due_at.astimezone(SHANGHAI).time())
