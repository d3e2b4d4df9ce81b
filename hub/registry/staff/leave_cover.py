"""Queries about leave, cover and handover records."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from hub.registry.schema import Application, Cover, Customer, Handover, Leave, Signature, Task, User, UserPost
from hub.registry.session import Transaction

# Key of the advisory lock for entering leave.
LEAVES = 5101


def acting(tx: Transaction, user_id: UUID, moment: datetime) -> list[tuple[Cover, Leave]]:
    """What a person covers at a moment: covers of leaves that have begun, with a handover record, and not ended."""
    query = (
        select(Cover, Leave)
        .join(Leave, Leave.id == Cover.leave_id)
        .where(Cover.user_id == user_id, Leave.begun_at.is_not(None), Leave.begun_at <= moment)
        .where(Leave.ends_at > moment, or_(Leave.ended_at.is_(None), Leave.ended_at > moment))
    )
    return [(cover, leave) for cover, leave in tx.execute(query)]


def away_until(tx: Transaction, user_id: UUID, moment: datetime) -> datetime | None:
    """Until when a person is on a leave that has begun, with its handover records; None when they are not away."""
    query = select(func.max(Leave.ends_at)).where(Leave.user_id == user_id, Leave.begun_at <= moment)
    query = query.where(Leave.ends_at > moment, or_(Leave.ended_at.is_(None), Leave.ended_at > moment))
    return tx.scalar(query)


def leave(tx: Transaction, leave_id: UUID) -> Leave | None:
    """The leave with this id, locked."""
    return tx.scalar(select(Leave).where(Leave.id == leave_id).with_for_update())


def covers_of(tx: Transaction, leave_id: UUID) -> list[Cover]:
    """Who covers what in a leave."""
    return list(tx.scalars(select(Cover).where(Cover.leave_id == leave_id).order_by(Cover.post, Cover.unit_code)))


def overlapping(tx: Transaction, user_id: UUID, begins: datetime, ends: datetime) -> list[Leave]:
    """A person's own open leaves that overlap a period."""
    # Two half-open periods overlap if each begins before the other ends.
    query = select(Leave).where(Leave.user_id == user_id, Leave.ended_at.is_(None))
    return list(tx.scalars(query.where(Leave.begins_at < ends, Leave.ends_at > begins)))


def bound(tx: Transaction, user_id: UUID, begins: datetime, ends: datetime) -> list[Cover]:
    """Covers that a person has promised within a period."""
    query = select(Cover).join(Leave, Leave.id == Cover.leave_id).where(Cover.user_id == user_id)
    return list(tx.scalars(query.where(Leave.ended_at.is_(None), Leave.begins_at < ends, Leave.ends_at > begins)))


def hold_leaves(tx: Transaction) -> None:
    """Lock the entry of leave until this transaction ends, so that the A and B holder of one post cannot both leave."""
    tx.execute(select(func.pg_advisory_xact_lock(LEAVES)))


def holders(tx: Transaction, post: str, unit_codes: Iterable[str], holder: str) -> list[User]:
    """Active people who hold a post in one of these units as A or B, by login."""
    query = select(User).join(UserPost, UserPost.user_id == User.id).where(User.active, User.service.is_(False))
    query = query.where(UserPost.post == post, UserPost.unit_code.in_(list(unit_codes)), UserPost.holder == holder)
    return list(tx.scalars(query.order_by(User.login).distinct()))


def to_begin(tx: Transaction, moment: datetime, limit: int) -> list[Leave]:
    """Leaves that are due to begin and have no handover record; locked, those that another worker holds are skipped."""
    query = select(Leave).where(Leave.begun_at.is_(None), Leave.ended_at.is_(None), Leave.begins_at <= moment)
    return list(tx.scalars(query.order_by(Leave.begins_at).limit(limit).with_for_update(skip_locked=True)))


def to_end(tx: Transaction, moment: datetime, limit: int) -> list[Leave]:
    """Leaves that are over and have no return record; locked, and those that another worker holds are skipped."""
    query = select(Leave).where(Leave.ended_at.is_(None), Leave.ends_at <= moment)
    return list(tx.scalars(query.order_by(Leave.ends_at).limit(limit).with_for_update(skip_locked=True)))


def listed(tx: Transaction, limit: int = 100) -> list[Leave]:
    """Leaves, the latest first."""
    return list(tx.scalars(select(Leave).order_by(Leave.begins_at.desc(), Leave.id).limit(limit)))


def handover(tx: Transaction, handover_id: UUID) -> tuple[Handover, Cover, Leave] | None:
    """A handover record with its cover and leave, locked."""
    query = (
        select(Handover, Cover, Leave)
        .join(Cover, Cover.id == Handover.cover_id)
        .join(Leave, Leave.id == Cover.leave_id)
        .where(Handover.id == handover_id)
        .with_for_update(of=Handover)
    )
    joined = tx.execute(query).first()
    return (joined[0], joined[1], joined[2]) if joined else None


def handovers_of(tx: Transaction, leave_id: UUID) -> list[tuple[Handover, Cover]]:
    """The handover records of a leave, in order."""
    query = select(Handover, Cover).join(Cover, Cover.id == Handover.cover_id).where(Cover.leave_id == leave_id)
    return [(handover, cover) for handover, cover in tx.execute(query.order_by(Handover.at, Cover.post))]


def open_at(tx: Transaction, post: str, units: Iterable[str], user_id: UUID) -> list[tuple[Task, Customer | None]]:
    """Open tasks of a post in these units, of any holder, or handed to this person."""
    query = (
        select(Task, Customer)
        .outerjoin(Customer, Customer.id == Task.customer_id)
        .where(Task.done_at.is_(None), Task.post == post, Task.unit_code.in_(list(units)))
        .where(or_(Task.user_id.is_(None), Task.user_id == user_id))
    )
    return [(task, customer) for task, customer in tx.execute(query.order_by(Task.due_at.nulls_last(), Task.made_at))]


def applications_at(tx: Transaction, post: str, units: Iterable[str]) -> list[tuple[Application, Customer]]:
    """Applications that wait for a post's signature in these units, oldest first."""
    query = (
        select(Application, Customer)
        .join(Customer, Customer.id == Application.customer_id)
        .where(Application.state == "sent", Application.unit_code.in_(list(units)))
        # PostgreSQL counts array elements from 1, `step` counts signatures from 0.
        .where(Application.chain[Application.step + 1] == post)
    )
    return [(application, customer) for application, customer in tx.execute(query.order_by(Application.sent_at))]


def done_for(
    tx: Transaction, cover: Cover, whose: str, since: datetime
) -> tuple[list[tuple[Task, Customer | None]], list[tuple[Signature, Application]]]:
    """What was done under a cover: tasks closed and decisions signed by the B holder for the absent person."""
    tasks = (
        select(Task, Customer)
        .outerjoin(Customer, Customer.id == Task.customer_id)
        .where(Task.done_at >= since, Task.done_by == cover.user_id, Task.for_whom == whose, Task.post == cover.post)
    )
    signed = (
        select(Signature, Application)
        .join(Application, Application.id == Signature.application_id)
        .where(Signature.at >= since, Signature.user_id == cover.user_id, Signature.for_whom == whose)
        .where(Signature.post == cover.post)
    )
    return (
        [(done, customer) for done, customer in tx.execute(tasks.order_by(Task.done_at))],
        [(done, about) for done, about in tx.execute(signed.order_by(Signature.at))],
    )


def handed_to(tx: Transaction, user_id: UUID) -> list[Task]:
    """Open tasks that were handed to this person, locked."""
    return list(tx.scalars(select(Task).where(Task.user_id == user_id, Task.done_at.is_(None)).with_for_update()))


def open_by_unit(tx: Transaction, post: str, units: Iterable[str]) -> dict[str, int]:
    """{unit: how many open tasks of the post it has}, of these units."""
    query = select(Task.unit_code, func.count()).where(Task.post == post, Task.done_at.is_(None))
    rows = tx.execute(query.where(Task.unit_code.in_(list(units))).group_by(Task.unit_code))
    return {counted[0]: counted[1] for counted in rows}


def promised(tx: Transaction, user_id: UUID) -> list[tuple[Cover, Leave]]:
    """A person's covers in leaves that have not ended."""
    query = select(Cover, Leave).join(Leave, Leave.id == Cover.leave_id)
    rows = tx.execute(query.where(Cover.user_id == user_id, Leave.ended_at.is_(None)))
    return [(cover, leave) for cover, leave in rows]


def places(tx: Transaction, units: Iterable[str]) -> list[tuple[str, str]]:
    """Each (post, unit) with an active holder in these units."""
    query = select(UserPost.post, UserPost.unit_code).join(User, User.id == UserPost.user_id)
    query = query.where(User.active, User.service.is_(False), UserPost.unit_code.in_(list(units)))
    return [(post, unit) for post, unit in tx.execute(query.distinct().order_by(UserPost.unit_code, UserPost.post))]
