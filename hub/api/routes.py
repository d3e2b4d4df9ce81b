"""Routes: meetings and proposals, load, scenarios, drivers (article 13)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from hub.operations import driving, route_meetings, route_scenarios
from hub.operations.desk import Desk

from .resource import Resource
from .shapes import Code, Day, Done, Given, Made, Shown, Text

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
    carried_at: datetime | None


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
    minutes: str
    closed_at: datetime | None


class LoadShown(Shown):
    """A delivery route's load: customers, monthly quantity, kilometres from its middle."""

    route: str
    customers: int
    quantity: float
    km: float


class MeetingPage(Shown):
    """A meeting with its agenda and the load before and after."""

    meeting: MeetingShown
    agenda: list[ProposalShown]
    before: list[LoadShown]
    after: list[LoadShown]


class Meetings(Shown):
    """Meetings, and what waits for one."""

    meetings: list[MeetingShown]
    waiting: list[ProposalShown]


class Decision(Given):
    """accepted, refused, postponed."""

    decision: Code
    why: str = ""


class Closing(Given):
    """Who was there, and what was said."""

    attendees: Text
    minutes: str


class Count(Shown):
    """How many."""

    count: int


class ScenarioGiven(Given):
    """Which routes of a unit are to be evened out, and from which day."""

    unit_code: Code
    routes: list[str]
    title: Text
    cut_over: Day


class ScenarioShown(Shown):
    """A scenario; `shown` is what a signer signs."""

    id: UUID
    unit_code: str
    title: str
    routes: list[str]
    method: str
    moves: list[dict[str, Any]]
    before: list[dict[str, Any]]
    after: list[dict[str, Any]]
    cut_over: date
    state: str
    shown: str
    trouble: list[str]


class Signature(Given):
    """Yes or no, over what was shown."""

    agree: bool
    why: str = ""
    shown: Text


class Why(Given):
    """A few words."""

    why: Text


class Codes(Shown):
    """Customers by code."""

    codes: list[str]


class DriverGiven(Given):
    """Who drives a route."""

    unit_code: Code
    route: Text
    login: Code


class DriverShown(Shown):
    """Who drives a route."""

    unit_code: str
    route: str
    user_id: UUID


class StopShown(Shown):
    """A stop; `moved`: its address changed since the stops were put in order."""

    customer_id: UUID
    code: str
    shop_name: str
    stop_order: str
    moved: bool


class DrivenShown(Shown):
    """A route of the caller's, its stops in order."""

    unit_code: str
    route: str
    stops: list[StopShown]


class OrderGiven(Given):
    """New numbers of stops of one's own route."""

    unit_code: Code
    route: Text
    order: dict[UUID, int]


class AddressGiven(Given):
    """A stop whose address is another now."""

    unit_code: Code
    route: Text
    customer_id: UUID
    what: Text


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
        agenda=[ProposalShown.model_validate(row) for row, _ in view.items],
        before=[LoadShown.model_validate(load) for load in view.before],
        after=[LoadShown.model_validate(load) for load in view.after],
    )


@resource.change("POST", "/route-meetings/{meeting_id}/proposals/{proposal_id}", route_meetings.decide_proposal)
def decide(desk: Desk, meeting_id: UUID, proposal_id: UUID, given: Decision) -> Done:
    """Record a decision."""
    route_meetings.decide_proposal(desk, meeting_id, proposal_id, given.decision, given.why)
    return Done()


@resource.change("POST", "/route-meetings/{meeting_id}/close", route_meetings.close_meeting)
def close(desk: Desk, meeting_id: UUID, given: Closing) -> Count:
    """Close it; how many changes are to be carried out."""
    return Count(count=route_meetings.close_meeting(desk, meeting_id, given.attendees, given.minutes))


@resource.change("POST", "/route-proposals/{proposal_id}/carry", route_meetings.carry_route)
def carry(desk: Desk, proposal_id: UUID) -> Done:
    """Carry out what was accepted."""
    route_meetings.carry_route(desk, proposal_id)
    return Done()


@resource.get("/route-proposals/to-carry", route_meetings.list_to_carry)
def to_carry(desk: Desk) -> list[ProposalShown]:
    """What is accepted and not carried out yet."""
    return [ProposalShown.model_validate(row) for row, _ in route_meetings.list_to_carry(desk)]


@resource.get("/route-loads/{unit_code}", route_meetings.list_loads)
def load(desk: Desk, unit_code: str) -> list[LoadShown]:
    """The load of a unit's routes."""
    return [LoadShown.model_validate(each) for each in route_meetings.list_loads(desk, unit_code)]


@resource.get("/route-scenarios", route_scenarios.list_scenarios)
def scenarios(desk: Desk) -> list[ScenarioShown]:
    """Scenarios, the latest first."""
    return [_scenario(row) for row in route_scenarios.list_scenarios(desk)]


def _scenario(row: object) -> ScenarioShown:
    kept = {name: getattr(row, name) for name in ScenarioShown.model_fields if name != "shown"}
    return ScenarioShown(**kept, shown=row.shown_hash.hex())  # type: ignore[attr-defined]


@resource.change("POST", "/route-scenarios", route_scenarios.compute_scenario, status=201)
def compute(desk: Desk, given: ScenarioGiven) -> Made:
    """Compute one."""
    args = (given.unit_code, given.routes, given.title, given.cut_over)
    return Made(id=route_scenarios.compute_scenario(desk, *args))


@resource.get("/route-scenarios/{scenario_id}", route_scenarios.show_scenario)
def scenario(desk: Desk, scenario_id: UUID) -> ScenarioShown:
    """One."""
    return _scenario(route_scenarios.show_scenario(desk, scenario_id))


@resource.change("POST", "/route-scenarios/{scenario_id}/signature", route_scenarios.sign_scenario)
def sign(desk: Desk, scenario_id: UUID, given: Signature) -> Done:
    """Sign or refuse it."""
    route_scenarios.sign_scenario(desk, scenario_id, given.agree, given.why, given.shown)
    return Done()


@resource.change("POST", "/route-scenarios/{scenario_id}/reversal", route_scenarios.reverse_scenario)
def reverse(desk: Desk, scenario_id: UUID, given: Why) -> Codes:
    """Take it back; who stays because somebody moved them since."""
    return Codes(codes=route_scenarios.reverse_scenario(desk, scenario_id, given.why))


@resource.get("/route-drivers", driving.list_drivers)
def drivers(desk: Desk) -> list[DriverShown]:
    """Who drives which route."""
    return [DriverShown.model_validate(row) for row in driving.list_drivers(desk)]


@resource.change("POST", "/route-drivers", driving.name_driver)
def name_driver(desk: Desk, given: DriverGiven) -> Done:
    """Say who drives a route."""
    driving.name_driver(desk, given.unit_code, given.route, given.login)
    return Done()


@resource.get("/my-routes", driving.my_routes)
def mine(desk: Desk) -> list[DrivenShown]:
    """The caller's routes."""
    return [
        DrivenShown(
            unit_code=each.driver.unit_code,
            route=each.driver.route,
            stops=[
                StopShown(
                    customer_id=stop.id,
                    code=stop.code,
                    shop_name=stop.shop_name,
                    stop_order=str(stop.values.get("stop_order", "")),
                    moved=stop.id in each.moved,
                )
                for stop in each.stops
            ],
        )
        for each in driving.my_routes(desk)
    ]


@resource.change("POST", "/my-routes/order", driving.reorder)
def reorder(desk: Desk, given: OrderGiven) -> Count:
    """Put stops of the own route in order."""
    return Count(count=driving.reorder(desk, given.unit_code, given.route, given.order))


@resource.change("POST", "/my-routes/address", driving.report_address)
def report(desk: Desk, given: AddressGiven) -> Done:
    """Report a changed address to internal control."""
    driving.report_address(desk, given.unit_code, given.route, given.customer_id, given.what)
    return Done()
