"""Attention and cooperation looked at again before a grade evaluation: a task and a list for each account manager (R7.4)."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import SHANGHAI, new_id, now
from hub.registry import grades
from hub.registry.schema import Customer, GradeEvaluation, GradeRevisit
from hub.registry.staff import leave_cover, users

LOOKS = {Post.ACCOUNT_MANAGER, Post.SECTION_CHIEF}
SHOWN, AT_A_TIME = 500, 200


@dataclass(frozen=True)
class RevisitView:
    """A revisit: for which evaluation, how many customers are left, and with one of them asked for, which."""

    row: GradeRevisit
    evaluation: GradeEvaluation
    left: int
    customers: tuple[Customer, ...] = ()


def open_revisits(desk: Desk, evaluation: GradeEvaluation) -> int:
    """An evaluation was entered: what has not changed since the one before is to be looked at again, before its day.

    Without an earlier evaluation everything is. Returns how many account managers have a list.
    """
    below = users.units_below(desk.tx, {evaluation.unit_code})
    line = {*below, *users.units_above(desk.tx, evaluation.unit_code)}
    last = grades.previous(desk.tx, line, evaluation.day)
    since = datetime.combine(last + timedelta(days=1), time(), SHANGHAI) if last is not None else evaluation.at
    found = grades.managers(desk.tx, below, since)
    for unit_code, manager in found:
        row = GradeRevisit(
            id=new_id(), evaluation_id=evaluation.id, unit_code=unit_code, manager=manager, since=since, looked_at=0
        )
        desk.tx.add(row)
        desk.tx.flush()
        _task(desk, row, evaluation)
    return len(found)


def _task(desk: Desk, row: GradeRevisit, evaluation: GradeEvaluation) -> None:
    task = open_task(
        desk,
        "revisit",
        "R7.4",
        post=Post.ACCOUNT_MANAGER,
        unit_code=row.unit_code,
        subject=("grade_revisit", row.id),
        days=-1,
        since=datetime.combine(evaluation.day, time(8), SHANGHAI),
        details={"manager": row.manager},
    )
    above = users.units_above(desk.tx, row.unit_code)
    named = [
        each for each in leave_cover.holders(desk.tx, Post.ACCOUNT_MANAGER, above, "a") if each.name == row.manager
    ]
    task.user_id = named[0].id if len(named) == 1 else None


def revisited(desk: Desk, customer: Customer) -> None:
    """A customer's attention or cooperation changed: the list is done by itself with its last one."""
    for row in grades.undone(desk.tx, customer.unit_code, str(customer.values.get("account_manager") or "")):
        if not grades.left(desk.tx, row):
            _end(desk, row, "全部已更新", 0)


@operation(
    "grade_revisits.end_revisit",
    article="R7.4",
    posts={Post.ACCOUNT_MANAGER},
    title=("登记评定前复核", "Record a revisit"),
)
def end_revisit(desk: Desk, revisit_id: UUID, note: str) -> int:
    """All of the list were looked at; of those that are left attention and cooperation stay as they are. How many.

    Raises NotFound, BadInput.
    """
    row = _mine(desk, revisit_id)
    if row.done_at is not None:
        raise NotFound(what="评定前复核")
    if len(note.strip()) < 2:
        raise BadInput(field="复核情况", problem="没有填写", mend="请写明未调整的客户为何维持不变。")
    count = grades.left(desk.tx, row)
    _end(desk, row, shortened(note, 200), count)
    desk.audit_detail["unchanged"] = count
    return count


def _end(desk: Desk, row: GradeRevisit, note: str, looked_at: int) -> None:
    row.done_at, row.done_by_name, row.note, row.looked_at = now(), desk.actor.name, note, looked_at
    close_tasks(desk, "grade_revisit", row.id, "done")


def _mine(desk: Desk, revisit_id: UUID) -> GradeRevisit:
    row = grades.revisit(desk.tx, revisit_id)
    if row is None or (desk.units is not None and row.unit_code not in desk.units):
        raise NotFound(what="评定前复核")
    desk.about("grade_revisit", str(row.id))
    desk.at_unit = row.unit_code
    return row


@operation(
    "grade_revisits.list_revisits",
    article="R7.4",
    posts=LOOKS,
    title=("查看评定前复核", "See revisits"),
    changes=False,
    audited=False,
)
def list_revisits(desk: Desk) -> list[RevisitView]:
    """Revisits of the caller's units, the latest evaluation first."""
    rows = grades.revisits(desk.tx, desk.units, AT_A_TIME)
    return [RevisitView(row, each, 0 if row.done_at else grades.left(desk.tx, row)) for row, each in rows]


@operation(
    "grade_revisits.show_revisit",
    article="R7.4",
    posts=LOOKS,
    title=("查看复核名单", "See a revisit's list"),
    changes=False,
    audited=False,
)
def show_revisit(desk: Desk, revisit_id: UUID) -> RevisitView:
    """One revisit with its customers that are still to be looked at. Raises NotFound."""
    row = _mine(desk, revisit_id)
    evaluation = desk.tx.get_one(GradeEvaluation, row.evaluation_id)
    found = [] if row.done_at else grades.to_revisit(desk.tx, row, SHOWN)
    return RevisitView(row, evaluation, 0 if row.done_at else grades.left(desk.tx, row), tuple(found))
