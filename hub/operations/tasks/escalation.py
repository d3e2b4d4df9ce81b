"""Reminders, and escalation of late tasks: each step once, in the transaction that notes it (R17.1)."""

from typing import Any
from uuid import UUID

from hub.domain.staff.posts import Post
from hub.domain.tasks.escalation import STEPS, Step, To, bound, owed
from hub.operations.desk import Desk
from hub.operations.grants import nearest
from hub.ports import SHANGHAI, now
from hub.registry.schema import Task, User
from hub.registry.staff import leave_cover, users
from hub.registry.tasks import escalation

from .due_dates import END_OF_DAY, known_days
from .notify import tell

# Tasks in one step, to keep its transaction short; the rest follows in ten seconds.
AT_A_TIME = 200


def escalate(desk: Desk) -> int:
    """Tell whom the table names about tasks that are due or late; returns how many tasks took a step."""
    moment = now().astimezone(SHANGHAI)
    calendar = known_days(desk.tx)
    # Each step as a bound on the due moment, so that the database finds the tasks by its index.
    bounds = {step.key: bound(step, calendar, moment, END_OF_DAY) for step in STEPS}
    due = escalation.to_tell(desk.tx, bounds, moment, STEPS[0].key, AT_A_TIME)
    for task in due:
        assert task.due_at is not None
        for step in owed(task.due_at, task.escalated_to, moment, bounds):
            _take(desk, task, step)
    return len(due)


def _take(desk: Desk, task: Task, step: Step) -> None:
    """Tell whom the step names, and note it even if there is nobody to tell, so that the next step is reached."""
    task.escalated_to = [*task.escalated_to, step.key]
    if step.to is To.HOLDERS:
        _notify(desk, task, step, Post(task.post), task.unit_code, task.user_id)
    elif step.to is To.SECOND:
        for other, unit in _seconds(desk, task):
            _notify(desk, task, step, Post(task.post), unit, other.id)
    # Not to a superior about their own task: they had the reminder as its holder.
    elif step.post is not None and task.post not in step.own:
        unit = nearest(desk.tx, step.post, task.unit_code)
        _notify(desk, task, step, step.post, unit, None)


def _seconds(desk: Desk, task: Task) -> list[tuple[User, str]]:
    above = users.units_above(desk.tx, task.unit_code)
    return [(other, unit) for unit in above for other in leave_cover.holders(desk.tx, task.post, [unit], "b")]


def _notify(desk: Desk, task: Task, step: Step, post: Post, unit_code: str, user_id: UUID | None) -> None:
    assert task.due_at is not None
    details: dict[str, Any] = {
        "task": task.kind,
        "post": task.post,
        "due": task.due_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        "subject_kind": task.subject_kind,
        "subject_id": str(task.subject_id),
    }
    kind = "task_due" if step.days < 0 else "task_late"
    tell(desk, kind, task.article, [post], unit_code, customer_id=task.customer_id, user_id=user_id, **details)
