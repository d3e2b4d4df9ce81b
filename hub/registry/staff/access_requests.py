"""Queries about access requests that need a second person or wait to be collected."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from hub.domain.states import OPEN_ACCESS
from hub.registry.schema import AccessRequest
from hub.registry.session import Transaction

# Key of the advisory lock for changes of what people hold.
POWERS = 5103


def hold_powers(tx: Transaction) -> None:
    """Lock changes of grants until this transaction ends, so that two at once cannot both remove a post's last holder."""
    tx.execute(select(func.pg_advisory_xact_lock(POWERS)))


def get(tx: Transaction, request_id: UUID) -> AccessRequest | None:
    """The request with this id, locked."""
    return tx.scalar(select(AccessRequest).where(AccessRequest.id == request_id).with_for_update())


def open_about(tx: Transaction, user_id: UUID) -> list[AccessRequest]:
    """Open requests about a user, locked."""
    query = select(AccessRequest).where(AccessRequest.user_id == user_id, AccessRequest.state.in_(OPEN_ACCESS))
    return list(tx.scalars(query.with_for_update()))


def listed(tx: Transaction, units: frozenset[str] | None, user_id: UUID | None, limit: int) -> list[AccessRequest]:
    """Requests that these units decide, about their users, or made by the reader; open ones first, newest first."""
    query = select(AccessRequest)
    if units is not None:
        mine = AccessRequest.asked_by == user_id
        query = query.where(or_(AccessRequest.unit_code.in_(units), AccessRequest.user_unit.in_(units), mine))
    query = query.order_by(AccessRequest.state.in_(OPEN_ACCESS).desc(), AccessRequest.asked_at.desc())
    return list(tx.scalars(query.limit(limit)))


def past(tx: Transaction, moment: datetime, limit: int) -> list[AccessRequest]:
    """Open requests that have expired; locked, skipping those that another worker holds."""
    query = select(AccessRequest).where(AccessRequest.state.in_(OPEN_ACCESS), AccessRequest.until <= moment)
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))
