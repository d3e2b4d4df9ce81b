"""Which registered customers lack a field that has a deadline, and since when (R3.3)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, literal, not_, select, update
from sqlalchemy.dialects.postgresql import insert

from hub.domain.customers.fields import Field
from hub.domain.staff.posts import Post
from hub.registry.schema import Change, Customer, FieldGap, FieldStart, FieldSwitch, Onboarding
from hub.registry.session import Transaction

MANAGER = func.coalesce(Customer.values["account_manager"].astext, "")


@dataclass(frozen=True)
class Lack:
    """How many customers of a unit and an account manager (by name) lack a field, and since when the first has."""

    unit_code: str
    manager: str
    customers: int
    since: datetime


def note_starts(tx: Transaction, fields: Iterable[str], moment: datetime) -> None:
    """Note fields that the hub did not know before."""
    rows = [{"field": field, "at": moment} for field in fields]
    tx.execute(insert(FieldStart).values(rows).on_conflict_do_nothing())


def to_check(tx: Transaction, before: datetime, limit: int) -> list[FieldStart]:
    """Fields that have not been checked since a moment, locked; those that another worker holds are skipped."""
    due = FieldStart.checked_at.is_(None) | (FieldStart.checked_at < before)
    query = select(FieldStart).where(due).order_by(FieldStart.checked_at.nulls_first(), FieldStart.field)
    return list(tx.scalars(query.limit(limit).with_for_update(skip_locked=True)))


def check_soon(tx: Transaction, field: str) -> None:
    """Have a field checked in the hub's next periodic run."""
    tx.execute(update(FieldStart).where(FieldStart.field == field).values(checked_at=None))


def counted_from(tx: Transaction) -> dict[str, datetime]:
    """By field, since when it is asked of everybody: known to the hub, and switched on if it had been off."""
    starts = {start.field: start.at for start in tx.scalars(select(FieldStart))}
    switches = tx.scalars(select(FieldSwitch).where(not_(FieldSwitch.switched_off)))
    for switch in switches:
        if switch.field in starts:
            starts[switch.field] = max(starts[switch.field], switch.at)
    return starts


def _empty(field: Field) -> ColumnElement[bool]:
    if field.sensitive:
        # A sensitive value that was emptied has no token.
        sealed: ColumnElement[bool] = Customer.sealed.has_key(field.key)
        return not_(sealed)
    stored = getattr(Customer, field.key) if field.core else Customer.values[field.key].astext
    empty: ColumnElement[bool] = func.coalesce(stored, "") == ""
    return empty


def _since(key: str, asked: datetime) -> ColumnElement[datetime]:
    # A field that is empty now was emptied by its last change, if it ever had one.
    emptied = select(func.max(Change.at)).where(Change.customer_id == Customer.id, Change.changes.has_key(key))
    # Nobody lacks a field before it was asked for, or before the customer was there; greatest ignores a NULL.
    return func.greatest(Customer.created_at, literal(asked), emptied.correlate(Customer).scalar_subquery())


def _lacks(field: Field) -> ColumnElement[bool]:
    """Registered customers without the field; a new entrant has the steps of the onboarding (R7.4)."""
    entering = select(Onboarding.id).where(Onboarding.customer_id == Customer.id, Onboarding.state == "open")
    return and_(Customer.stage == "registered", _empty(field), ~entering.exists())


def by_unit(tx: Transaction, field: Field, asked: datetime) -> list[Lack]:
    """In which units customers lack the field, by manager where account managers own it."""
    manager = MANAGER if field.owner is Post.ACCOUNT_MANAGER else literal("")
    inner = select(Customer.unit_code, manager.label("whose"), _since(field.key, asked).label("since"))
    lacks = inner.where(_lacks(field)).subquery()
    query = select(lacks.c.unit_code, lacks.c.whose, func.count(), func.min(lacks.c.since))
    return [Lack(*line) for line in tx.execute(query.group_by(lacks.c.unit_code, lacks.c.whose))]


def lacking(
    tx: Transaction, field: Field, asked: datetime, units: Collection[str], limit: int
) -> list[tuple[Customer, datetime]]:
    """Customers of some units who lack the field, the longest first."""
    since = _since(field.key, asked).label("since")
    query = select(Customer, since).where(Customer.unit_code.in_(units), _lacks(field))
    return [(line[0], line[1]) for line in tx.execute(query.order_by(since, Customer.code).limit(limit))]


def last_changes(tx: Transaction, customer_id: UUID, fields: Collection[str]) -> dict[str, datetime]:
    """When each of these fields of a customer was last changed."""
    key = func.jsonb_object_keys(Change.changes).label("key")
    inner = select(key, Change.at.label("at")).where(Change.customer_id == customer_id).subquery()
    query = select(inner.c.key, func.max(inner.c.at)).where(inner.c.key.in_(fields)).group_by(inner.c.key)
    return {str(name): at for name, at in tx.execute(query)}


def open_gaps(tx: Transaction, field: str | None = None, units: Collection[str] | None = None) -> list[FieldGap]:
    """Gaps that are open, of one field or all, in some units or all."""
    query = select(FieldGap).where(FieldGap.closed_at.is_(None))
    query = query if field is None else query.where(FieldGap.field == field)
    return list(tx.scalars(query if units is None else query.where(FieldGap.unit_code.in_(units))))
