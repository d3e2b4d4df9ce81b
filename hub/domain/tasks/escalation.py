"""Who is notified about a task that is due or late, and when: one table (R15.1, R17.1)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from hub.domain.staff.posts import Post

from .working_days import Calendar


class To(StrEnum):
    """Who is notified."""

    HOLDERS = "holders"
    """The post itself, or the one person to whom the task was handed."""
    SECOND = "second"
    """The B holder of the post."""
    POST = "post"
    """The post that the step names."""


@dataclass(frozen=True)
class Step:
    """One notification: `days` working days after the due moment (negative: before), once for each task."""

    key: str
    days: int
    to: To
    post: Post | None = None
    own: frozenset[Post] = frozenset()
    """Posts whose own tasks are left out: this step's post would be notified about itself."""


STEPS: tuple[Step, ...] = (
    Step("reminder", -1, To.HOLDERS),
    Step("holder_b", 0, To.SECOND),
    Step("section_chief", 1, To.POST, Post.SECTION_CHIEF, frozenset({Post.SECTION_CHIEF})),
    Step("internal_control", 2, To.POST, Post.INTERNAL_CONTROL, frozenset({Post.INTERNAL_CONTROL})),
)
# How many days back the bound of a step is looked for.
FURTHEST = 60


def bound(step: Step, calendar: Calendar, moment: datetime, day_ends: time) -> datetime:
    """Tasks due up to this moment have reached the step, by the end of the day."""
    # Inverted, so that the query compares a column with one moment instead of counting working days for every task.
    today, zone = moment.date(), moment.tzinfo
    if step.days < 0:
        last = calendar.add(today, -step.days).due
        return datetime.combine(last, time.max, zone)
    if step.days == 0:
        return moment
    for back in range(1, FURTHEST):
        day: date = today - timedelta(days=back)
        reached = datetime.combine(calendar.add(day, step.days).due, day_ends, zone)
        if reached <= moment:
            return datetime.combine(day, time.max, zone)
    return datetime.combine(today - timedelta(days=FURTHEST), time.max, zone)


def owed(due: datetime, told: Collection[str], moment: datetime, bounds: dict[str, datetime]) -> list[Step]:
    """The steps that a task has reached but not taken yet, in order; reminders only while it is not late."""
    return [
        step for step in STEPS if step.key not in told and due <= bounds[step.key] and (step.days >= 0 or due > moment)
    ]
