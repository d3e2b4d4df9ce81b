"""Customers whose carrier's agreement and device are in force, by which they order (R7.7, R7.8)."""

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select

from hub.registry.schema import Agreement, Customer, Device, Temporary
from hub.registry.session import Transaction

METHOD: ColumnElement[str] = func.coalesce(Customer.values["order_method"].astext, "")
# A customer on the web leaves it by an application only (R11.4).
FOLLOWS = ("", "phone")


def _in_force(today: date) -> ColumnElement[bool]:
    """Condition: a live device with an agreement in its term, of the same customer and carrier."""
    return and_(
        Agreement.customer_id == Device.customer_id,
        Agreement.channel == Device.channel,
        Agreement.state == "live",
        or_(Agreement.term_until.is_(None), Agreement.term_until >= today),
        Device.state == "live",
    )


def holds(tx: Transaction, customer_id: UUID, method: str, today: date) -> bool:
    """Whether the customer has agreement and device for an order method (a kind of device)."""
    query = select(Device.id).join(Agreement, _in_force(today))
    return tx.scalar(query.where(Device.customer_id == customer_id, Device.kind == method).limit(1)) is not None


def to_follow(tx: Transaction, today: date, limit: int) -> list[tuple[Customer, str]]:
    """Customers who have both and do not order by the device yet, locked, each with the device's kind.

    Left out: customers whose order method is changed temporarily, because the reversal restores the one before (I2).
    """
    held = select(Temporary.id).where(
        Temporary.customer_id == Customer.id, Temporary.ended_at.is_(None), Temporary.before.has_key("order_method")
    )
    query = select(Customer, Device.kind).join(Device, Device.customer_id == Customer.id)
    query = query.join(Agreement, _in_force(today)).where(METHOD.in_(FOLLOWS), Customer.stage != "lapsed")
    query = query.where(~held.exists()).limit(limit).with_for_update(of=Customer, skip_locked=True)
    return [(customer, kind) for customer, kind in tx.execute(query)]
