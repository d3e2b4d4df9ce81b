"""Routes: load, one route with its customers, meetings, proposals, first deliveries (article 13, R7.14)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.charts import BLUE, GREY, Plot, Series
from hub.console.rendering import act, desk, language, may, render, words_of
from hub.console.typed import day
from hub.console.typography import typeset
from hub.domain.customers.catalogue import FIELDS
from hub.domain.refusals import Refusal
from hub.operations.changes import applications, first_delivery
from hub.operations.customers import fields as customer_fields
from hub.operations.desk import Desk
from hub.operations.routes import implementation, loads, scenarios
from hub.operations.routes import meetings as route_meetings
from hub.operations.staff import users
from hub.ports import today

router = APIRouter()
Text = Annotated[str, Form()]
Loads = Mapping[str, Any]


@router.get("/routes")
def listing(request: Request, unit: str = "", field: str = loads.DELIVERY) -> Response:
    """Load of a unit's routes, meetings, scenarios, drivers."""
    return listed(request, unit, field)


def listed(request: Request, unit: str = "", field: str = loads.DELIVERY, refusal: Refusal | None = None) -> Response:
    """The page of routes, with a refusal if something was refused."""
    with desk(request) as found:
        meetings, waiting = route_meetings.list_meetings(found)
        mine = found.units
        units = [each for each in users.list_units(found) if mine is None or each.code in mine]
        codes = sorted(each.code for each in units)
        chosen = unit if unit in codes else (waiting[0][0].unit_code if waiting else codes[-1] if codes else "")
        by = field if field in loads.FIELDS_OF_LOAD else loads.DELIVERY
        more: dict[str, Any] = {
            "meetings": meetings,
            "waiting": waiting,
            "load": loads.list_loads(found, chosen, by) if chosen else [],
            "by": by,
            "scenarios": scenarios.list_scenarios(found),
            "units": [(each.code, each.name) for each in units],
            "chosen": chosen,
            "to_carry": implementation.list_to_carry(found),
            "today": today(),
            "deliveries": first_delivery.list_first_deliveries(found)
            if may(found.actor, "route_views.list_first_deliveries")
            else [],
        }
        status = refusal.status if refusal else 200
        return render(request, "routes/list.html", status, fields=FIELDS, refusal=refusal, **more)


@router.get("/routes/on")
def one_route(request: Request, unit: str = "", route: str = "", field: str = loads.DELIVERY) -> Response:
    """One route: its customers in stop order, and where they are."""
    with desk(request) as found:
        view = loads.show_route(found, unit, route, field)
        return render(request, "routes/route.html", view=view, unit=unit, route=route, field=field)


def plots_of(request: Request, field: str, before: Sequence[Loads], after: Sequence[Loads]) -> list[Plot]:
    """Quantity, customers and kilometres of routes before and after."""
    tongue = language(request)

    def tell(zh: str, en: str) -> str:
        return en if tongue else typeset(zh)

    names = [str(each["route"]) for each in before]
    words = words_of("route_field", field, tongue)
    then = (tell("调整前", "Before"), GREY, before), (tell("调整后", "After"), BLUE, after)
    return [
        Plot(f"{words} · {title}", "", [unit], names, [Series(n, [e[key] for e in rows], c) for n, c, rows in then])
        for key, title, unit in (
            ("quantity", tell("月销量", "Monthly quantity"), tell("条", "cartons")),
            ("customers", tell("客户数", "Customers"), tell("户", "customers")),
            ("km", tell("沿途公里", "Km along the stops"), tell("公里", "km")),
        )
        if before
    ]


@router.post("/routes/meetings")
def call(request: Request, unit_code: Text = "", held_on: Text = "") -> Response:
    """Call a meeting."""
    return _on(request, lambda found: route_meetings.call_meeting(found, unit_code, day_of(held_on)), "meeting_called")


def _on(request: Request, do: Callable[[Desk], object], done: str) -> Response:
    return act(request, do, f"/routes?done={done}", lambda refusal: listed(request, refusal=refusal))


def day_of(words: str) -> date:
    """A day, or one long ago, which is refused with words."""
    return day(words) or date.min


@router.get("/routes/meetings/{meeting_id}")
def meeting(request: Request, meeting_id: UUID) -> Response:
    """One meeting."""
    return _meeting(request, meeting_id)


def _meeting(
    request: Request, meeting_id: UUID, refusal: Refusal | None = None, given: Mapping[str, str] | None = None
) -> Response:
    with desk(request) as found:
        view = route_meetings.show_meeting(found, meeting_id)
        known = [field for field in loads.FIELDS_OF_LOAD if field in view.load]
        sets = [(field, view.load[field]["before"], view.load[field]["after"]) for field in known]
        plots = [plot for field, before, after in sets for plot in plots_of(request, field, before, after)]
        status = refusal.status if refusal else 200
        more: dict[str, Any] = {"view": view, "plots": plots, "fields": FIELDS, "today": today(), "given": given or {}}
        return render(request, "routes/meeting.html", status, refusal=refusal, **more)


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
def close(
    request: Request, meeting_id: UUID, attendees: Text = "", logistics: Text = "", minutes: Text = ""
) -> Response:
    """Close it."""
    given = {"attendees": attendees, "logistics": logistics, "minutes": minutes}
    return act(
        request,
        lambda found: route_meetings.close_meeting(found, meeting_id, attendees, logistics, minutes),
        f"/routes/meetings/{meeting_id}?done=meeting_closed",
        lambda refusal: _meeting(request, meeting_id, refusal, given),
    )


@router.post("/routes/meetings/{meeting_id}/cancel")
def cancel(request: Request, meeting_id: UUID, why: Text = "") -> Response:
    """It is not held."""
    return act(
        request,
        lambda found: route_meetings.cancel_meeting(found, meeting_id, why),
        f"/routes/meetings/{meeting_id}?done=meeting_cancelled",
        lambda refusal: _meeting(request, meeting_id, refusal),
    )


@router.post("/routes/proposals/{proposal_id}/carry")
def carry(request: Request, proposal_id: UUID) -> Response:
    """Carry out what was accepted."""
    return _on(request, lambda found: implementation.carry_route(found, proposal_id), "route_carried")


@router.post("/routes/proposals/{proposal_id}/postpone")
def postpone(request: Request, proposal_id: UUID, why: Text = "") -> Response:
    """Let the next meeting decide anew."""
    return _on(request, lambda found: implementation.postpone_route(found, proposal_id, why), "route_postponed")


@router.post("/routes/first-deliveries/{application_id}/views")
def record_view(
    request: Request, application_id: UUID, post: Text = "", said_by: Text = "", agrees: Text = "", words: Text = ""
) -> Response:
    """What account manager or driver says."""

    def do(found: Desk) -> None:
        first_delivery.record_view(found, application_id, post, said_by, agrees == "yes", words)

    return _on(request, do, "view_recorded")


@router.post("/routes/first-deliveries/{application_id}/carry-out")
def correct(request: Request, application_id: UUID) -> Response:
    """Both agree: correct it now."""
    return _on(request, lambda found: applications.carry_out(found, application_id), "route_carried")


@router.post("/routes/first-deliveries/{application_id}/meeting")
def to_meeting(request: Request, application_id: UUID) -> Response:
    """They do not agree."""
    return _on(request, lambda found: first_delivery.to_meeting(found, application_id), "first_delivery_met")


@router.get("/customers/{customer_id}/route")
def propose_form(request: Request, customer_id: UUID) -> Response:
    """The form for a proposal."""
    return _propose(request, customer_id)


def _propose(request: Request, customer_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        customer = customer_fields.show_customer(found, customer_id).customer
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
