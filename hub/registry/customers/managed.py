"""Which customers an account manager looks after, by the name in the record."""

from collections.abc import Collection

from sqlalchemy import func, select

from hub.registry.schema import Customer
from hub.registry.session import Transaction

MANAGER = Customer.values["account_manager"].astext


def by_manager(tx: Transaction, names: Collection[str], units: Collection[str]) -> list[Customer]:
    """The customers of some units in one of these names, locked, by code."""
    query = select(Customer).where(MANAGER.in_(names), Customer.unit_code.in_(units))
    return list(tx.scalars(query.order_by(Customer.code).with_for_update()))


def loads(tx: Transaction) -> dict[str, int]:
    """How many customers each name looks after."""
    query = select(MANAGER, func.count()).where(MANAGER.is_not(None), Customer.stage != "lapsed").group_by(MANAGER)
    return {name: int(count) for name, count in tx.execute(query)}
