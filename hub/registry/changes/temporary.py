"""Questions about temporary changes and the orders that end them (I2, I6)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from hub.domain.changes import Return
from hub.registry.schema import Customer, Temporary
from hub.registry.session import Transaction


def open_of(tx: Transaction, customer_id: UUID, returns: str | None = None) -> list[Temporary]:
    """A customer's temporary changes that have not returned, locked."""
    query = select(Temporary).where(Temporary.customer_id == customer_id, Temporary.ended_at.is_(None))
    return list(tx.scalars((query.where(Temporary.returns == returns) if returns else query).with_for_update()))


def held(tx: Transaction, customer_id: UUID) -> list[Temporary]:
    """A customer's temporary changes that have not returned."""
    query = select(Temporary).where(Temporary.customer_id == customer_id, Temporary.ended_at.is_(None))
    return list(tx.scalars(query))


def waits_for_card(tx: Transaction, customer_id: UUID) -> bool:
    """Whether the customer pays cash until a new card is there."""
    query = select(Temporary.id).where(Temporary.customer_id == customer_id, Temporary.ended_at.is_(None))
    return tx.scalar(query.where(Temporary.returns == Return.NEW_ACCOUNT)) is not None


def without_order(tx: Transaction, today: date, limit: int) -> list[Temporary]:
    """Those whose order day has passed without an order; each in one worker's hands only."""
    query = select(Temporary).where(
        Temporary.ended_at.is_(None), Temporary.ordered_at.is_(None), Temporary.order_on < today
    )
    # Skip locked: an order that is being recorded now decides itself.
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def to_return(tx: Transaction, moment: datetime, limit: int) -> list[Temporary]:
    """Those whose order was recorded; each in one worker's hands only."""
    query = select(Temporary).where(Temporary.ended_at.is_(None), Temporary.ordered_at <= moment)
    return list(tx.scalars(query.order_by(Temporary.due_at).limit(limit).with_for_update(skip_locked=True)))


def awaited(tx: Transaction, units: frozenset[str] | None, after: str, limit: int) -> list[tuple[Customer, Temporary]]:
    """Customers of some units for whose order a temporary change waits; one line a customer, by code after `after`."""
    query = (
        select(Customer, Temporary)
        .join(Temporary, Temporary.customer_id == Customer.id)
        .where(Temporary.ended_at.is_(None), Temporary.ordered_at.is_(None), Temporary.order_on.is_not(None))
        .where(Customer.code > after)
        .ext(distinct_on(Customer.code))
        .order_by(Customer.code, Temporary.order_on)
    )
    if units is not None:
        query = query.where(Customer.unit_code.in_(units))
    return [(customer, change) for customer, change in tx.execute(query.limit(limit))]


def dated(tx: Transaction) -> list[Temporary]:
    """Those that have not returned and whose order was recorded, locked."""
    query = select(Temporary).where(Temporary.ended_at.is_(None), Temporary.ordered_at.is_not(None))
    return list(tx.scalars(query.where(Temporary.due_at.is_not(None)).with_for_update()))
