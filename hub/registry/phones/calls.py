"""The calls of an order day and the orders that were missed (R12.7)."""

from collections.abc import Sequence
from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import select

from hub.ports import SHANGHAI
from hub.registry.schema import CallTry, Customer, MissedOrder, Order
from hub.registry.session import Transaction


def of_day(tx: Transaction, units: frozenset[str] | None, day: date, after: str, limit: int) -> list[Customer]:
    """Customers who order by phone and whose order day it is, by code, after a code."""
    values = Customer.values
    query = select(Customer).where(Customer.code > after, Customer.stage != "lapsed")
    query = query.where(values["order_method"].astext == "phone", values["order_day"].astext == str(day.isoweekday()))
    if units is not None:
        query = query.where(Customer.unit_code.in_(units))
    return list(tx.scalars(query.order_by(Customer.code).limit(limit)))


def tries(tx: Transaction, ids: Sequence[UUID], day: date) -> dict[UUID, list[CallTry]]:
    """The calls of a day by customer, the earliest first."""
    query = select(CallTry).where(CallTry.customer_id.in_(ids), CallTry.at >= _begin(day)).order_by(CallTry.at)
    by_customer: dict[UUID, list[CallTry]] = {}
    for call in tx.scalars(query):
        by_customer.setdefault(call.customer_id, []).append(call)
    return by_customer


def over(tx: Transaction, ids: Sequence[UUID], day: date) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """Who has ordered that day, and whose order is on record as missed."""
    # From the day's beginning without an end: callers ask about today only.
    ordered = select(Order.customer_id).where(Order.customer_id.in_(ids), Order.at >= _begin(day))
    missed = select(MissedOrder.customer_id).where(MissedOrder.customer_id.in_(ids), MissedOrder.order_on == day)
    return frozenset(tx.scalars(ordered)), frozenset(tx.scalars(missed))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
