"""Route meetings, proposals to them, and the loads of routes (R13.1–R13.3)."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from hub.operations import meetings, route_proposals
from hub.operations.desk import Desk

from .resource import Resource
from .shapes import Code, Day, Done, FieldValues, Given, Made, Shown, Text

resource = Resource("meetings")


class Proposing(Given):
    """New route data for a customer, and why."""

    values: FieldValues
    why: Text


class Words(Given):
    """A few words."""

    why: Annotated[str, Field(min_length=1, max_length=200)]


class Calling(Given):
    """Whose meeting, and when."""

    unit: Code
    held_on: Day


class Writing(Given):
    """Who is there, and what is said."""

    attendees: Text
    minutes: Annotated[str, Field(min_length=1, max_length=20_000)]


class Deciding(Given):
    """accepted, refused or postponed; the last two with a reason."""

    decision: Code
    why: Annotated[str, Field(max_length=500)] = ""


class Meeting(Shown):
    """A route meeting."""

    id: UUID
    unit_code: str
    held_on: Day
    state: str
    attendees: str
    minutes: str
    called_by_name: str
    closed_at: datetime | None


class Proposal(Shown):
    """New route data proposed for one customer."""

    id: UUID
    customer_id: UUID
    meeting_id: UUID | None
    proposed: dict[str, str]
    why: str
    article: str
    state: str
    said: str
    postponed: int
    made_at: datetime
    made_by_name: str
    ended_at: datetime | None


class Load(Shown):
    """A route or batch: its customers and monthly quantity."""

    unit_code: str
    kind: str
    name: str
    customers: int
    quantity: float


class Compared(Shown):
    """One route or batch before and after."""

    before: Load
    after: Load


class Point(Shown):
    """A proposal, and the first day on which R13.2 allows it when that is not today."""

    proposal: Proposal
    not_before: str | None


class Held(Shown):
    """A meeting, its agenda, the loads, and its final record once it is closed."""

    meeting: Meeting
    points: list[Point]
    loads: list[Compared]
    record: dict[str, Any] | None


class Routes(Shown):
    """Loads now and with all that waits; meetings; what waits for one."""

    loads: list[Compared]
    meetings: list[Meeting]
    waiting: list[Proposal]


class Accepted(Shown):
    """How many proposals became work."""

    accepted: int


@resource.get("/routes", meetings.list_routes)
def routes(desk: Desk) -> Routes:
    """Routes and batches of the caller's units."""
    loads, held, waiting = meetings.list_routes(desk)
    return Routes.model_validate({"loads": loads, "meetings": held, "waiting": [row for row, _ in waiting]})


@resource.change("POST", "/customers/{customer_id}/route-proposals", route_proposals.propose, status=201)
def propose(desk: Desk, customer_id: UUID, given: Proposing) -> Made:
    """Put new route data on the next meeting's agenda."""
    return Made(id=route_proposals.propose(desk, customer_id, given.values, given.why))


@resource.change("POST", "/applications/{application_id}/disagreement", route_proposals.disagree, status=201)
def disagree(desk: Desk, application_id: UUID, given: Words) -> Made:
    """Manager and driver do not agree: it goes to the meeting."""
    return Made(id=route_proposals.disagree(desk, application_id, given.why))


@resource.get("/route-proposals/{proposal_id}", meetings.find_proposal)
def proposal(desk: Desk, proposal_id: UUID) -> Proposal:
    """One proposal."""
    return Proposal.model_validate(meetings.find_proposal(desk, proposal_id))


@resource.change("POST", "/route-proposals/{proposal_id}/withdraw", route_proposals.withdraw_proposal)
def withdraw(desk: Desk, proposal_id: UUID, given: Words) -> Done:
    """Take a proposal back."""
    route_proposals.withdraw_proposal(desk, proposal_id, given.why)
    return Done()


@resource.change("POST", "/route-proposals/{proposal_id}/decision", meetings.decide_proposal)
def decide(desk: Desk, proposal_id: UUID, given: Deciding) -> Done:
    """The meeting decides."""
    meetings.decide_proposal(desk, proposal_id, given.decision, given.why)
    return Done()


@resource.change("POST", "/route-proposals/{proposal_id}/carry-out", route_proposals.carry_out_proposal)
def carry_out(desk: Desk, proposal_id: UUID) -> Done:
    """Enter what a closed meeting accepted."""
    route_proposals.carry_out_proposal(desk, proposal_id)
    return Done()


@resource.change("POST", "/meetings", meetings.call_meeting, status=201)
def call(desk: Desk, given: Calling) -> Made:
    """Call a unit's meeting."""
    return Made(id=meetings.call_meeting(desk, given.unit, given.held_on))


@resource.get("/meetings/{meeting_id}", meetings.show_meeting)
def show(desk: Desk, meeting_id: UUID) -> Held:
    """One meeting."""
    view = meetings.show_meeting(desk, meeting_id)
    points = [
        Point.model_validate(
            {"proposal": each.proposal, "not_before": str(each.clash.fields["allowed"]) if each.clash else None}
        )
        for each in view.points
    ]
    record = view.final.record if view.final else None
    return Held.model_validate({"meeting": view.meeting, "points": points, "loads": view.loads, "record": record})


@resource.change("POST", "/meetings/{meeting_id}/open", meetings.open_meeting)
def open_(desk: Desk, meeting_id: UUID) -> Done:
    """The meeting sits."""
    meetings.open_meeting(desk, meeting_id)
    return Done()


@resource.change("POST", "/meetings/{meeting_id}/cancel", meetings.cancel_meeting)
def cancel(desk: Desk, meeting_id: UUID, given: Words) -> Done:
    """It does not take place."""
    meetings.cancel_meeting(desk, meeting_id, given.why)
    return Done()


@resource.change("POST", "/meetings/{meeting_id}/minutes", meetings.write_minutes)
def write(desk: Desk, meeting_id: UUID, given: Writing) -> Done:
    """Attendees and minutes."""
    meetings.write_minutes(desk, meeting_id, given.attendees, given.minutes)
    return Done()


@resource.change("POST", "/meetings/{meeting_id}/close", meetings.close_meeting)
def close(desk: Desk, meeting_id: UUID) -> Accepted:
    """Final minutes; what was accepted becomes work."""
    return Accepted(accepted=meetings.close_meeting(desk, meeting_id))
