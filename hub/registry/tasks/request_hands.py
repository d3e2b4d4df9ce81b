"""Queries about requests that are handed to another post (R15.2)."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import or_, select

from hub.registry.schema import Customer, RequestHand, Task
from hub.registry.session import Transaction


def hand(tx: Transaction, hand_id: UUID) -> tuple[RequestHand, Task] | None:
    """A hand and the request's task, both locked: the task first, as everywhere."""
    # Read first without a lock, only to learn which task it belongs to.
    known = tx.get(RequestHand, hand_id)
    if known is None:
        return None
    task = tx.scalar(select(Task).where(Task.id == known.task_id).with_for_update())
    locked = tx.scalar(select(RequestHand).where(RequestHand.id == hand_id).with_for_update())
    return (locked, task) if locked is not None and task is not None else None


def open_hand(tx: Transaction, task_id: UUID) -> RequestHand | None:
    """The hand of a request that waits for its answer."""
    query = select(RequestHand).where(RequestHand.task_id == task_id, RequestHand.answered_at.is_(None))
    return tx.scalar(query)


def hands_of(tx: Transaction, task_id: UUID) -> list[RequestHand]:
    """Every hand of a request, oldest first."""
    return list(tx.scalars(select(RequestHand).where(RequestHand.task_id == task_id).order_by(RequestHand.at)))


def waiting(
    tx: Transaction, places: Iterable[tuple[str, str]], user_id: UUID | None, limit: int
) -> list[tuple[RequestHand, Task, Customer]]:
    """Hands without an answer that these (post, unit)s may take or that this person waits for, oldest first."""
    mine = or_(
        *[(RequestHand.to_post == post) & (RequestHand.unit_code == unit) for post, unit in places],
        RequestHand.by_user == user_id,
        Task.user_id == user_id,
    )
    query = (
        select(RequestHand, Task, Customer)
        .join(Task, Task.id == RequestHand.task_id)
        .join(Customer, Customer.id == RequestHand.customer_id)
        .where(RequestHand.answered_at.is_(None), mine)
    )
    return [tuple(joined) for joined in tx.execute(query.order_by(RequestHand.at).limit(limit))]  # type: ignore[misc]  # a row of three is such a tuple
