"""A customer's history: who changed what, when, why, under which article; never edited."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from hub.domain.staff.posts import Actor
from hub.ports import new_id, now

from .schema import Change
from .session import Transaction


def record(
    tx: Transaction,
    *,
    customer_id: UUID,
    actor: Actor,
    article: str,
    why: str,
    version: int,
    changes: dict[str, list[Any]],
    at: datetime | None = None,
) -> None:
    """Add one row; `changes` is {field: [old, new]}, with vault tokens for a sensitive field's values."""
    # Sorted, so that the same posts always read the same.
    post = ",".join(sorted(actor.posts)) or None
    tx.add(
        Change(
            id=new_id(),
            customer_id=customer_id,
            at=at or now(),
            by_user=actor.user_id,
            by_name=actor.name,
            post=post,
            article=article,
            why=why,
            version=version,
            changes=changes,
        )
    )


def first_since(tx: Transaction, customer_id: UUID, field: str, moment: datetime) -> Change | None:
    """The first change of a field at or after a moment; its old value is what was there at that moment."""
    query = select(Change).where(Change.customer_id == customer_id, Change.at >= moment, Change.changes.has_key(field))
    return tx.scalar(query.order_by(Change.at, Change.id).limit(1))


def fields_since(tx: Transaction, customer_id: UUID, version: int) -> frozenset[str]:
    """The fields that changed after a version of the record."""
    query = select(Change.changes).where(Change.customer_id == customer_id, Change.version > version)
    return frozenset(key for changes in tx.scalars(query) for key in changes)
