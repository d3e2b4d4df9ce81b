"""Timeliness, accuracy, objectivity and completeness by post and by channel, a month at a time (R17.1, R17.2)."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated

from pydantic import Field

from hub.domain.refusals import BadInput
from hub.domain.staff.posts import Post
from hub.domain.tasks.working_days import following
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.due_dates import END_OF_DAY, known_days
from hub.operations.views import views
from hub.ports import SHANGHAI, now, today
from hub.registry.oversight import timeliness
from hub.registry.oversight.quality import Period

from .quality import Quality, of_channels, of_posts

LOOKS = {Post.SECTION_CHIEF, Post.DEPUTY_MANAGER, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
# Working days within which a partner's answer is in time (own convention, after R7.10 for our own part).
ANSWERED_WITHIN = 1
EARLIEST = date(2020, 1, 1)


@dataclass(frozen=True)
class Figures:
    """A month of a post or channel: `share` in per cent, hours of the clock; `amiss`: sent back, or refused."""

    key: str
    in_time: int
    late: int
    open_late: int
    open: int
    amiss: int
    share: float | None
    median_hours: float | None
    oldest_doubt: float | None


@dataclass(frozen=True)
class Month:
    """One month's figures, and the first days of the months before and after it, None beyond the ends."""

    first: date
    posts: list[Figures]
    channels: list[Figures]
    quality_of_posts: list[Quality]
    quality_of_channels: list[Quality]
    before: date | None
    after: date | None


def month_of(words: str) -> date:
    """The first day of a month like 2026-11; empty: this month. Raises BadInput if it is no month, or lies ahead."""
    if not words:
        return today().replace(day=1)
    try:
        first = datetime.strptime(words, "%Y-%m").date()  # noqa: DTZ007 - a month has no zone
    except ValueError:
        first = None
    if first is None or not EARLIEST <= first <= today():
        raise BadInput(field="月份", problem="没有这个月份,或还没有到", mend="请按 2026-11 填写。")
    return first


@operation(
    "timeliness.show_timeliness",
    article="R17.1",
    posts=LOOKS,
    title=("查看及时性统计", "See timeliness"),
    changes=False,
    audited=False,
)
def show_timeliness(desk: Desk, month: Annotated[str, Field(pattern=r"^(\d{4}-\d{2})?$")] = "") -> Month:
    """A month of the caller's units, like 2026-11; this month when none is named. Raises BadInput."""
    first = month_of(month)
    after = following(first)
    begins, ends = (datetime.combine(day, time(), SHANGHAI) for day in (first, after))
    calendar = known_days(desk.tx)
    days = [first + timedelta(days=n) for n in range((after - first).days)]
    # By when an answer to an ask of each day is in time: once for the month, not once for each ask.
    dues = {day: datetime.combine(calendar.add(day, ANSWERED_WITHIN).due, END_OF_DAY, SHANGHAI) for day in days}
    before = (first - timedelta(days=1)).replace(day=1)
    period = Period(begins, ends, desk.units)
    return Month(
        first,
        views(Figures, timeliness.by_post(desk.tx, begins, ends, now(), desk.units)),
        views(Figures, timeliness.by_channel(desk.tx, begins, ends, now(), desk.units, dues)),
        of_posts(desk, period),
        of_channels(desk, period),
        before if before >= EARLIEST else None,
        after if after <= today() else None,
    )
