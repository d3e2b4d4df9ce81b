"""Orders that temporary changes wait for: who has not ordered yet, recording many at once (I2, R11.1, R12.2)."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.domain.inputs import Label, OptionalText
from hub.domain.refusals import BadInput
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.views import view
from hub.registry.changes import temporary

from .temporary import RECORDS, Way, enter_order
from .views import AwaitedOrder

PAGE = 50
# Customers recorded in one go, all in one transaction.
MOST = 200
Customers = Annotated[list[UUID], Label("客户", "Customers"), Field(min_length=1, max_length=MOST)]


@dataclass(frozen=True)
class Recorded:
    """How many orders were recorded, and how many temporary changes now return."""

    orders: int
    returning: int


@operation(
    "orders.list_awaited",
    article="I2",
    posts=RECORDS,
    title=("查看待订货的客户", "See whose order is waited for"),
    changes=False,
    audited=False,
)
def list_awaited(desk: Desk, after: OptionalText = "") -> list[AwaitedOrder]:
    """Customers of the caller's units whose temporary change returns after an order, by customer code."""
    pairs = temporary.awaited(desk.tx, desk.units, after, PAGE)
    return [
        view(
            AwaitedOrder,
            change,
            customer_code=own.code,
            shop_name=own.shop_name,
            order_day=bool(own.values.get("order_day")),
        )
        for own, change in pairs
    ]


@operation("orders.record_orders", article="I2", posts=RECORDS, title=("批量登记客户订货", "Record many orders"))
def record_orders(desk: Desk, customer_ids: Customers, way: Way) -> Recorded:
    """Record that these customers ordered now, all or none. Raises BadInput, NotFound."""
    wanted = list(dict.fromkeys(customer_ids))
    if not wanted or len(wanted) > MOST:
        raise BadInput(field="客户", problem="没有选择客户,或一次超过 200 户", mend="请勾选已订货的客户,分几次登记。")
    # By id: two clerks with overlapping lists lock the temporary changes in one order.
    returning = sum(enter_order(desk, desk.customer(customer_id), way)[1] for customer_id in sorted(wanted))
    return Recorded(len(wanted), returning)
