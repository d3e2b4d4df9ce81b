"""Queries about exports, and the customers whom one contains."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from hub.registry.schema import Customer, Export, ExportTaking
from hub.registry.session import Transaction

# What a list may be narrowed by, besides its unit.
FILTERS = ("stage", "settlement_method", "order_method", "delivery_route", "visit_batch", "customer_grade")
# Key of the advisory lock under which an export gets its number: counted, because exports are never deleted.
NUMBERS = 5102


def get(tx: Transaction, export_id: UUID) -> Export | None:
    """The export with this id, locked."""
    return tx.scalar(select(Export).where(Export.id == export_id).with_for_update())


def listed(tx: Transaction, units: frozenset[str] | None, user_id: UUID | None, limit: int) -> list[Export]:
    """Exports of some units, and the reader's own; newest first."""
    query = select(Export).order_by(Export.asked_at.desc()).limit(limit)
    if units is not None:
        query = query.where(Export.unit_code.in_(units) | (Export.asked_by == user_id))
    return list(tx.scalars(query))


def takings(tx: Transaction, export_id: UUID) -> list[ExportTaking]:
    """Every file taken under an export, oldest first."""
    return list(tx.scalars(select(ExportTaking).where(ExportTaking.export_id == export_id).order_by(ExportTaking.at)))


def past(tx: Transaction, state: str, today: date, limit: int) -> list[Export]:
    """Exports in a state whose last day has passed; locked, and those that another worker holds are skipped."""
    query = select(Export).where(Export.state == state, Export.until < today)
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def next_number(tx: Transaction, day: date) -> int:
    """The next number of a day. Locks until this transaction ends, so that no number is given twice."""
    tx.execute(select(func.pg_advisory_xact_lock(NUMBERS)))
    start = f"DC{day:%Y%m%d}-"
    return (tx.scalar(select(func.count()).select_from(Export).where(Export.number.startswith(start))) or 0) + 1


def count(tx: Transaction, units: frozenset[str], filters: Mapping[str, str]) -> int:
    """How many customers an export contains."""
    return tx.scalar(_matching(select(func.count()).select_from(Customer), units, filters)) or 0


def customers(tx: Transaction, units: frozenset[str], filters: Mapping[str, str]) -> Iterator[Customer]:
    """An export's customers by code, a thousand at a time."""
    yield from tx.scalars(_matching(select(Customer), units, filters).order_by(Customer.code)).yield_per(1000)


def _matching(query: Select[Any], units: frozenset[str], filters: Mapping[str, str]) -> Select[Any]:
    query = query.where(Customer.unit_code.in_(units))
    for key, wanted in filters.items():
        column: ColumnElement[str] = getattr(Customer, key) if hasattr(Customer, key) else Customer.values[key].astext
        query = query.where(column == wanted)
    return query
