"""Questions about routes and batches: who is on them, how much they sell, on which day a batch is visited."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import Numeric, case, cast, func, select

from hub.domain.route_loads import KINDS, Load
from hub.ports import SHANGHAI

from .schema import Customer, Order
from .session import Transaction


def batch_day(tx: Transaction, unit_code: str, batch: str, *, but: UUID) -> str | None:
    """The order day of most customers of a visit batch, but for one of them; None when nobody has one."""
    day = Customer.values["order_day"].astext
    query = select(day).where(Customer.unit_code == unit_code, Customer.id != but, day.is_not(None), day != "")
    query = query.where(Customer.values["visit_batch"].astext == batch).group_by(day)
    return tx.scalar(query.order_by(func.count().desc(), day).limit(1))


def last_order(tx: Transaction, customer_id: UUID, until: date, days: int) -> date | None:
    """The day of the customer's last order within so many days, which was its visit."""
    end = datetime.combine(until + timedelta(days=1), time.min, SHANGHAI)
    query = select(func.max(Order.at)).where(
        Order.customer_id == customer_id, Order.at < end, Order.at >= end - timedelta(days=days)
    )
    found = tx.scalar(query)
    return found.astimezone(SHANGHAI).date() if found else None


def loads(tx: Transaction, units: frozenset[str] | None) -> list[Load]:
    """Customers and monthly quantity of each route and batch of some units, by unit, kind and name (R13.3)."""
    quantity = Customer.values["quantified_data"].astext
    number = case((quantity.op("~")(r"^\d{1,12}(\.\d{1,6})?$"), cast(quantity, Numeric)), else_=0)
    found: list[Load] = []
    for kind in KINDS:
        name = Customer.values[kind].astext
        query = select(Customer.unit_code, name, func.count(), func.sum(number)).where(name != "")
        if units is not None:
            query = query.where(Customer.unit_code.in_(units))
        rows = tx.execute(query.group_by(Customer.unit_code, name).order_by(Customer.unit_code, name))
        found += [Load(unit, kind, str(words), count, float(total)) for unit, words, count, total in rows]
    return found


def quantities(tx: Transaction, ids: Iterable[UUID]) -> dict[UUID, Customer]:
    """The customers with these ids."""
    return {row.id: row for row in tx.scalars(select(Customer).where(Customer.id.in_(list(ids))))}


def units_with_routes(tx: Transaction) -> list[str]:
    """The units that have a customer on a delivery route."""
    name = Customer.values["delivery_route"].astext
    return list(tx.scalars(select(Customer.unit_code).where(name != "").distinct().order_by(Customer.unit_code)))
