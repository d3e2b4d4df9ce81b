"""Queries about tasks."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast
from uuid import UUID

from sqlalchemy import CursorResult, Table, bindparam, case, or_, select, update

from hub.registry.schema import Customer, Task
from hub.registry.session import Transaction


def task(tx: Transaction, task_id: UUID, *, lock: bool = False) -> Task | None:
    """The task with this id."""
    query = select(Task).where(Task.id == task_id)
    return tx.scalar(query.with_for_update() if lock else query)


def open_tasks_about(tx: Transaction, subject_kind: str, subject_id: UUID, kind: str | None = None) -> list[Task]:
    """Open tasks about a thing, locked."""
    query = select(Task).where(Task.subject_kind == subject_kind, Task.subject_id == subject_id, Task.done_at.is_(None))
    return list(tx.scalars((query.where(Task.kind == kind) if kind else query).with_for_update()))


def put_back(
    tx: Transaction, subject: tuple[str, UUID], kind: str, moment: datetime, due_at: datetime, kept: str, **columns: Any
) -> int:
    """Put the open task about a thing back to where it belongs, whatever was written into it; how many there were.

    Nothing of the row is read into Python, and its version starts anew. Details whose `finder` is `kept` stay, and a due
    moment of the last year that is no later than this one.
    """
    table = cast(Table, Task.__table__)
    ages_ago = moment - timedelta(days=365)
    in_time = table.c.due_at.between(ages_ago, due_at)
    stays = table.c.details["finder"].astext == kept
    there = (table.c.subject_kind == subject[0]) & (table.c.subject_id == subject[1]) & (table.c.kind == kind)
    columns |= {
        "user_id": None,
        "customer_id": None,
        "days": None,
        "counted_from": None,
        "version": 1,
        "details": case((stays, table.c.details), else_=bindparam("details", columns["details"], table.c.details.type)),
        "made_at": case((table.c.made_at.between(ages_ago, moment), table.c.made_at), else_=moment),
        "due_at": case((in_time, table.c.due_at), else_=due_at),
        "escalated_to": case((in_time, table.c.escalated_to), else_=[]),
    }
    changed = tx.execute(update(table).where(there, table.c.done_at.is_(None)).values(columns))
    return cast(CursorResult[Any], changed).rowcount


def open_about(tx: Transaction, subject_kind: str, subject_id: UUID) -> list[Task]:
    """Open tasks about a thing, not locked, by due moment."""
    query = select(Task).where(Task.subject_kind == subject_kind, Task.subject_id == subject_id, Task.done_at.is_(None))
    return list(tx.scalars(query.order_by(Task.due_at)))


def open_tasks_of(tx: Transaction, customer_id: UUID) -> list[Task]:
    """What is to be done about a customer, by due moment."""
    query = select(Task).where(Task.customer_id == customer_id, Task.done_at.is_(None))
    return list(tx.scalars(query.order_by(Task.due_at)))


class Line(NamedTuple):
    """What decides a task's place in the inbox."""

    id: UUID
    kind: str
    article: str
    user_id: UUID | None
    made_at: datetime
    due_at: datetime | None
    order_day: str | None


def inbox(
    tx: Transaction, places: Iterable[tuple[str, str]], user_id: UUID | None, absent: Iterable[UUID] = ()
) -> list[Line]:
    """Open tasks of these (post, unit)s that are handed to no one else, and those handed to this person.

    Tasks of these places handed to the `absent`, whom the reader covers, are included (R5.1).
    """
    handed = or_(Task.user_id.is_(None), Task.user_id == user_id, Task.user_id.in_(list(absent)))
    mine = or_(*[(Task.post == post) & (Task.unit_code == unit) for post, unit in places], Task.user_id == user_id)
    day = Customer.values["order_day"].astext
    query = (
        select(Task.id, Task.kind, Task.article, Task.user_id, Task.made_at, Task.due_at, day)
        .outerjoin(Customer, Customer.id == Task.customer_id)
        .where(Task.done_at.is_(None), mine, handed)
    )
    return [Line(*columns) for columns in tx.execute(query)]


def with_customers(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, tuple[Task, Customer | None]]:
    """These tasks, with the customers whom they are about."""
    query = select(Task, Customer).outerjoin(Customer, Customer.id == Task.customer_id).where(Task.id.in_(ids))
    return {task.id: (task, customer) for task, customer in tx.execute(query)}


def overdue(tx: Transaction, moment: datetime, limit: int) -> list[Task]:
    """Open tasks whose time has passed, oldest first; locked, and those that another worker holds are skipped."""
    query = select(Task).where(Task.done_at.is_(None), Task.due_at < moment).order_by(Task.due_at)
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def counted_tasks(tx: Transaction) -> list[Task]:
    """Open tasks whose due moment is counted in working days, locked."""
    query = select(Task).where(Task.done_at.is_(None), Task.days.is_not(None), Task.due_at.is_not(None))
    return list(tx.scalars(query.with_for_update()))
