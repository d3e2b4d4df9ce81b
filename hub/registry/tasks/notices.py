"""Queries about staff notices: whom they are for, and which have been seen."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, func, or_, select

from hub.registry.schema import Customer, StaffNotice
from hub.registry.session import Transaction

Places = Iterable[tuple[str, str]]


def _mine(places: Places, user_id: UUID | None) -> ColumnElement[bool]:
    of_post = [and_(StaffNotice.post == post, StaffNotice.unit_code == unit) for post, unit in places]
    # `false` for a reader without a post: an empty `or_` would be no condition, and show everything.
    return or_(StaffNotice.user_id == user_id, and_(StaffNotice.user_id.is_(None), or_(false(), *of_post)))


def unseen(tx: Transaction, places: Places, user_id: UUID | None) -> int:
    """How many notices are unseen."""
    query = select(func.count()).select_from(StaffNotice).where(StaffNotice.seen_at.is_(None), _mine(places, user_id))
    return int(tx.scalar(query) or 0)


def of(
    tx: Transaction, places: Places, user_id: UUID | None, *, seen: bool, limit: int
) -> list[tuple[StaffNotice, Customer | None]]:
    """Notices of some places and a person, newest first: unseen ones, or all."""
    query = select(StaffNotice, Customer).outerjoin(Customer, Customer.id == StaffNotice.customer_id)
    query = query.where(_mine(places, user_id))
    if not seen:
        query = query.where(StaffNotice.seen_at.is_(None))
    pairs = tx.execute(query.order_by(StaffNotice.at.desc(), StaffNotice.id.desc()).limit(limit))
    return [(notice, customer) for notice, customer in pairs]


def one(tx: Transaction, notice_id: UUID, places: Places, user_id: UUID | None) -> StaffNotice | None:
    """A notice of some places or a person, locked."""
    query = select(StaffNotice).where(StaffNotice.id == notice_id, _mine(places, user_id))
    return tx.scalar(query.with_for_update())


def all_unseen(tx: Transaction, places: Places, user_id: UUID | None, limit: int) -> list[StaffNotice]:
    """Unseen notices, locked."""
    query = select(StaffNotice).where(StaffNotice.seen_at.is_(None), _mine(places, user_id)).limit(limit)
    return list(tx.scalars(query.with_for_update()))
