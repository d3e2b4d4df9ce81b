"""Queries about customers whom the call desk stopped calling (R12.2)."""

from uuid import UUID

from sqlalchemy import select

from hub.registry.schema import CallStop, Customer
from hub.registry.session import Transaction


def get(tx: Transaction, stop_id: UUID) -> CallStop | None:
    """The call stop with this id, locked."""
    return tx.scalar(select(CallStop).where(CallStop.id == stop_id).with_for_update())


def open_of(tx: Transaction, customer_id: UUID) -> CallStop | None:
    """The customer's open call stop, locked."""
    query = select(CallStop).where(CallStop.customer_id == customer_id, CallStop.ended_at.is_(None))
    return tx.scalar(query.with_for_update())


def listed(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[tuple[CallStop, Customer]]:
    """Open call stops of some units: those to be called again first, then the oldest."""
    query = select(CallStop, Customer).join(Customer, Customer.id == CallStop.customer_id)
    query = query.where(CallStop.ended_at.is_(None))
    query = query.order_by(CallStop.asked_at.is_(None), CallStop.stopped_at).limit(limit)
    if units is not None:
        query = query.where(CallStop.unit_code.in_(units))
    return [(stop, customer) for stop, customer in tx.execute(query)]
