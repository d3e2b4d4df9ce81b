"""Outages reported, and the shops that they reach."""

from uuid import UUID

from hub.domain.staff.posts import Actor, Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.outages import outages
from hub.ports import now
from hub.registry.schema import Customer
from tests.support import people

CALL = Actor(people.CLERK_ID, "电访员", frozenset({(Post.CALL_CLERK, "3701")}))


def shops(desk: Desk, *methods: str) -> list[Customer]:
    """Customers who order so, on Wednesdays."""
    found = []
    for number, method in enumerate(methods, start=1):
        row = people.customer(desk, number)
        row.values = {"order_method": method, "order_day": "3"}
        found.append(row)
    desk.tx.flush()
    return found


def reported(office: Office, *methods: str, unit: str = people.UNIT) -> UUID:
    """An outage of these methods."""
    [row] = office.perform(CALL, outages.report_outage, [unit], methods or ["web"], now(), "登录页打不开", True)
    return row.id
