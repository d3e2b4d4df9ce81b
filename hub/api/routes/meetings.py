"""Routes: meetings and proposals, load, scenarios, first deliveries (article 13, R7.14)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Day, Done, Given, Made, Reason, Shown, Words
from hub.domain.inputs import Code, Text
from hub.operations.desk import Desk
from hub.operations.routes import implementation, loads
from hub.operations.routes import meetings as route_meetings

resource = Resource("routes")


class ProposalGiven(Given):
    """Fields of a route with their new values, and why."""

    values: dict[str, str]
    why: Text


class ProposalShown(Shown):
    """A proposal; `disputed` comes from a first delivery (R7.14)."""

    id: UUID
    customer_id: UUID
    proposed: dict[str, Any]
    why: str
    disputed: bool
    proposed_by_name: str
    decision: str | None
    decided_why: str | None
    decided_by_name: str | None
    not_before: date | None
    carried_at: datetime | None


class LineShown(Shown):
    """A line of an agenda, with the customer's values of that moment."""

    id: UUID
    customer_id: UUID
    code: str
    shop_name: str
    proposed: dict[str, Any]
    present: dict[str, Any]
    why: str
    disputed: bool
    proposed_by_name: str
    decision: str | None
    decided_why: str | None
    decided_by_name: str | None
    not_before: date | None


class MeetingGiven(Given):
    """Whose meeting, and when."""

    unit_code: Code
    held_on: Day


class MeetingShown(Shown):
    """A meeting."""

    id: UUID
    unit_code: str
    held_on: date
    state: str
    attendees: str
    logistics: str
    minutes: str
    closed_by_name: str | None
    closed_at: datetime | None


class LoadShown(Shown):
    """A route's load: customers, monthly quantity, kilometres of a round trip along the known places."""

    route: str
    customers: int
    quantity: float
    km: float


class BeforeAfter(Shown):
    """Loads before and after what was accepted."""

    before: list[LoadShown]
    after: list[LoadShown]


class StopOnRoute(Shown):
    """A customer on a route."""

    customer_id: UUID
    code: str
    shop_name: str
    stop_order: str
    visit_batch: str
    quantity: float
    location: str


class RoutePage(Shown):
    """A route: its load, who drives it, its customers in stop order."""

    load: LoadShown
    driver: str
    stops: list[StopOnRoute]


class MeetingPage(Shown):
    """A meeting with its agenda and, by field (delivery_route, visit_route), the loads before and after."""

    meeting: MeetingShown
    agenda: list[LineShown]
    load: dict[str, BeforeAfter]


class Meetings(Shown):
    """Meetings, and what waits for one."""

    meetings: list[MeetingShown]
    waiting: list[ProposalShown]


class Decision(Given):
    """accepted, refused, postponed."""

    decision: Code
    why: str = ""


class Closing(Given):
    """Who of marketing and of logistics was there, and what was said."""

    attendees: Text
    logistics: Text
    minutes: str


class Count(Shown):
    """How many."""

    count: int


@resource.change("POST", "/customers/{customer_id}/route-proposals", route_meetings.propose, status=201)
def propose(desk: Desk, customer_id: UUID, given: ProposalGiven) -> Made:
    """Propose a change to the next meeting."""
    return Made(id=route_meetings.propose(desk, customer_id, given.values, given.why))


@resource.get("/route-meetings", route_meetings.list_meetings)
def meetings(desk: Desk) -> Meetings:
    """Meetings, and what waits for one."""
    rows, waiting = route_meetings.list_meetings(desk)
    return Meetings(
        meetings=[MeetingShown.model_validate(row) for row in rows],
        waiting=[ProposalShown.model_validate(row) for row, _ in waiting],
    )


@resource.change("POST", "/route-meetings", route_meetings.call_meeting, status=201)
def call(desk: Desk, given: MeetingGiven) -> Made:
    """Call a meeting."""
    return Made(id=route_meetings.call_meeting(desk, given.unit_code, given.held_on))


@resource.get("/route-meetings/{meeting_id}", route_meetings.show_meeting)
def show(desk: Desk, meeting_id: UUID) -> MeetingPage:
    """One meeting."""
    view = route_meetings.show_meeting(desk, meeting_id)
    return MeetingPage(
        meeting=MeetingShown.model_validate(view.meeting),
        agenda=[LineShown.model_validate(line) for line in view.lines],
        load={field: BeforeAfter.model_validate(each) for field, each in view.load.items()},
    )


@resource.change("POST", "/route-meetings/{meeting_id}/proposals/{proposal_id}", route_meetings.decide_proposal)
def decide(desk: Desk, meeting_id: UUID, proposal_id: UUID, given: Decision) -> Done:
    """Record a decision."""
    route_meetings.decide_proposal(desk, meeting_id, proposal_id, given.decision, given.why)
    return Done()


@resource.change("POST", "/route-meetings/{meeting_id}/close", route_meetings.close_meeting)
def close(desk: Desk, meeting_id: UUID, given: Closing) -> Count:
    """Close it; how many changes are to be carried out."""
    args = (given.attendees, given.logistics, given.minutes)
    return Count(count=route_meetings.close_meeting(desk, meeting_id, *args))


@resource.change("POST", "/route-meetings/{meeting_id}/cancel", route_meetings.cancel_meeting)
def cancel(desk: Desk, meeting_id: UUID, given: Reason) -> Done:
    """It is not held."""
    route_meetings.cancel_meeting(desk, meeting_id, given.why)
    return Done()


@resource.change("POST", "/route-proposals/{proposal_id}/carry", implementation.carry_route)
def carry(desk: Desk, proposal_id: UUID) -> Done:
    """Carry out what was accepted."""
    implementation.carry_route(desk, proposal_id)
    return Done()


@resource.change("POST", "/route-proposals/{proposal_id}/postpone", implementation.postpone_route, status=201)
def postpone(desk: Desk, proposal_id: UUID, given: Reason) -> Made:
    """What cannot be carried out is before the next meeting again."""
    return Made(id=implementation.postpone_route(desk, proposal_id, given.why))


@resource.get("/route-proposals/to-carry", implementation.list_to_carry)
def to_carry(desk: Desk) -> list[ProposalShown]:
    """What is accepted and not carried out yet."""
    return [ProposalShown.model_validate(row) for row, _ in implementation.list_to_carry(desk)]


@resource.get("/route-loads/{unit_code}", loads.list_loads)
def load(desk: Desk, unit_code: str, field: Words = "delivery_route") -> list[LoadShown]:
    """The load of a unit's routes."""
    return [LoadShown.model_validate(each) for each in loads.list_loads(desk, unit_code, field)]


@resource.get("/route-loads/{unit_code}/stops", loads.show_route)
def stops(desk: Desk, unit_code: str, route: Words, field: Words = "delivery_route") -> RoutePage:
    """Who is on a route, in stop order."""
    view = loads.show_route(desk, unit_code, route, field)
    rows = [
        StopOnRoute(
            customer_id=row.id,
            code=row.code,
            shop_name=row.shop_name,
            stop_order=str(row.values.get("stop_order", "")),
            visit_batch=str(row.values.get("visit_batch", "")),
            quantity=stop.quantity,
            location=str(row.values.get("location", "")),
        )
        for row, stop in view.stops
    ]
    return RoutePage(load=LoadShown.model_validate(view.load), driver=view.driver, stops=rows)
