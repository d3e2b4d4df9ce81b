"""Queries about watched customers: what was ordered and found since a phone was changed (R12.9)."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import func, select

from hub.registry.schema import Customer, Order, WatchCheck, WatchEntry, WatchTerm
from hub.registry.session import Transaction


def term(tx: Transaction, unit_code: str) -> WatchTerm | None:
    """A unit's own setting."""
    return tx.get(WatchTerm, unit_code)


def terms(tx: Transaction, units: Iterable[str] | None) -> list[WatchTerm]:
    """What units have set."""
    query = select(WatchTerm).order_by(WatchTerm.unit_code)
    return list(tx.scalars(query if units is None else query.where(WatchTerm.unit_code.in_(list(units)))))


def orders_since(tx: Transaction, customer_id: UUID, since: datetime, limit: int) -> list[Order]:
    """What a customer ordered since a moment, newest first."""
    query = select(Order).where(Order.customer_id == customer_id, Order.at >= since)
    return list(tx.scalars(query.order_by(Order.at.desc()).limit(limit)))


def checks_of(tx: Transaction, watch_id: UUID) -> list[WatchCheck]:
    """What was found during a watch, oldest first."""
    return list(tx.scalars(select(WatchCheck).where(WatchCheck.watch_id == watch_id).order_by(WatchCheck.at)))


def checked(tx: Transaction, watch_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many checks each of these watches has."""
    query = select(WatchCheck.watch_id, func.count().label("checks")).where(WatchCheck.watch_id.in_(list(watch_ids)))
    return {counted.watch_id: counted.checks for counted in tx.execute(query.group_by(WatchCheck.watch_id))}


def entries_of(tx: Transaction, customer_id: UUID) -> list[WatchEntry]:
    """A customer's watches, newest first."""
    query = select(WatchEntry).where(WatchEntry.customer_id == customer_id)
    return list(tx.scalars(query.order_by(WatchEntry.entered_at.desc())))


def check_due(tx: Transaction, day: date, limit: int) -> list[tuple[WatchEntry, Customer]]:
    """Watches whose check was due before a day; locked, and those that another worker holds are skipped."""
    query = (
        select(WatchEntry, Customer)
        .join(Customer, Customer.id == WatchEntry.customer_id)
        .where(WatchEntry.cleared_at.is_(None), WatchEntry.check_by < day)
        .order_by(WatchEntry.check_by)
        .limit(limit)
        .with_for_update(of=WatchEntry, skip_locked=True)
    )
    return [(entry, customer) for entry, customer in tx.execute(query)]
