"""Orders that temporary changes wait for: who has not ordered yet, and many recorded at once (I2, R11.1, R12.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from hub.domain.refusals import BadInput
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.registry.changes import temporary
from hub.registry.schema import Customer, Temporary

from .temporary import RECORDS, enter_order

PAGE = 50
MOST = 200
"""Customers recorded in one go."""


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
def list_awaited(desk: Desk, after: str = "") -> list[tuple[Customer, Temporary]]:
    """Customers of the caller's units whose temporary change returns after an order, by code."""
    return temporary.awaited(desk.tx, desk.units, after, PAGE)


@operation("orders.record_orders", article="I2", posts=RECORDS, title=("批量登记客户订货", "Record many orders"))
def record_orders(desk: Desk, customer_ids: Sequence[UUID], way: str) -> Recorded:
    """Record that these customers ordered now, all or none. Raises BadInput, NotFound."""
    wanted = list(dict.fromkeys(customer_ids))
    if not wanted or len(wanted) > MOST:
        raise BadInput(field="客户", problem="没有选择客户,或一次超过 200 户", mend="请勾选已订货的客户,分几次登记。")
    returning = sum(enter_order(desk, desk.customer(each), way)[1] for each in sorted(wanted))
    return Recorded(len(wanted), returning)
