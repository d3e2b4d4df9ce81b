"""Outages of ordering systems (R11.1), customers whom nobody calls (R12.2), reports of broken devices (R11.2)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Made, Moment, Reason, Shown, Words
from hub.domain.inputs import Code, Text
from hub.operations.desk import Desk
from hub.operations.outages import device_failures, outages
from hub.operations.outages.outages import OutageView
from hub.operations.phones import call_stops

resource = Resource("outages")
Codes = Annotated[list[Code], Field(min_length=1, max_length=100)]


class Report(Given):
    """What is down: units, order methods (web, handset, yanxintong), since when, what is known."""

    units: Codes
    methods: Codes
    since: Moment
    known: Text


class Outage(Shown):
    """An outage of one unit, those below it included."""

    id: UUID
    unit_code: str
    methods: list[str]
    since: datetime
    known: str
    state: str
    reported_at: datetime
    reported_by_name: str
    started_at: datetime | None
    started_by_name: str | None
    switched_at: datetime | None
    ended_at: datetime | None
    ended_why: str | None


class Count(Shown):
    """How many customers of a unit and order method share a state and a reason."""

    unit_code: str
    method: str
    state: str
    why: str
    in_term: bool
    number: int


class OutageNumbers(Shown):
    """An outage with its numbers: planned while it is only reported, real afterwards."""

    outage: Outage
    waiting: int
    switched: int
    left_out: int
    in_term: int
    counts: list[Count]
    returns: dict[str, int]


class Affected(Shown):
    """A customer whom it concerns; `why` says why it is left out."""

    customer_id: UUID
    code: str
    unit_code: str
    method: str
    in_term: bool
    state: str
    why: str


class Unreturned(Shown):
    """A switch that has not returned: no_order, soon, late, changed."""

    customer_id: UUID
    code: str
    why: str
    order_on: str | None
    due_at: datetime | None


class Switch(Given):
    """How many the clerk saw that would be switched."""

    expected: Annotated[int, Field(ge=0, le=10_000_000)]


class Call(Given):
    """How the call went."""

    reached: bool
    said: Text


class CallStop(Shown):
    """A customer whom the call desk stopped calling."""

    id: UUID
    customer_id: UUID
    why: str
    stopped_at: datetime
    stopped_by_name: str
    asked_at: datetime | None


class Check(Shown):
    """What the rule asks for; `missing` is the refusal that stands against it."""

    zh: str
    en: str
    missing: str | None


class DeviceReport(Shown):
    """A broken device, and whether phone ordering for now may be asked for."""

    device_no: str
    kind: str
    repairable: bool
    said_at: datetime | None
    offered: bool
    checks: list[Check]


def _numbers(view: OutageView) -> OutageNumbers:
    return OutageNumbers(
        outage=Outage.model_validate(view.row),
        waiting=view.waiting,
        switched=view.switched,
        left_out=view.left_out,
        in_term=view.in_term,
        counts=[Count.model_validate(each) for each in view.counts],
        returns=view.returns,
    )


@resource.get("/outages", outages.list_outages)
def listing(desk: Desk) -> list[Outage]:
    """Outages of the caller's units, newest first."""
    return [Outage.model_validate(row) for row in outages.list_outages(desk)]


@resource.change("POST", "/outages", outages.report_outage, status=201)
def report(desk: Desk, given: Report) -> list[Outage]:
    """Report an outage; one for each unit named."""
    found = outages.report_outage(desk, given.units, given.methods, given.since, given.known)
    return [Outage.model_validate(row) for row in found]


@resource.get("/outages/{outage_id}", outages.show_outage)
def show(desk: Desk, outage_id: UUID) -> OutageNumbers:
    """One outage with its numbers: before the switch they are the preview."""
    return _numbers(outages.show_outage(desk, outage_id))


@resource.get("/outages/{outage_id}/customers", outages.list_affected)
def affected(desk: Desk, outage_id: UUID, why: Words | None = None, after: Words = "") -> list[Affected]:
    """Customers whom it concerns, 50 behind a customer code; `why` picks a reason, empty those not left out."""
    return [Affected.model_validate(row) for row in outages.list_affected(desk, outage_id, why, after)]


@resource.get("/outages/{outage_id}/unreturned", outages.list_unreturned)
def unreturned(desk: Desk, outage_id: UUID, after: Words = "") -> list[Unreturned]:
    """Switches that did not return, 50 behind a customer code."""
    return [
        Unreturned(
            customer_id=customer.id,
            code=customer.code,
            why=why,
            order_on=row.order_on.isoformat() if row.order_on else None,
            due_at=row.due_at,
        )
        for customer, row, why in outages.list_unreturned(desk, outage_id, after)
    ]


@resource.change("POST", "/outages/{outage_id}/switch", outages.switch_over)
def switch(desk: Desk, outage_id: UUID, given: Switch) -> OutageNumbers:
    """Switch all whom it concerns to the phone, in the background."""
    return _numbers(outages.switch_over(desk, outage_id, given.expected))


@resource.change("POST", "/outages/{outage_id}/stop", outages.stop_switching)
def stop(desk: Desk, outage_id: UUID) -> Done:
    """Stop after the batch that is under way."""
    outages.stop_switching(desk, outage_id)
    return Done()


@resource.change("POST", "/outages/{outage_id}/go-on", outages.go_on)
def go_on(desk: Desk, outage_id: UUID) -> Done:
    """Go on with those who wait."""
    outages.go_on(desk, outage_id)
    return Done()


@resource.change("POST", "/outages/{outage_id}/end", outages.end_outage)
def end(desk: Desk, outage_id: UUID, given: Reason) -> Done:
    """The system works again."""
    outages.end_outage(desk, outage_id, given.why)
    return Done()


@resource.get("/call-stops", call_stops.list_stops)
def stops(desk: Desk) -> list[CallStop]:
    """Customers whom nobody calls; those to be called again first."""
    return [CallStop.model_validate(row) for row, _ in call_stops.list_stops(desk)]


@resource.get("/customers/{customer_id}/call-stop", call_stops.stop_of)
def stop_of(desk: Desk, customer_id: UUID) -> CallStop | None:
    """The customer's open stop; null while the call desk calls."""
    found = call_stops.stop_of(desk, customer_id)
    return CallStop.model_validate(found) if found else None


@resource.change("POST", "/customers/{customer_id}/call-stop", call_stops.stop_calling, status=201)
def stop_calling(desk: Desk, customer_id: UUID, given: Reason) -> Made:
    """Both phones fail: the call desk stops calling."""
    return Made(id=call_stops.stop_calling(desk, customer_id, given.why))


@resource.change("POST", "/customers/{customer_id}/call-again", call_stops.ask_to_call)
def call_again(desk: Desk, customer_id: UUID, given: Reason) -> Made:
    """Ask the call desk to call again."""
    return Made(id=call_stops.ask_to_call(desk, customer_id, given.why))


@resource.change("POST", "/call-stops/{stop_id}/call", call_stops.record_call)
def called(desk: Desk, stop_id: UUID, given: Call) -> Done:
    """How the call went."""
    call_stops.record_call(desk, stop_id, given.reached, given.said)
    return Done()


@resource.get("/customers/{customer_id}/device-reports", device_failures.show_reports)
def reports(desk: Desk, customer_id: UUID) -> list[DeviceReport]:
    """What the carrier reported of the customer's devices, and what the phone for now asks for."""
    return [
        DeviceReport(
            device_no=each.device.device_no,
            kind=each.device.kind,
            repairable=each.device.repairable,
            said_at=each.said_at,
            offered=each.offered,
            checks=[
                Check(zh=c.words[0], en=c.words[1], missing=c.missing.code if c.missing else None) for c in each.checks
            ],
        )
        for each in device_failures.show_reports(desk, customer_id)
    ]
