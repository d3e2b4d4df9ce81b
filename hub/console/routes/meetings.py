"""Routes: load, one route with its customers, meetings, proposals, first deliveries (article 13, R7.14)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.charts import BLUE, GREY, Plot, Series
from hub.console.forms import Posted, post
from hub.console.rendering import desk, language, may, render, words_of
from hub.console.typography import typeset
from hub.domain.customers.catalogue import FIELDS
from hub.domain.refusals import Refusal
from hub.operations.changes import applications, first_delivery
from hub.operations.customers import fields as customer_fields
from hub.operations.routes import implementation, loads, meetings, scenarios
from hub.operations.staff import users
from hub.ports import today

router = APIRouter()
Loads = Mapping[str, Any]


@router.get("/routes")
def listing(request: Request, unit: str = "", field: str = loads.DELIVERY) -> Response:
    """Load of a unit's routes, meetings, scenarios, drivers."""
    return listed(request, unit, field)


def listed(
    request: Request, unit: str = "", field: str = loads.DELIVERY, refusal: Refusal | None = None, **path: object
) -> Response:
    """The page of routes, with a refusal if something was refused."""
    with desk(request) as clerk:
        page = meetings.list_meetings(clerk)
        units = [known for known in users.list_units(clerk) if clerk.units is None or known.code in clerk.units]
        codes = sorted(known.code for known in units)
        waiting_in = page.waiting[0].unit_code if page.waiting else codes[-1] if codes else ""
        chosen = unit if unit in codes else waiting_in
        by = field if field in loads.FIELDS_OF_LOAD else loads.DELIVERY
        sees_deliveries = may(clerk.actor, "route_views.list_first_deliveries")
        more: dict[str, Any] = {
            "meetings": page.meetings,
            "waiting": page.waiting,
            "load": loads.list_loads(clerk, chosen, by) if chosen else [],
            "by": by,
            "scenarios": scenarios.list_scenarios(clerk),
            "units": [(known.code, known.name) for known in units],
            "chosen": chosen,
            "to_carry": implementation.list_to_carry(clerk),
            "today": today(),
            "deliveries": first_delivery.list_first_deliveries(clerk) if sees_deliveries else [],
        }
    status = refusal.status if refusal else 200
    return render(request, "routes/list.html", status, fields=FIELDS, refusal=refusal, **more)


@router.get("/routes/on")
def one_route(request: Request, unit: str = "", route: str = "", field: str = loads.DELIVERY) -> Response:
    """One route: its customers in stop order, and where they are."""
    with desk(request) as clerk:
        page = loads.show_route(clerk, unit, route, field)
    return render(request, "routes/route.html", page=page, unit=unit, route=route, field=field)


def plots_of(request: Request, field: str, before: Sequence[Loads], after: Sequence[Loads]) -> list[Plot]:
    """Quantity, customers and kilometres of routes before and after."""
    tongue = language(request)

    def tell(zh: str, en: str) -> str:
        return en if tongue else typeset(zh)

    names = [str(load["route"]) for load in before]
    words = words_of("route_field", field, tongue)
    then = (tell("调整前", "Before"), GREY, before), (tell("调整后", "After"), BLUE, after)
    return [
        Plot(
            f"{words} · {title}",
            "",
            [unit],
            names,
            [Series(name, [load[key] for load in series], colour) for name, colour, series in then],
        )
        for key, title, unit in (
            ("quantity", tell("月销量", "Monthly quantity"), tell("条", "cartons")),
            ("customers", tell("客户数", "Customers"), tell("户", "customers")),
            ("km", tell("沿途公里", "Km along the stops"), tell("公里", "km")),
        )
        if before
    ]


@router.get("/routes/meetings/{meeting_id}")
def meeting(request: Request, meeting_id: UUID) -> Response:
    """One meeting."""
    return _meeting(request, meeting_id)


def _meeting(request: Request, meeting_id: UUID, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as clerk:
        page = meetings.show_meeting(clerk, meeting_id)
    plots = []
    for field in loads.FIELDS_OF_LOAD:
        if field in page.load:
            before, after = page.load[field].before, page.load[field].after
            plots += plots_of(request, field, [asdict(load) for load in before], [asdict(load) for load in after])
    status = refusal.status if refusal else 200
    more: dict[str, Any] = {"page": page, "plots": plots, "fields": FIELDS, "today": today()}
    return render(request, "routes/meeting.html", status, refusal=refusal, **more)


@router.get("/customers/{customer_id}/route")
def propose_form(request: Request, customer_id: UUID) -> Response:
    """The form for a proposal."""
    return _propose(request, customer_id)


def _propose(request: Request, customer_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as clerk:
        view = customer_fields.show_customer(clerk, customer_id)
    fields = [FIELDS[key] for key in meetings.FIELDS_OF_A_ROUTE]
    more: dict[str, Any] = {"customer": view.customer, "values": view.values, "fields": fields}
    return render(request, "routes/propose.html", refusal.status if refusal else 200, refusal=refusal, **more)


def _values(texts: Posted) -> dict[str, Any]:
    """A proposal's form has a field of its own for each value."""
    return {"values": {key: texts.get(key, "") for key in meetings.FIELDS_OF_A_ROUTE}, "why": texts.get("why", "")}


MEETING = "/routes/meetings/{meeting_id}"
FIRST_DELIVERY = "/routes/first-deliveries/{application_id}"
post(router, "/routes/meetings", meetings.call_meeting, "/routes?done=meeting_called", listed)
post(
    router,
    MEETING + "/proposals/{proposal_id}",
    meetings.decide_proposal,
    MEETING + "?done=route_decided",
    _meeting,
)
post(router, MEETING + "/close", meetings.close_meeting, MEETING + "?done=meeting_closed", _meeting)
post(router, MEETING + "/cancel", meetings.cancel_meeting, MEETING + "?done=meeting_cancelled", _meeting)
post(
    router,
    "/customers/{customer_id}/route",
    meetings.propose,
    "/customers/{customer_id}?done=proposed",
    _propose,
    prepare=_values,
)
post(router, "/routes/proposals/{proposal_id}/carry", implementation.carry_route, "/routes?done=route_carried", listed)
post(
    router,
    "/routes/proposals/{proposal_id}/postpone",
    implementation.postpone_route,
    "/routes?done=route_postponed",
    listed,
)
post(router, FIRST_DELIVERY + "/views", first_delivery.record_view, "/routes?done=view_recorded", listed)
post(router, FIRST_DELIVERY + "/carry-out", applications.carry_out, "/routes?done=route_carried", listed)
post(router, FIRST_DELIVERY + "/meeting", first_delivery.to_meeting, "/routes?done=first_delivery_met", listed)
