"""Routes: load, meetings, scenarios, and the driver's own page (article 13)."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.domain.catalogue import FIELDS
from hub.domain.refusals import Refusal
from hub.operations import customers, route_meetings, route_scenarios, staff
from hub.operations.desk import Desk

from .pages import act, desk, language, render
from .plots import BLUE, GREY, Plot, Series
from .typeset import typeset

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/routes")
def listing(request: Request, unit: str = "") -> Response:
    """Load of a unit's routes, meetings, scenarios, drivers."""
    return _list(request, unit)


def _list(request: Request, unit: str = "", refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        meetings, waiting = route_meetings.list_meetings(found)
        mine = found.units
        units = [each for each in staff.list_units(found) if mine is None or each.code in mine]
        codes = sorted(each.code for each in units)
        chosen = unit if unit in codes else (waiting[0][0].unit_code if waiting else codes[-1] if codes else "")
        load = route_meetings.list_loads(found, chosen) if chosen else []
        to_carry = route_meetings.list_to_carry(found)
        scenarios = route_scenarios.list_scenarios(found)
        more: dict[str, Any] = {"meetings": meetings, "waiting": waiting, "load": load, "scenarios": scenarios}
        more |= {"units": [(each.code, each.name) for each in units], "chosen": chosen, "to_carry": to_carry}
        status = refusal.status if refusal else 200
        return render(request, "routes/list.html", status, fields=FIELDS, refusal=refusal, **more)


def _plots(request: Request, before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> list[Plot]:
    tongue = language(request)

    def tell(zh: str, en: str) -> str:
        return en if tongue else typeset(zh)

    names = [str(each["route"]) for each in before]
    return [
        Plot(
            title,
            "",
            [unit],
            names,
            [
                Series(tell("调整前", "Before"), [each[key] for each in before], GREY),
                Series(tell("调整后", "After"), [each[key] for each in after], BLUE),
            ],
        )
        for key, title, unit in (
            ("quantity", tell("月销量", "Monthly quantity"), tell("条", "cartons")),
            ("customers", tell("客户数", "Customers"), tell("户", "customers")),
        )
    ]


@router.post("/routes/meetings")
def call(request: Request, unit_code: Text = "", held_on: Text = "") -> Response:
    """Call a meeting."""
    return _on(request, lambda found: route_meetings.call_meeting(found, unit_code, _day(held_on)), "meeting_called")


def _on(request: Request, do: Callable[[Desk], object], done: str) -> Response:
    return act(request, do, f"/routes?done={done}", lambda refusal: _list(request, "", refusal))


def _day(words: str) -> date:
    """A day, or one long ago, which is refused with words."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        return date.min


@router.get("/routes/meetings/{meeting_id}")
def meeting(request: Request, meeting_id: UUID) -> Response:
    """One meeting."""
    return _meeting(request, meeting_id)


def _meeting(request: Request, meeting_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        view = route_meetings.show_meeting(found, meeting_id)
        before, after = ([vars(load) for load in each] for each in (view.before, view.after))
        plots = _plots(request, before, after)
        status = refusal.status if refusal else 200
        return render(request, "routes/meeting.html", status, view=view, plots=plots, fields=FIELDS, refusal=refusal)


@router.post("/routes/meetings/{meeting_id}/proposals/{proposal_id}")
def decide(request: Request, meeting_id: UUID, proposal_id: UUID, decision: Text = "", why: Text = "") -> Response:
    """Record a decision."""
    return act(
        request,
        lambda found: route_meetings.decide_proposal(found, meeting_id, proposal_id, decision, why),
        f"/routes/meetings/{meeting_id}?done=route_decided",
        lambda refusal: _meeting(request, meeting_id, refusal),
    )


@router.post("/routes/meetings/{meeting_id}/close")
def close(request: Request, meeting_id: UUID, attendees: Text = "", minutes: Text = "") -> Response:
    """Close it."""
    return act(
        request,
        lambda found: route_meetings.close_meeting(found, meeting_id, attendees, minutes),
        f"/routes/meetings/{meeting_id}?done=meeting_closed",
        lambda refusal: _meeting(request, meeting_id, refusal),
    )


@router.post("/routes/proposals/{proposal_id}/carry")
def carry(request: Request, proposal_id: UUID) -> Response:
    """Carry out what was accepted."""
    return _on(request, lambda found: route_meetings.carry_route(found, proposal_id), "route_carried")


@router.get("/customers/{customer_id}/route")
def propose_form(request: Request, customer_id: UUID) -> Response:
    """The form for a proposal."""
    return _propose(request, customer_id)


def _propose(request: Request, customer_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        customer = customers.show_customer(found, customer_id).customer
        fields = [FIELDS[key] for key in route_meetings.FIELDS_OF_A_ROUTE]
        status = refusal.status if refusal else 200
        return render(request, "routes/propose.html", status, customer=customer, fields=fields, refusal=refusal)


@router.post("/customers/{customer_id}/route")
def propose(
    request: Request,
    customer_id: UUID,
    visit_batch: Text = "",
    delivery_route: Text = "",
    stop_order: Text = "",
    visit_route: Text = "",
    order_day: Text = "",
    why: Text = "",
) -> Response:
    """Propose a change."""
    given = (visit_batch, delivery_route, stop_order, visit_route, order_day)
    values = dict(zip(route_meetings.FIELDS_OF_A_ROUTE, given, strict=True))
    return act(
        request,
        lambda found: route_meetings.propose(found, customer_id, values, why),
        f"/customers/{customer_id}?done=proposed",
        lambda refusal: _propose(request, customer_id, refusal),
    )


@router.post("/routes/scenarios")
def compute(
    request: Request, unit_code: Text = "", title: Text = "", routes: Text = "", cut_over: Text = ""
) -> Response:
    """Compute a scenario."""
    return _on(
        request,
        lambda found: route_scenarios.compute_scenario(
            found, unit_code, re.split(r"[\s,;,、;]+", routes), title, _day(cut_over)
        ),
        "scenario_made",
    )


@router.get("/routes/scenarios/{scenario_id}")
def scenario(request: Request, scenario_id: UUID) -> Response:
    """One scenario."""
    return _scenario(request, scenario_id)


def _scenario(request: Request, scenario_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        row = route_scenarios.show_scenario(found, scenario_id)
        plots = _plots(request, row.before, row.after)
        status = refusal.status if refusal else 200
        return render(request, "routes/scenario.html", status, row=row, plots=plots, refusal=refusal)


@router.post("/routes/scenarios/{scenario_id}/signature")
def sign(request: Request, scenario_id: UUID, shown: Text = "", agree: Text = "", why: Text = "") -> Response:
    """Sign or refuse it."""
    return act(
        request,
        lambda found: route_scenarios.sign_scenario(found, scenario_id, agree == "yes", why, shown),
        f"/routes/scenarios/{scenario_id}?done=scenario_signed",
        lambda refusal: _scenario(request, scenario_id, refusal),
    )


@router.post("/routes/scenarios/{scenario_id}/reversal")
def reverse(request: Request, scenario_id: UUID, why: Text = "") -> Response:
    """Take it back."""
    return act(
        request,
        lambda found: route_scenarios.reverse_scenario(found, scenario_id, why),
        f"/routes/scenarios/{scenario_id}?done=scenario_taken_back",
        lambda refusal: _scenario(request, scenario_id, refusal),
    )
