"""Queries about help for web customers."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from hub.registry.schema import Customer, HelpRecord
from hub.registry.session import Transaction


def _which(
    units: frozenset[str] | None, since: datetime, until: datetime, customer_id: UUID | None
) -> list[ColumnElement[bool]]:
    conditions = [HelpRecord.at >= since, HelpRecord.at < until]
    if units is not None:
        conditions.append(HelpRecord.unit_code.in_(units))
    if customer_id is not None:
        conditions.append(HelpRecord.customer_id == customer_id)
    return conditions


def listed(
    tx: Transaction,
    units: frozenset[str] | None,
    since: datetime,
    until: datetime,
    customer_id: UUID | None,
    limit: int,
) -> list[tuple[HelpRecord, Customer]]:
    """Help given within a period, newest first; if a customer is named, theirs only."""
    query = select(HelpRecord, Customer).join(Customer, Customer.id == HelpRecord.customer_id)
    query = query.where(*_which(units, since, until, customer_id)).order_by(HelpRecord.at.desc(), HelpRecord.id)
    return [(record, customer) for record, customer in tx.execute(query.limit(limit))]


def counts(
    tx: Transaction, units: frozenset[str] | None, since: datetime, until: datetime, customer_id: UUID | None
) -> dict[str, int]:
    """How often each kind of help was given, by the same conditions."""
    query = select(HelpRecord.kind, func.count().label("number")).where(*_which(units, since, until, customer_id))
    return {counted.kind: counted.number for counted in tx.execute(query.group_by(HelpRecord.kind))}
