"""Tasks: what a post of a unit has to do by when; made, done, handed on, escalated (I1, R15.1, R17.1)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from uuid import UUID

from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import POST_TITLES, Post
from hub.domain.tasks.urgency import Line, harm
from hub.domain.visits import next_visit
from hub.operations.desk import Desk
from hub.operations.grants import holds
from hub.operations.operation import STAFF, operation
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.schema import Customer, Task
from hub.registry.staff import leave_cover, users
from hub.registry.tasks import tasks

from .due_dates import END_OF_DAY, Due, due_after
from .notify import tell

PAGE = 100
BY_HAND = frozenset({"file", "no_order", "not_returned", "unreadable_before", "matter"})
"""Kinds of task that a person ends with words of their own; the others end with what they ask for."""


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


class OwnedByAnother(Refusal):
    """A task that was handed to somebody has that owner (R15.1)."""

    article, status = "R15.1", 409
    says = ("这项工作由{name}负责,不能由您转办。", "This task is {name}'s; you cannot hand it on.")
    then = ("请与{name}商量,由其本人、顶岗人或科长转办。", "Let {name}, who covers them, or the section chief do it.")


class EndsOtherwise(Refusal):
    """A task that ends with what it asks for is not ticked off (R15.1)."""

    article, status = "R15.1", 409
    says = (
        "这项工作办完后自动办结,不能直接标记。",
        "This task ends when what it asks for is done; it is not ticked off.",
    )
    then = ("请点“去办理”完成该事项。", "Open it and do what it asks for.")


@dataclass(frozen=True)
class TaskView:
    """One line of the inbox, and how it was weighed."""

    task: Task
    customer: Customer | None
    line: Line


@dataclass(frozen=True)
class Inbox:
    """A page of a desk's tasks; how many there are, are late, and fit what was asked for; how many of each kind."""

    views: list[TaskView]
    total: int
    late: int
    chosen: int
    kinds: dict[str, int]


@dataclass(frozen=True)
class TaskPage:
    """A task, whose it is (empty: any holder's), who may take it ({login: name}), whether it is finished by hand."""

    view: TaskView
    owner: str
    takers: dict[str, str]
    by_hand: bool


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
    for there in tasks.open_tasks_about(desk.tx, *subject, kind):
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
    for row in tasks.open_tasks_about(desk.tx, subject_kind, subject_id, kind):
        row.done_at, row.done_by, row.done_by_name, row.outcome = now(), desk.actor.user_id, desk.actor.name, outcome
        row.for_whom = desk.actor.acts_for(Post(row.post), row.unit_code)


@operation(
    "tasks.inbox",
    article="R15.1",
    posts=STAFF,
    title=("查看待办事项", "See tasks"),
    changes=False,
    own=True,
    audited=False,
)
def inbox(desk: Desk, limit: int = PAGE, page: int = 1, kind: str = "", only: str = "") -> Inbox:
    """The caller's open tasks, by their posts and units and what was handed to them; the most harmful first.

    `only`: late, blocks (an order), mine (handed to the caller). A page holds `limit` tasks, the first is 1.
    """
    places = {(post, unit) for post in desk.actor.posts for unit in desk.covered_units(frozenset({post}))}
    me = desk.actor.user_id
    absent = (
        {leave.user_id for _, leave in leave_cover.acting(desk.tx, me, now())} if me and desk.actor.covers else set()
    )
    found = sorted(
        (_weighed(row, me) for row in tasks.inbox(desk.tx, places, me, absent)), key=lambda each: harm(each[1])
    )
    kinds = Counter(line.kind for _, line in found)
    late = sum(line.late for _, line in found)
    chosen = [each for each in found if (not kind or each[1].kind == kind) and _is(each[1], only)]
    first = max(page - 1, 0) * limit
    shown = chosen[first : first + limit]
    rows = tasks.with_customers(desk.tx, [task_id for task_id, _ in shown])
    views = [TaskView(*rows[task_id], line) for task_id, line in shown if task_id in rows]
    return Inbox(views, len(found), late, len(chosen), dict(kinds))


def _weighed(row: tasks.Line, me: UUID | None) -> tuple[UUID, Line]:
    late = (now() - row.due_at).total_seconds() / 3600 if row.due_at else None
    here, day = today(), row.order_day or ""
    due = (row.due_at.astimezone(SHANGHAI).date() - here).days if row.due_at else None
    order = (next_visit(int(day), here) - here).days if day.isdecimal() and 1 <= int(day) <= 7 else None
    mine = row.user_id is not None and row.user_id == me
    return row.id, Line(row.kind, row.article, late, due, order, row.due_at, row.made_at, mine)


def _is(line: Line, only: str) -> bool:
    return {"late": line.late, "blocks": line.blocks, "mine": line.mine}.get(only, True)


@operation(
    "tasks.show_task", article="R15.1", posts=STAFF, title=("查看一项待办", "See a task"), changes=False, audited=False
)
def show_task(desk: Desk, task_id: UUID) -> TaskPage:
    """One open task of the caller's posts, and who may take it. Raises NotFound, NotYourPost."""
    row = my_task(desk, task_id)
    view = TaskView(*tasks.with_customers(desk.tx, [row.id])[row.id], _weighed(_line(desk, row), desk.actor.user_id)[1])
    above = users.units_above(desk.tx, row.unit_code)
    holders = leave_cover.holders(desk.tx, row.post, above, "a") + leave_cover.holders(desk.tx, row.post, above, "b")
    takers = [each for each in holders if holds(desk.tx, each.id, Post(row.post), row.unit_code)]
    others = {each.login: each.name for each in takers if each.id not in (desk.actor.user_id, row.user_id)}
    owner = users.user(desk.tx, row.user_id) if row.user_id else None
    return TaskPage(view, owner.name if owner else "", others, row.kind in BY_HAND)


def _line(desk: Desk, row: Task) -> tasks.Line:
    customer = desk.tx.get(Customer, row.customer_id) if row.customer_id else None
    day = str(customer.values.get("order_day", "")) if customer else None
    return tasks.Line(row.id, row.kind, row.article, row.user_id, row.made_at, row.due_at, day)


@operation("tasks.finish", article="R15.1", posts=STAFF, title=("办结待办", "Finish a task"), people_only=True)
def finish(desk: Desk, task_id: UUID, outcome: str) -> None:
    """Say how a task ended that no other operation ends: filed, the customer asked, the record looked at.

    Raises NotFound, NotYourPost, OwnedByAnother, EndsOtherwise, and BadInput without words.
    """
    row = my_task(desk, task_id)
    _owned_by_caller(desk, row)
    if row.kind not in BY_HAND:
        raise EndsOtherwise()
    if not outcome.strip():
        raise BadInput(field="办理结果", problem="没有填写", mend="请写明怎样办结,如归档编号、客户答复。")
    row.done_at, row.done_by, row.done_by_name, row.outcome = (
        now(),
        desk.actor.user_id,
        desk.actor.name,
        outcome.strip(),
    )
    row.for_whom = desk.actor.acts_for(Post(row.post), row.unit_code)
    desk.audit_detail |= {"task": row.kind, "outcome": outcome.strip()}


@operation("tasks.hand_over", article="R15.1", posts=STAFF, title=("转办", "Hand a task on"), people_only=True)
def hand_over(desk: Desk, task_id: UUID, to_login: str, why: str) -> None:
    """Give a task to another holder of its post; it has one owner all the time (R15.1).

    Raises TakerUnfit, OwnedByAnother, and BadInput without a reason.
    """
    row = my_task(desk, task_id)
    if not why.strip():
        raise BadInput(field="转办原因", problem="没有填写", mend="请写明为什么转办。")
    _owned_by_caller(desk, row)
    taker = users.by_login(desk.tx, to_login)
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
    desk.audit_detail |= {"to": to_login, "why": why.strip()}


def _owned_by_caller(desk: Desk, row: Task) -> None:
    """What one person has is handed on by them, by who covers them, or by a section chief, who answers for both."""
    me = desk.actor.user_id
    if row.user_id is None or row.user_id == me:
        return
    covered = {leave.user_id for _, leave in leave_cover.acting(desk.tx, me, now())} if me else set()
    chief = row.unit_code in desk.covered_units(frozenset({Post.SECTION_CHIEF}))
    owner = users.user(desk.tx, row.user_id)
    if row.user_id not in covered and not chief and owner is not None and owner.active:
        raise OwnedByAnother(name=owner.name)


def my_task(desk: Desk, task_id: UUID) -> Task:
    """An open task of the caller's posts and units. Raises NotFound, NotYourPost."""
    row = tasks.task(desk.tx, task_id, lock=True)
    if row is None or row.done_at is not None or (desk.units is not None and row.unit_code not in desk.units):
        raise NotFound(what="待办事项")
    desk.about("task", str(row.id))
    post = Post(row.post)
    if row.unit_code not in desk.covered_units(frozenset({post})):
        raise NotYourPost(posts=POST_TITLES[post][0])
    return row
