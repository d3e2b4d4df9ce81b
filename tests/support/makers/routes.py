"""Customers on routes, who meets about them, and what a large change names."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from hub.domain.staff.posts import Actor, Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.routes import scenario_upkeep
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.schema import Customer, RouteMeeting
from tests.support import people


def somebody(post: Post) -> Actor:
    """A holder of a post in the whole company."""
    return Actor(new_id(), f"{post}甲", frozenset({(post, "3701")}))


CHIEF, DEPUTY, MANAGER = map(somebody, (Post.SECTION_CHIEF, Post.DEPUTY_MANAGER, Post.ACCOUNT_MANAGER))


TUESDAY = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI)


def customer(office: Office, number: int, route: str = "一线", quantity: int = 10, **values: str) -> Customer:
    """A customer on a route, a little further east by each number."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        place = f"{117 + number / 1000:.3f},36.6"
        row.values = {"delivery_route": route, "quantified_data": str(quantity), "location": place} | values
        return row


def value(office: Office, row: Customer, key: str) -> str:
    with office.store.transaction() as tx:
        return str(tx.get_one(Customer, row.id).values.get(key, ""))


def because(cut_over: date) -> dict[str, Any]:
    """What a scenario names: its trigger, and until when it is kept up (R13.7)."""
    return {"trigger": "vans_added", "upkeep_by": cut_over + timedelta(days=14)}


def meet(desk: Desk, scenario_id: UUID, times: int = 2) -> None:
    """Meetings that were held about a scenario, and are named there."""
    for _ in range(times):
        meeting = RouteMeeting(id=new_id(), unit_code=people.UNIT, held_on=today(), state="closed", called_at=now())
        meeting.called_by_name, meeting.closed_at = "科长甲", now()
        desk.tx.add(meeting)
        desk.tx.flush()
        scenario_upkeep.record_meeting(desk, scenario_id, meeting.id, "讨论方案")
