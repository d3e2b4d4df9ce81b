"""New entrants by the API: on a list of a day, their steps as tasks, their fields sent by whoever owns them."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid4

from httpx import Response
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.onboarding import steps as onboarding_steps
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.schema import Onboarding
from hub.registry.staff.users import by_login

from . import people
from .callers import PASSWORD, sign_in
from .clocks import Clock
from .posts import person

LOGIN = "newcomers"
BUSINESS = {
    "address": "示例路1号",
    "location": "城区",
    "visit_batch": "一批",
    "delivery_route": "三线",
    "stop_order": "12",
    "invoice_type": "general",
    "account_manager": LOGIN,
    "delivery_driver": "司机乙",
    "call_clerk": "电访丙",
    "order_method": "phone",
    "settlement_method": "cash",
    "order_day": "3",
}
QUANTITY = {"market_type": "city", "business_format": "convenience", "quantified_data": "35"}


def at(clock: Clock, day: date, hour: int = 9, minute: int = 0, client: TestClient | None = None) -> None:
    """Put the clock to a moment of a day in Shanghai; the client "newcomers" signs in again, as one does each day."""
    clock.ahead += datetime.combine(day, time(hour, minute), SHANGHAI) - now()
    if client is not None:
        sign_in(client, LOGIN, PASSWORD)


def serving(desk: Desk) -> None:
    """A driver and a call clerk, whom a new entrant's record names."""
    for login, name, post in (
        ("driver9", BUSINESS["delivery_driver"], Post.DELIVERY_DRIVER),
        ("calls9", BUSINESS["call_clerk"], Post.CALL_CLERK),
    ):
        if by_login(desk.tx, login) is None:
            person(desk, login, (post, "a"), unit="3701", name=name)


def arrived(office: Office, number: int = 1) -> UUID:
    """A customer of today's list, whose steps are open."""
    with office.desk(people.CLERK) as desk:
        serving(desk)
        row = people.customer(desk, number)
        row.settlement_method = ""
        desk.tx.add(Onboarding(id=new_id(), customer_id=row.id, arrived_on=today(), state="open"))
    office.perform(HUB, onboarding_steps.begin_all)
    return row.id


def patch(client: TestClient, customer_id: UUID, **values: str) -> Response:
    """Change fields as the form does, over the version that stands."""
    there = client.get(f"/api/v1/customers/{customer_id}").json()["customer"]["version"]
    headers = {"Idempotency-Key": uuid4().hex, "If-Match": str(there)}
    return client.patch(f"/api/v1/customers/{customer_id}", json={"values": values, "why": "新入网"}, headers=headers)


def steps_of(client: TestClient, customer_id: UUID) -> dict[str, dict[str, Any]]:
    """The customer's steps by key."""
    rows = client.get("/api/v1/onboardings").json()["rows"]
    [row] = [row for row in rows if row["customer_id"] == str(customer_id)]
    return {step["step"]: step for step in row["steps"]}
