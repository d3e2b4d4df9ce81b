"""Review of attention and cooperation before a grade evaluation: a task and a list for each account manager (R7.4)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from hub.domain.inputs import Label, Text
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.operations.views import view
from hub.ports import SHANGHAI, new_id, now
from hub.registry import grades
from hub.registry.schema import Customer, GradeEvaluation, GradeRevisit
from hub.registry.staff import leave_cover, users

LOOKS = {Post.ACCOUNT_MANAGER, Post.SECTION_CHIEF}
SHOWN, AT_A_TIME = 500, 200


@dataclass(frozen=True)
class LeftCustomer:
    """A customer whose attention and cooperation are still to be looked at."""

    customer_id: UUID
    code: str
    shop_name: str
    attention: str
    cooperation: str


@dataclass(frozen=True)
class RevisitView:
    """An account manager's list before an evaluation: unchanged since `since`, how many are left, and the outcome.

    `customers` and their `codes` are filled in only when a single list is shown.
    """

    id: UUID
    evaluation_day: date
    unit_code: str
    manager: str
    since: datetime
    left: int
    looked_at: int
    done_at: datetime | None
    done_by_name: str | None
    note: str | None
    codes: list[str]
    customers: list[LeftCustomer]


def open_revisits(desk: Desk, evaluation: GradeEvaluation) -> int:
    """Give each account manager a list of the customers who have not changed since the previous evaluation.

    Without an earlier evaluation all are on it. Returns how many account managers have a list.
    """
    # An earlier evaluation of a unit above or below has covered these customers too.
    below = users.units_below(desk.tx, {evaluation.unit_code})
    line = {*below, *users.units_above(desk.tx, evaluation.unit_code)}
    last = grades.previous(desk.tx, line, evaluation.day)
    since = datetime.combine(last + timedelta(days=1), time(), SHANGHAI) if last is not None else evaluation.at
    managers = grades.managers(desk.tx, below, since)
    for unit_code, manager in managers:
        revisit = GradeRevisit(
            id=new_id(), evaluation_id=evaluation.id, unit_code=unit_code, manager=manager, since=since, looked_at=0
        )
        desk.tx.add(revisit)
        desk.tx.flush()
        _task(desk, revisit, evaluation)
    return len(managers)


def _task(desk: Desk, revisit: GradeRevisit, evaluation: GradeEvaluation) -> None:
    task = open_task(
        desk,
        "revisit",
        "R7.4",
        post=Post.ACCOUNT_MANAGER,
        unit_code=revisit.unit_code,
        subject=("grade_revisit", revisit.id),
        days=-1,
        since=datetime.combine(evaluation.day, time(8), SHANGHAI),
        details={"manager": revisit.manager},
    )
    above = users.units_above(desk.tx, revisit.unit_code)
    holders = leave_cover.holders(desk.tx, Post.ACCOUNT_MANAGER, above, "a")
    named = [holder for holder in holders if holder.name == revisit.manager]
    # Records name managers by name: of two namesakes, or a name that nobody bears, any holder may take the task.
    task.user_id = named[0].id if len(named) == 1 else None


def end_finished_revisits(desk: Desk, customer: Customer) -> None:
    """After attention or cooperation has changed, end the lists on which this customer was the last."""
    for revisit in grades.undone(desk.tx, customer.unit_code, str(customer.values.get("account_manager") or "")):
        if not grades.left(desk.tx, revisit):
            _end(desk, revisit, "全部已更新", 0)


@operation(
    "grade_revisits.end_revisit",
    article="R7.4",
    posts={Post.ACCOUNT_MANAGER},
    title=("登记评定前复核", "Record a revisit"),
)
def end_revisit(
    desk: Desk,
    revisit_id: UUID,
    why: Annotated[Text, Label("未调整的客户为何维持不变", "Why the others stay as they are")],
) -> None:
    """Record that the whole list was looked at; customers still on it stay as they are. Raises NotFound, BadInput."""
    revisit = _mine(desk, revisit_id)
    if revisit.done_at is not None:
        raise NotFound(what="评定前复核")
    if len(why.strip()) < 2:
        raise BadInput(field="复核情况", problem="没有填写", mend="请写明未调整的客户为何维持不变。")
    # Counted before it ends: how many were looked at and deliberately left as they are.
    count = grades.left(desk.tx, revisit)
    _end(desk, revisit, shortened(why, 200), count)
    desk.audit_detail["unchanged"] = count


def _end(desk: Desk, revisit: GradeRevisit, note: str, looked_at: int) -> None:
    revisit.done_at, revisit.done_by_name, revisit.note, revisit.looked_at = now(), desk.actor.name, note, looked_at
    close_tasks(desk, "grade_revisit", revisit.id, "done")


def _mine(desk: Desk, revisit_id: UUID) -> GradeRevisit:
    revisit = grades.revisit(desk.tx, revisit_id)
    if revisit is None or (desk.units is not None and revisit.unit_code not in desk.units):
        raise NotFound(what="评定前复核")
    desk.about("grade_revisit", str(revisit.id))
    desk.at_unit = revisit.unit_code
    return revisit


@operation(
    "grade_revisits.list_revisits",
    article="R7.4",
    posts=LOOKS,
    title=("查看评定前复核", "See revisits"),
    changes=False,
    audited=False,
)
def list_revisits(desk: Desk) -> list[RevisitView]:
    """Revisits of the caller's units without their customers, the latest evaluation first."""
    return [
        _view(desk, revisit, evaluation, []) for revisit, evaluation in grades.revisits(desk.tx, desk.units, AT_A_TIME)
    ]


@operation(
    "grade_revisits.show_revisit",
    article="R7.4",
    posts=LOOKS,
    title=("查看复核名单", "See a revisit's list"),
    changes=False,
    audited=False,
)
def show_revisit(desk: Desk, revisit_id: UUID) -> RevisitView:
    """A revisit with the customers that are still to be looked at. Raises NotFound."""
    revisit = _mine(desk, revisit_id)
    evaluation = desk.tx.get_one(GradeEvaluation, revisit.evaluation_id)
    return _view(desk, revisit, evaluation, [] if revisit.done_at else grades.to_revisit(desk.tx, revisit, SHOWN))


def _view(desk: Desk, revisit: GradeRevisit, evaluation: GradeEvaluation, customers: Sequence[Customer]) -> RevisitView:
    left = [
        LeftCustomer(
            customer.id,
            customer.code,
            customer.shop_name,
            attention=str(customer.values.get("attention", "")),
            cooperation=str(customer.values.get("cooperation", "")),
        )
        for customer in customers
    ]
    return view(
        RevisitView,
        revisit,
        evaluation_day=evaluation.day,
        left=0 if revisit.done_at else grades.left(desk.tx, revisit),
        codes=[customer.code for customer in customers],
        customers=left,
    )
