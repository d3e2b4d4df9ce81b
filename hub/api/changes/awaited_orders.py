"""Orders that temporary changes wait for (I2, R11.1, R12.2)."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Given, Id, Shown
from hub.domain.inputs import Code
from hub.operations.changes import awaited_orders, temporary
from hub.operations.desk import Desk

resource = Resource("orders")


class Ordered(Given):
    """When and by which way; who helped whom, if anybody did."""

    way: Code
    at: Annotated[datetime | None, Field(strict=False)] = None
    help: Annotated[str, Field(max_length=200)] = ""


class ManyOrdered(Given):
    """Who ordered just now, and by which way."""

    customer_ids: Annotated[list[Id], Field(min_length=1, max_length=awaited_orders.MOST)]
    way: Code


class Returning(Shown):
    """How many temporary changes now return."""

    returning: int


class Recorded(Shown):
    """How many orders were recorded, and how many temporary changes now return."""

    orders: int
    returning: int


class Awaited(Shown):
    """A customer whose order is waited for, until which day, and under which rule."""

    customer_id: UUID
    customer_code: str
    rule: str
    order_on: date


@resource.get("/orders/awaited", awaited_orders.list_awaited)
def awaited(desk: Desk, after: str = "") -> list[Awaited]:
    """Whose order is waited for, by customer code."""
    return [
        Awaited(customer_id=customer.id, customer_code=customer.code, rule=row.rule, order_on=row.order_on)
        for customer, row in awaited_orders.list_awaited(desk, after)
        if row.order_on is not None
    ]


@resource.change("POST", "/orders", awaited_orders.record_orders)
def many(desk: Desk, given: ManyOrdered) -> Recorded:
    """Many customers ordered; temporary changes that waited for it return."""
    found = awaited_orders.record_orders(desk, given.customer_ids, given.way)
    return Recorded(orders=found.orders, returning=found.returning)


@resource.change("POST", "/customers/{customer_id}/orders", temporary.record_order)
def one(desk: Desk, customer_id: UUID, given: Ordered) -> Returning:
    """The customer ordered; temporary changes that waited for it return."""
    return Returning(returning=temporary.record_order(desk, customer_id, given.way, given.at, given.help))
