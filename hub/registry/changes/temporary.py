"""Queries about temporary changes and the orders that end them (I2, I6)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import distinct_on

from hub.domain.changes import Return
from hub.registry.schema import Application, Customer, Temporary
from hub.registry.session import Transaction


def open_of(tx: Transaction, customer_id: UUID, returns: str | None = None) -> list[Temporary]:
    """A customer's temporary changes that have not been reversed, locked."""
    query = select(Temporary).where(Temporary.customer_id == customer_id, Temporary.ended_at.is_(None))
    return list(tx.scalars((query.where(Temporary.returns == returns) if returns else query).with_for_update()))


def held(tx: Transaction, customer_id: UUID) -> list[Temporary]:
    """A customer's temporary changes that have not been reversed, not locked."""
    query = select(Temporary).where(Temporary.customer_id == customer_id, Temporary.ended_at.is_(None))
    return list(tx.scalars(query))


def waits_for_card(tx: Transaction, customer_id: UUID) -> bool:
    """Whether the customer pays cash until a new card arrives."""
    query = select(Temporary.id).where(Temporary.customer_id == customer_id, Temporary.ended_at.is_(None))
    return tx.scalar(query.where(Temporary.returns == Return.NEW_ACCOUNT)) is not None


def without_order(tx: Transaction, today: date, limit: int) -> list[Temporary]:
    """Changes whose order day has passed without an order, locked; those that another worker holds are skipped."""
    query = select(Temporary).where(
        Temporary.ended_at.is_(None), Temporary.ordered_at.is_(None), Temporary.order_on < today
    )
    # Skip locked: for an order that is being recorded now, the recording decides.
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def to_return(tx: Transaction, moment: datetime, limit: int) -> list[Temporary]:
    """Changes to reverse because their order was recorded, locked; those that another worker holds are skipped."""
    query = select(Temporary).where(Temporary.ended_at.is_(None), Temporary.ordered_at <= moment)
    # Due first: after an outage thousands wait, and a turn takes some of them.
    return list(tx.scalars(query.order_by(Temporary.due_at).limit(limit).with_for_update(skip_locked=True)))


def customers_and_applications(
    tx: Transaction, changes: Sequence[Temporary]
) -> dict[UUID, tuple[Customer, Application]]:
    """The customer and the application of each change, by the change's id, in one query for all of them."""
    query = select(Temporary.id, Customer, Application).join(Customer, Customer.id == Temporary.customer_id)
    query = query.join(Application, Application.id == Temporary.application_id)
    query = query.where(Temporary.id.in_([change.id for change in changes]))
    return {change_id: (customer, application) for change_id, customer, application in tx.execute(query)}


def awaited(tx: Transaction, units: frozenset[str] | None, after: str, limit: int) -> list[tuple[Customer, Temporary]]:
    """Customers of some units whose temporary change waits for an order, one line each, by code, after the code `after`."""
    query = (
        select(Customer, Temporary)
        .join(Temporary, Temporary.customer_id == Customer.id)
        .where(Temporary.ended_at.is_(None), Temporary.ordered_at.is_(None), Temporary.order_on.is_not(None))
        .where(Customer.code > after)
        # One line for each customer: DISTINCT ON keeps the first, which is the earliest order day.
        .ext(distinct_on(Customer.code))
        .order_by(Customer.code, Temporary.order_on)
    )
    if units is not None:
        query = query.where(Customer.unit_code.in_(units))
    return [(customer, temporary) for customer, temporary in tx.execute(query.limit(limit))]


def dated(tx: Transaction) -> list[Temporary]:
    """Changes whose order was recorded and that are not reversed yet, locked."""
    query = select(Temporary).where(Temporary.ended_at.is_(None), Temporary.ordered_at.is_not(None))
    return list(tx.scalars(query.where(Temporary.due_at.is_not(None)).with_for_update()))
