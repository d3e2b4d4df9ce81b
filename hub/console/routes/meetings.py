"""Routes: load, one route with its customers, meetings, proposals, first deliveries (article 13, R7.14)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from hub.console.charts import BLUE, GREY, Plot, Series
from hub.console.customers.customers import unit_names
from hub.console.forms import Posted, post
from hub.console.pages import page
from hub.console.rendering import language, may, teller, words_of
from hub.domain.customers.catalogue import FIELDS
from hub.domain.routes.triggers import TRIGGERS
from hub.operations.changes import applications, first_delivery
from hub.operations.customers import fields as customer_fields
from hub.operations.desk import Desk
from hub.operations.routes import implementation, loads, meetings, scenarios
from hub.operations.staff import users
from hub.operations.unit_lists.listed import offered
from hub.ports import today

router = APIRouter()
Loads = Mapping[str, Any]


def _routes(reader: Desk, unit: str = "", field: str = loads.DELIVERY) -> dict[str, object]:
    """Load of a unit's routes, meetings, scenarios, drivers."""
    known = meetings.list_meetings(reader)
    units = [named for named in users.list_units(reader) if reader.units is None or named.code in reader.units]
    codes = sorted(named.code for named in units)
    # Where a proposal waits is where there is something to do. Else the last code: codes of counties, which have the
    # routes, are longer than the company's and come after it.
    waiting_in = known.waiting[0].unit_code if known.waiting else codes[-1] if codes else ""
    chosen = unit if unit in codes else waiting_in
    # The field comes from the address: anything else would be a fault of the query.
    by = field if field in loads.FIELDS_OF_LOAD else loads.DELIVERY
    sees_deliveries = may(reader.actor, "route_views.list_first_deliveries")
    return {
        "meetings": known.meetings,
        "waiting": known.waiting,
        "load": loads.list_loads(reader, chosen, by) if chosen else [],
        "by": by,
        "scenarios": scenarios.list_scenarios(reader),
        "units": [(named.code, named.name) for named in units],
        "chosen": chosen,
        "to_carry": implementation.list_to_carry(reader),
        "today": today(),
        "triggers": TRIGGERS,
        "deliveries": first_delivery.list_first_deliveries(reader) if sees_deliveries else [],
    }


listed = page(router, "/routes", "routes/list.html", _routes, fields=FIELDS)


def _route(reader: Desk, unit: str = "", route: str = "", field: str = loads.DELIVERY) -> dict[str, object]:
    """One route: its customers in stop order, and where they are."""
    return {"page": loads.show_route(reader, unit, route, field), "unit": unit, "route": route, "field": field}


def plots_of(request: Request, field: str, before: Sequence[Loads], after: Sequence[Loads]) -> list[Plot]:
    """Quantity, customers and kilometres of routes before and after."""
    tell = teller(request)
    names = [str(load["route"]) for load in before]
    words = words_of("route_field", field, language(request))
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
            ("km", tell("送货里程", "Km along the stops"), tell("公里", "km")),
        )
        # Without routes there is nothing to draw.
        if before
    ]


def _shown(reader: Desk, request: Request, meeting_id: UUID) -> dict[str, object]:
    """One meeting."""
    meeting, plots = meetings.show_meeting(reader, meeting_id), []
    for field in loads.FIELDS_OF_LOAD:
        # A meeting shows only the fields about which it decides.
        if field in meeting.load:
            before, after = meeting.load[field].before, meeting.load[field].after
            plots += plots_of(request, field, [asdict(load) for load in before], [asdict(load) for load in after])
    return {"page": meeting, "plots": plots, "today": today(), "units": unit_names(reader)}


def _proposal(reader: Desk, customer_id: UUID) -> dict[str, object]:
    """The form for a proposal."""
    view = customer_fields.show_customer(reader, customer_id)
    fields = [offered(reader, view.customer.unit_code, FIELDS[key]) for key in meetings.FIELDS_OF_A_ROUTE]
    return {"customer": view.customer, "values": view.values, "fields": fields}


def _values(texts: Posted) -> dict[str, Any]:
    """A proposal's form has a field of its own for each value."""
    return {"values": {key: texts.get(key, "") for key in meetings.FIELDS_OF_A_ROUTE}, "why": texts.get("why", "")}


MEETING, CARRIED = "/routes/meetings/{meeting_id}", "/routes/proposals/{proposal_id}"
FIRST_DELIVERY, PROPOSED = "/routes/first-deliveries/{application_id}", "/customers/{customer_id}?done=proposed"
page(router, "/routes/on", "routes/route.html", _route)
_meeting = page(router, MEETING, "routes/meeting.html", _shown, fields=FIELDS)
_propose = page(
    router,
    "/customers/{customer_id}/route",
    "routes/propose.html",
    _proposal,
)
DECIDED = MEETING + "?done=route_decided"
post(router, "/routes/meetings", meetings.call_meeting, "/routes?done=meeting_called", listed)
post(router, MEETING + "/proposals/{proposal_id}", meetings.decide_proposal, DECIDED, _meeting)
post(router, MEETING + "/close", meetings.close_meeting, MEETING + "?done=meeting_closed", _meeting)
post(router, MEETING + "/cancel", meetings.cancel_meeting, MEETING + "?done=meeting_cancelled", _meeting)
post(router, "/customers/{customer_id}/route", meetings.propose, PROPOSED, _propose, prepare=_values)
post(router, CARRIED + "/carry", implementation.carry_route, "/routes?done=route_carried", listed)
post(router, CARRIED + "/postpone", implementation.postpone_route, "/routes?done=route_postponed", listed)
post(router, FIRST_DELIVERY + "/views", first_delivery.record_view, "/routes?done=view_recorded", listed)
post(router, FIRST_DELIVERY + "/carry-out", applications.carry_out, "/routes?done=route_carried", listed)
post(router, FIRST_DELIVERY + "/meeting", first_delivery.to_meeting, "/routes?done=first_delivery_met", listed)
