"""Tasks: what a post of a unit has to do by when; made, done, handed on, escalated (I1, R15.1, R17.1)."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from hub.domain.harm import Line, harm
from hub.domain.people import POST_TITLES, Post
from hub.domain.refusals import NotFound, Refusal
from hub.domain.visits import next_visit
from hub.ports import new_id, now, today
from hub.registry import covers, people, work
from hub.registry.schema import Customer, Task

from .desk import Desk
from .due import END_OF_DAY, Due, due_after
from .grants import holds
from .operation import STAFF, operation
from .telling import tell

MOST = 500
"""Tasks of a desk that are weighed: the longest due."""


class TakerUnfit(Refusal):
    """A task goes only to somebody who holds its post for its unit (R15.1)."""

    article = "R15.1"
    says = ("{name}不是这项工作的岗位人员,不能转办。", "{name} does not hold the post of this task.")
    then = ("请选择本单位的{post}。", "Choose somebody who does: {post}.")


class NotYourPost(Refusal):
    """This very step belongs to another post, or to the post in another unit (R4.1)."""

    article, status = "R4.1", 403
    says = ("这一步由{posts}办理。", "This step is for: {posts}.")
    then = ("请由该岗位人员办理。", "Let a holder of that post do it.")


@dataclass(frozen=True)
class TaskView:
    """One line of the inbox."""

    task: Task
    customer: Customer | None
    late_hours: float
    order_in_days: int | None = None
    """Days until the customer's next order day."""
    blocks: bool = False
    """The customer may not be able to order."""
    mine: bool = False
    """Handed to the reader alone."""


def open_task(
    desk: Desk,
    kind: str,
    article: str,
    *,
    post: Post,
    unit_code: str,
    subject: tuple[str, UUID],
    customer_id: UUID | None = None,
    days: int | None = None,
    since: datetime | None = None,
    at: time = END_OF_DAY,
    details: dict[str, Any] | None = None,
) -> Task:
    """Make a task, due in so many working days at a time of day (None: no deadline). One open a kind and subject.

    The days are counted from `since`, which may lie ahead, and before it when they are negative; without it from now.
    """
    for there in work.open_tasks_about(desk.tx, *subject, kind):
        return there
    moment = now()
    event = since or moment
    counted = due_after(desk.tx, event, days, at) if days is not None else None
    row = Task(
        id=new_id(),
        kind=kind,
        article=article,
        customer_id=customer_id,
        unit_code=unit_code,
        post=post,
        subject_kind=subject[0],
        subject_id=subject[1],
        details=details or {},
        sum=counted.sum if counted else "",
        days=days,
        counted_from=event if counted else None,
        made_at=min(event, moment),
        due_at=counted.moment if counted else None,
        escalated_to=[],
    )
    desk.tx.add(row)
    desk.tx.flush()
    return row


def move(row: Task, due: Due) -> bool:
    """Give a task another due moment, with its sum; false when it stays. Who was told it is late is told anew."""
    if row.due_at == due.moment:
        return False
    row.due_at, row.sum, row.escalated_to = due.moment, due.sum, []
    return True


def close_tasks(desk: Desk, subject_kind: str, subject_id: UUID, outcome: str, kind: str | None = None) -> None:
    """What was to be done about a thing is done, or no longer needed."""
    for row in work.open_tasks_about(desk.tx, subject_kind, subject_id, kind):
        row.done_at, row.done_by, row.done_by_name, row.outcome = now(), desk.actor.user_id, desk.actor.name, outcome
        row.for_whom = desk.actor.acts_for(Post(row.post), row.unit_code)


@operation(article="R15.1", posts=STAFF, title=("查看待办事项", "See tasks"), changes=False, own=True, audited=False)
def inbox(desk: Desk, limit: int = 100) -> list[TaskView]:
    """The caller's open tasks, by their posts and units and what was handed to them; the most harmful first."""
    places = {(post, unit) for post in desk.actor.posts for unit in desk.covered_units(frozenset({post}))}
    me = desk.actor.user_id
    absent = {leave.user_id for _, leave in covers.acting(desk.tx, me, now())} if me and desk.actor.covers else set()
    rows = work.inbox(desk.tx, places, me, MOST, absent)
    found = [_weighed(desk, row, customer) for row, customer in rows]
    return [view for _, view in sorted(found, key=lambda each: each[0])][: min(limit, MOST)]


def _weighed(desk: Desk, row: Task, customer: Customer | None) -> tuple[tuple[object, ...], TaskView]:
    late = (now() - row.due_at).total_seconds() / 3600 if row.due_at else None
    day = str(customer.values.get("order_day", "")) if customer else ""
    order = (next_visit(int(day), today()) - today()).days if day.isdigit() and 1 <= int(day) <= 7 else None
    mine = row.user_id is not None and row.user_id == desk.actor.user_id
    line = Line(row.kind, late, order, row.due_at, row.made_at, mine)
    return harm(line), TaskView(row, customer, late or 0.0, order, line.blocks, mine)


@operation(article="R15.1", posts=STAFF, title=("转办", "Hand a task on"), people_only=True)
def hand_over(desk: Desk, task_id: UUID, to_login: str, why: str) -> None:
    """Give a task to another holder of its post; it has one owner all the time (R15.1). Raises TakerUnfit."""
    row = my_task(desk, task_id)
    taker = people.by_login(desk.tx, to_login)
    post = Post(row.post)
    fit = taker is not None and taker.active and holds(desk.tx, taker.id, post, row.unit_code)
    if taker is None or not fit:
        raise TakerUnfit(name=to_login, post=POST_TITLES[post][0])
    row.user_id = taker.id
    about: dict[str, Any] = {
        "subject_kind": row.subject_kind,
        "subject_id": str(row.subject_id),
        "task": row.kind,
        "post": row.post,
    }
    tell(desk, "task_handed", "R15.1", [post], row.unit_code, customer_id=row.customer_id, user_id=taker.id, **about)
    desk.audit_detail |= {"to": to_login, "why": why}


def my_task(desk: Desk, task_id: UUID) -> Task:
    """An open task of the caller's posts and units. Raises NotFound, NotYourPost."""
    row = work.task(desk.tx, task_id, lock=True)
    if row is None or row.done_at is not None or (desk.units is not None and row.unit_code not in desk.units):
        raise NotFound(what="待办事项")
    desk.about("task", str(row.id))
    post = Post(row.post)
    if row.unit_code not in desk.covered_units(frozenset({post})):
        raise NotYourPost(posts=POST_TITLES[post][0])
    return row
