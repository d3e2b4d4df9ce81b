"""Tasks: what a post of a unit has to do by when; made, done, handed on, escalated (I1, R15.1, R17.1)."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Code, Label, Limit, OptionalText, Text
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import POST_TITLES, Post
from hub.domain.tasks.urgency import Line, urgency
from hub.domain.visits import next_visit
from hub.operations.desk import Desk
from hub.operations.grants import holds
from hub.operations.operation import STAFF, operation
from hub.operations.views import view, views
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.schema import Customer, RequestHand, Task
from hub.registry.staff import leave_cover, users
from hub.registry.tasks import request_hands, tasks

from .account_managers import account_manager_of
from .due_dates import END_OF_DAY, Due, due_after
from .notify import tell

PAGE = 100
# Kinds of task that a person ends in their own words; others end by themselves when what they ask for is done.
BY_HAND = frozenset(["file", "no_order", "not_returned", "unreadable_before", "matter", "device_failed", "wrong_field"])
BY_HAND |= {"term_ends", "term_ends_manager"}
# Ways to look at a part of the inbox.
ONLY = ("late", "blocks", "mine")
Page = Annotated[int, Field(ge=1, le=10_000)]


class TakerUnfit(Refusal):
    """A task goes only to a holder of its post in its unit (R15.1)."""

    article = "R15.1"
    says = ("{name}不是这项工作的岗位人员,不能转办。", "{name} does not hold the post of this task.")
    then = ("请选择本单位的{post}。", "Choose a holder of it: {post}.")


class NotYourPost(Refusal):
    """This step belongs to another post, or to the post in another unit (R4.1)."""

    article, status = "R4.1", 403
    says = ("这一步由{posts}办理。", "This step is for: {posts}.")
    then = ("请由该岗位人员办理。", "Let a holder of that post do it.")


class OwnedByAnother(Refusal):
    """A task that was assigned to a person has that owner (R15.1)."""

    article, status = "R15.1", 409
    says = ("这项工作由{name}负责,不能由您转办。", "This task is {name}'s; you cannot reassign it.")
    then = ("请与{name}商量,由其本人、顶岗人或科长转办。", "{name}, their cover, or the section chief can reassign it.")


class EndsOtherwise(Refusal):
    """A task that ends when what it asks for is done cannot be ticked off (R15.1)."""

    article, status = "R15.1", 409
    says = (
        "这项工作办完后自动办结,不能直接标记。",
        "This task ends when what it asks for is done; it cannot be ticked off.",
    )
    then = ("请办理该事项本身。", "Do what it asks for.")


class HandedOnAlready(Refusal):
    """A request goes to one post at a time (R15.2)."""

    article, status = "R15.2", 409
    says = (
        "这项诉求已转交{post},对方尚未接办,仍由原负责人负责。",
        "This request waits for another post to take it: {post}. Its owner still has it.",
    )
    then = ("请等对方接办,或先收回转交。", "Wait until it is taken, or take it back first.")


@dataclass(frozen=True)
class HandView:
    """One hand-over of a request to another post, and its answer: none yet, taken_over, declined, taken_back, ended."""

    id: UUID
    from_post: str
    to_post: str
    why: str
    by_name: str
    at: datetime
    answer: str | None
    answer_why: str | None
    answered_at: datetime | None
    answered_by_name: str | None


@dataclass(frozen=True)
class TaskView:
    """Something to be done by a post; `sum` tells how its due moment was counted, `user_id` whom it was handed to."""

    id: UUID
    kind: str
    article: str
    customer_id: UUID | None
    unit_code: str
    post: str
    subject_kind: str
    subject_id: UUID
    details: dict[str, Any]
    sum: str
    days: int | None
    made_at: datetime
    due_at: datetime | None
    user_id: UUID | None
    for_whom: str | None
    escalated_to: list[str]


@dataclass(frozen=True)
class ListedTask:
    """One line of the inbox: the task, whom it is about (empty: the unit), and what decides its place."""

    task: TaskView
    customer_code: str
    shop_name: str
    line: Line


@dataclass(frozen=True)
class Inbox:
    """A page of a person's tasks; how many there are, are late, and match the filter; how many of each kind."""

    views: list[ListedTask]
    total: int
    late: int
    chosen: int
    kinds: dict[str, int]


@dataclass(frozen=True)
class TaskPage:
    """A task, its owner (empty: any holder), who may take it ({login: name}), whether it is finished by hand."""

    task: TaskView
    customer_code: str
    shop_name: str
    late: bool
    owner: str
    takers: dict[str, str]
    by_hand: bool
    hands: list[HandView]


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
    """Open a task, due in so many working days at a time of day (None: no deadline).

    The days are counted from `since`, which may lie ahead, and before it when they are negative; without it from now.
    A task of the same kind about the same subject that is open already is returned instead.
    """
    # One for a kind and subject: two events at once meet at the unique index of open tasks.
    for open_already in tasks.open_tasks_about(desk.tx, *subject, kind):
        return open_already
    moment = now()
    event = since or moment
    counted = due_after(desk.tx, event, days, at) if days is not None else None
    task = Task(
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
        # An event ahead (a booked day) does not make the task younger than it is.
        made_at=min(event, moment),
        due_at=counted.moment if counted else None,
        escalated_to=[],
    )
    if post is Post.ACCOUNT_MANAGER and (manager := account_manager_of(desk.tx, customer_id)) is not None:
        task.user_id = manager.id
    desk.tx.add(task)
    desk.tx.flush()
    return task


def set_due(task: Task, due: Due) -> bool:
    """Give a task another due moment, with its sum, and let its escalation start again; False when nothing changes."""
    if task.due_at == due.moment:
        return False
    task.due_at, task.sum, task.escalated_to = due.moment, due.sum, []
    return True


def close_tasks(desk: Desk, subject_kind: str, subject_id: UUID, outcome: str, kind: str | None = None) -> None:
    """Close the open tasks about a subject, of one kind or all: they are done, or no longer needed."""
    for task in tasks.open_tasks_about(desk.tx, subject_kind, subject_id, kind):
        _close(desk, task, outcome)


def _close(desk: Desk, task: Task, outcome: str) -> None:
    task.done_at, task.done_by, task.done_by_name, task.outcome = now(), desk.actor.user_id, desk.actor.name, outcome
    task.for_whom = desk.actor.acts_for(Post(task.post), task.unit_code)


@operation(
    "tasks.inbox",
    article="R15.1",
    posts=STAFF,
    title=("查看待办事项", "See tasks"),
    changes=False,
    own=True,
    audited=False,
)
def inbox(desk: Desk, limit: Limit = PAGE, page: Page = 1, kind: OptionalText = "", only: OptionalText = "") -> Inbox:
    """The caller's open tasks, by their posts and units and what was handed to them; the most urgent first.

    `only`: late, blocks (an order), mine (handed to the caller). A page holds `limit` tasks. Raises BadInput.
    """
    if only and only not in ONLY:
        raise BadInput(field="筛选", problem="没有这一项", mend="请从列表中选择。", at="only")
    # Each post with its own units: a clerk of one county may be a manager of another.
    places = {(post, unit) for post in desk.actor.posts for unit in desk.covered_units(frozenset({post}))}
    me = desk.actor.user_id
    # Whom the caller covers: tasks handed to them alone must be seen by somebody (R5.1).
    absent = (
        {leave.user_id for _, leave in leave_cover.acting(desk.tx, me, now())} if me and desk.actor.covers else set()
    )
    weighed = {task.id: _weighed(task, me) for task in tasks.inbox(desk.tx, places, me, absent)}
    chosen = [task_id for task_id, line in weighed.items() if (not kind or line.kind == kind) and _is(line, only)]
    chosen.sort(key=lambda task_id: urgency(weighed[task_id]))
    first = max(page - 1, 0) * limit
    shown = chosen[first : first + limit]
    # Only the page's own tasks are loaded whole; an inbox may hold thousands.
    known = tasks.with_customers(desk.tx, shown)
    views = [_listed(*known[task_id], weighed[task_id]) for task_id in shown if task_id in known]
    late, kinds = sum(line.late for line in weighed.values()), Counter(line.kind for line in weighed.values())
    return Inbox(views, len(weighed), late, len(chosen), dict(kinds))


def _listed(task: Task, customer: Customer | None, line: Line) -> ListedTask:
    code, shop_name = (customer.code, customer.shop_name) if customer else ("", "")
    return ListedTask(view(TaskView, task), code, shop_name, line)


def _weighed(task: tasks.Line, me: UUID | None) -> Line:
    late = (now() - task.due_at).total_seconds() / 3600 if task.due_at else None
    here, day = today(), task.order_day or ""
    due = (task.due_at.astimezone(SHANGHAI).date() - here).days if task.due_at else None
    order = (next_visit(int(day), here) - here).days if day.isdecimal() and 1 <= int(day) <= 7 else None
    mine = task.user_id is not None and task.user_id == me
    return Line(task.kind, task.article, late, due, order, task.due_at, task.made_at, mine)


def _is(line: Line, only: str) -> bool:
    return not only or {"late": line.late, "blocks": line.blocks, "mine": line.mine}[only]


@operation(
    "tasks.show_task", article="R15.1", posts=STAFF, title=("查看一项待办", "See a task"), changes=False, audited=False
)
def show_task(desk: Desk, task_id: UUID) -> TaskPage:
    """One open task of the caller's posts, and who may take it. Raises NotFound, NotYourPost."""
    task = my_task(desk, task_id)
    customer = desk.tx.get(Customer, task.customer_id) if task.customer_id else None
    above = users.units_above(desk.tx, task.unit_code)
    holders = leave_cover.holders(desk.tx, task.post, above, "a") + leave_cover.holders(desk.tx, task.post, above, "b")
    takers = [holder for holder in holders if holds(desk.tx, holder.id, Post(task.post), task.unit_code)]
    owner = users.user(desk.tx, task.user_id) if task.user_id else None
    return TaskPage(
        view(TaskView, task),
        customer.code if customer else "",
        customer.shop_name if customer else "",
        late=task.due_at is not None and task.due_at < now(),
        owner=owner.name if owner else "",
        takers={taker.login: taker.name for taker in takers if taker.id not in (desk.actor.user_id, task.user_id)},
        by_hand=task.kind in BY_HAND,
        hands=views(HandView, request_hands.hands_of(desk.tx, task.id)),
    )


@operation("tasks.finish", article="R15.1", posts=STAFF, title=("办结待办", "Finish a task"), people_only=True)
def finish(
    desk: Desk,
    task_id: UUID,
    outcome: Annotated[
        Text,
        Label(
            "办理结果",
            "How it ended",
            ("如归档编号、客户答复、核对结果", "File number, what the customer said, what was found"),
        ),
    ],
) -> None:
    """Record how a task ended that no other operation ends: filed, the customer asked, the record checked.

    Raises NotFound, NotYourPost, OwnedByAnother, EndsOtherwise, and BadInput without words.
    """
    task = my_task(desk, task_id)
    check_owned(desk, task)
    if task.kind not in BY_HAND:
        raise EndsOtherwise()
    if not outcome.strip():
        raise BadInput(field="办理结果", problem="没有填写", mend="请写明怎样办结,如归档编号、客户答复。")
    if (hand := request_hands.open_hand(desk.tx, task.id)) is not None:
        answer_hand(desk, hand, "ended")
    _close(desk, task, outcome.strip())
    desk.audit_detail |= {"task": task.kind, "outcome": outcome.strip()}


@operation("tasks.hand_over", article="R15.1", posts=STAFF, title=("转办", "Reassign a task"), people_only=True)
def hand_over(
    desk: Desk,
    task_id: UUID,
    to: Annotated[Code, Label("接办人", "Who takes it")],
    why: Annotated[
        Text, Label("转办原因", "Why", ("接办后由其负责到底(第十五条)", "They own it until it ends (Article 15)"))
    ],
) -> None:
    """Give a task to another holder of its post, by login; a task has one owner at all times (R15.1).

    Raises NotFound, NotYourPost, TakerUnfit, OwnedByAnother, and BadInput without a reason.
    """
    task = my_task(desk, task_id)
    if not why.strip():
        raise BadInput(field="转办原因", problem="没有填写", mend="请写明为什么转办。")
    check_owned(desk, task)
    check_not_handed_on(desk, task)
    taker = users.by_login(desk.tx, to)
    post = Post(task.post)
    # As of now: a B holder may take tasks only while they cover.
    fit = taker is not None and taker.active and holds(desk.tx, taker.id, post, task.unit_code)
    if taker is None or not fit:
        known = taker is not None and (desk.units is None or taker.unit_code in desk.units)
        raise TakerUnfit(name=taker.name if taker is not None and known else to, post=POST_TITLES[post])
    task.user_id = taker.id
    about: dict[str, Any] = {
        "subject_kind": task.subject_kind,
        "subject_id": str(task.subject_id),
        "task": task.kind,
        "post": task.post,
    }
    tell(desk, "task_handed", "R15.1", [post], task.unit_code, customer_id=task.customer_id, user_id=taker.id, **about)
    desk.audit_detail |= {"to": to, "why": why.strip()}


def answer_hand(desk: Desk, hand: RequestHand, answer: str, why: str | None = None) -> None:
    """Record how a hand-over of a request ended; the other post has nothing left to take."""
    hand.answer, hand.answer_why, hand.answered_at, hand.answered_by_name = answer, why, now(), desk.actor.name
    close_tasks(desk, "request_hand", hand.id, answer)


def check_not_handed_on(desk: Desk, task: Task) -> None:
    """Raise HandedOnAlready while another post is asked to take the request."""
    if (hand := request_hands.open_hand(desk.tx, task.id)) is not None:
        raise HandedOnAlready(post=POST_TITLES[Post(hand.to_post)])


def check_owned(desk: Desk, task: Task) -> None:
    """Raise OwnedByAnother unless the caller is the owner, covers them, or is a section chief, who answers for both."""
    me = desk.actor.user_id
    if task.user_id is None or task.user_id == me:
        return
    covered = {leave.user_id for _, leave in leave_cover.acting(desk.tx, me, now())} if me else set()
    chief = task.unit_code in desk.covered_units(frozenset({Post.SECTION_CHIEF}))
    owner = users.user(desk.tx, task.user_id)
    if task.user_id not in covered and not chief and owner is not None and owner.active:
        raise OwnedByAnother(name=owner.name)


def my_task(desk: Desk, task_id: UUID) -> Task:
    """An open task of the caller's posts and units, locked. Raises NotFound, NotYourPost."""
    task = tasks.task(desk.tx, task_id, lock=True)
    if task is None or task.done_at is not None or (desk.units is not None and task.unit_code not in desk.units):
        raise NotFound(what="待办事项")
    desk.about("task", str(task.id))
    post = Post(task.post)
    if task.unit_code not in desk.covered_units(frozenset({post})):
        raise NotYourPost(posts=POST_TITLES[post])
    return task
