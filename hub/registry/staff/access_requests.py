"""Queries about requests that need a second person, or wait to be collected."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select

from hub.domain.states import AccessState
from hub.registry.schema import AccessRequest
from hub.registry.session import Transaction

OPEN = (AccessState.ASKED, AccessState.WAITING)
# Key of the advisory lock under which grants change.
POWERS = 5103


def hold_powers(tx: Transaction) -> None:
    """Take the lock under which grants change: two at once could each revoke the last but one holder of a post."""
    tx.execute(select(func.pg_advisory_xact_lock(POWERS)))


def get(tx: Transaction, request_id: UUID) -> AccessRequest | None:
    """The request with this id, locked."""
    return tx.scalar(select(AccessRequest).where(AccessRequest.id == request_id).with_for_update())


def open_about(tx: Transaction, user_id: UUID) -> list[AccessRequest]:
    """Requests about a user that are not at their end, locked."""
    query = select(AccessRequest).where(AccessRequest.user_id == user_id, AccessRequest.state.in_(OPEN))
    return list(tx.scalars(query.with_for_update()))


def listed(tx: Transaction, units: frozenset[str] | None, user_id: UUID | None, limit: int) -> list[AccessRequest]:
    """Requests that these units decide, that are about their users or that the reader made: open ones first, the newest first."""
    query = select(AccessRequest)
    if units is not None:
        mine = AccessRequest.asked_by == user_id
        query = query.where(or_(AccessRequest.unit_code.in_(units), AccessRequest.user_unit.in_(units), mine))
    query = query.order_by(AccessRequest.state.in_(OPEN).desc(), AccessRequest.asked_at.desc())
    return list(tx.scalars(query.limit(limit)))


def past(tx: Transaction, moment: datetime, limit: int) -> list[AccessRequest]:
    """Open requests whose time is over; each in one worker's hands only."""
    query = select(AccessRequest).where(AccessRequest.state.in_(OPEN), AccessRequest.until <= moment)
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))
