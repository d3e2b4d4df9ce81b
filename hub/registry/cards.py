"""Queries about card cases and retained orders."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from .schema import CardCase, Customer, KeptOrder, Task
from .session import Transaction


def case(tx: Transaction, case_id: UUID) -> CardCase | None:
    """The case with this id, locked."""
    return tx.scalar(select(CardCase).where(CardCase.id == case_id).with_for_update())


def open_cases(tx: Transaction, customer_id: UUID) -> list[CardCase]:
    """A customer's open cases, locked."""
    query = select(CardCase).where(CardCase.customer_id == customer_id, CardCase.closed_at.is_(None))
    return list(tx.scalars(query.order_by(CardCase.opened_at).with_for_update()))


def waited_for(tx: Transaction, customer_id: UUID) -> list[CardCase]:
    """A customer's open cases, not locked: those in which a new card or passbook is awaited."""
    query = select(CardCase).where(CardCase.customer_id == customer_id, CardCase.closed_at.is_(None))
    return list(tx.scalars(query.order_by(CardCase.opened_at)))


def cases_of(tx: Transaction, customer_id: UUID) -> list[CardCase]:
    """All of a customer's cases, newest first."""
    query = select(CardCase).where(CardCase.customer_id == customer_id)
    return list(tx.scalars(query.order_by(CardCase.opened_at.desc())))


def listed(tx: Transaction, units: frozenset[str] | None, limit: int) -> list[tuple[CardCase, Customer]]:
    """Open cases of some units, oldest first."""
    query = select(CardCase, Customer).join(Customer, Customer.id == CardCase.customer_id)
    query = query.where(CardCase.closed_at.is_(None)).order_by(CardCase.opened_at).limit(limit)
    if units is not None:
        query = query.where(CardCase.unit_code.in_(units))
    return [(case, customer) for case, customer in tx.execute(query)]


def unurged(tx: Transaction, events: Sequence[str], limit: int) -> list[CardCase]:
    """Open cases of these events without an open task, locked; cases that another worker holds are skipped."""
    # An open task is the urging itself: a case that has one needs no other.
    about = select(Task.id).where(Task.subject_id == CardCase.id, Task.kind == "new_card", Task.done_at.is_(None))
    query = select(CardCase).where(CardCase.closed_at.is_(None), CardCase.event.in_(events), ~about.exists())
    # Skip locked: another worker opens the task.
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def kept(tx: Transaction, kept_id: UUID) -> KeptOrder | None:
    """The retained order with this id, locked."""
    return tx.scalar(select(KeptOrder).where(KeptOrder.id == kept_id).with_for_update())


def kept_of(tx: Transaction, customer_id: UUID) -> KeptOrder | None:
    """The customer's order that is retained now, locked."""
    query = select(KeptOrder).where(KeptOrder.customer_id == customer_id, KeptOrder.released_at.is_(None))
    return tx.scalar(query.with_for_update())


def all_kept(tx: Transaction, units: frozenset[str] | None) -> list[tuple[KeptOrder, Customer]]:
    """Orders that are retained now, oldest first."""
    query = select(KeptOrder, Customer).join(Customer, Customer.id == KeptOrder.customer_id)
    query = query.where(KeptOrder.released_at.is_(None)).order_by(KeptOrder.kept_at)
    if units is not None:
        query = query.where(KeptOrder.unit_code.in_(units))
    return [(kept_order, customer) for kept_order, customer in tx.execute(query)]
