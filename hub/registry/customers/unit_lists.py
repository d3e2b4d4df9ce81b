"""Queries about the lists of values that units keep, and who has a value (R2.2)."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import distinct_on

from hub.domain.customers.unit_lists import place
from hub.registry.schema import Customer, ListEntry
from hub.registry.session import Transaction

# First part of the advisory lock's key; the second is a hash of unit and field. Two lists of one hash only take turns.
LISTS = 5108


def hold_list(tx: Transaction, unit_code: str, field: str) -> None:
    """Lock one list until the transaction ends: two who enter the same value take turns."""
    tx.execute(select(func.pg_advisory_xact_lock(LISTS, func.hashtext(f"{unit_code} {field}"))))


def newest(tx: Transaction, units: Collection[str], fields: Collection[str]) -> list[ListEntry]:
    """The newest entry of each value of these lists, by field and value."""
    query = select(ListEntry).where(ListEntry.unit_code.in_(units), ListEntry.field.in_(fields))
    # DISTINCT ON keeps the first of each group: the newest, as the rows are sorted.
    query = query.ext(distinct_on(ListEntry.unit_code, ListEntry.field, ListEntry.value))
    query = query.order_by(
        ListEntry.unit_code, ListEntry.field, ListEntry.value, ListEntry.at.desc(), ListEntry.id.desc()
    )
    return sorted(tx.scalars(query), key=lambda entry: (entry.field, place(entry.value)))


def standing(tx: Transaction, above: Sequence[str], field: str) -> list[dict[str, bool]]:
    """For each of these units, in their order, which values it has on its list and whether they are in use."""
    entries = newest(tx, above, [field])
    return [{entry.value: entry.active for entry in entries if entry.unit_code == unit} for unit in above]


def history(tx: Transaction, unit_code: str, field: str, limit: int) -> list[ListEntry]:
    """What was entered and withdrawn in one list, newest first."""
    query = select(ListEntry).where(ListEntry.unit_code == unit_code, ListEntry.field == field)
    return list(tx.scalars(query.order_by(ListEntry.at.desc(), ListEntry.id.desc()).limit(limit)))


def _value(field: str) -> ColumnElement[str]:
    value: ColumnElement[str] = Customer.values[field].astext
    return value


def counts(tx: Transaction, units: Collection[str], field: str) -> dict[str, int]:
    """How many customers of these units have each value, lapsed ones left out."""
    value = _value(field)
    query = select(value, func.count()).where(Customer.unit_code.in_(units), Customer.stage != "lapsed")
    counted = tx.execute(query.where(func.coalesce(value, "") != "").group_by(value))
    return {str(name): int(count) for name, count in counted}


def having(tx: Transaction, units: Collection[str], field: str, value: str, limit: int) -> list[Customer]:
    """Customers of these units who have a value, by code, lapsed ones left out."""
    query = select(Customer).where(Customer.unit_code.in_(units), Customer.stage != "lapsed", _value(field) == value)
    return list(tx.scalars(query.order_by(Customer.code).limit(limit)))
