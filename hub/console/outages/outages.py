"""Outages: the list with its report form, one outage with its progress, customers who are not called any more."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.customers.customers import unit_names
from hub.console.forms import post
from hub.console.rendering import desk, may, refusal_page, render
from hub.domain.refusals import Refusal
from hub.operations.changes.conditions import BY_SYSTEM
from hub.operations.operation import OPERATIONS
from hub.operations.outages import outages
from hub.operations.outages.outages import Affected, Unreturned
from hub.operations.phones import call_stops
from hub.ports import SHANGHAI, now

router = APIRouter()


@router.get("/outages")
def listing(request: Request) -> Response:
    """Outages, and customers who are not called any more."""
    return _listing(request)


def _listing(request: Request, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as reader:
        reported, units = outages.list_outages(reader), unit_names(reader)
        own = sorted(reader.covered_units(OPERATIONS["outages.report_outage"].posts))
        stops = call_stops.list_stops(reader) if may(reader.actor, "calling.list_stops") else []
    moment = now().astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    status = refusal.status if refusal else 200
    words = {"units": units, "own": own, "methods": BY_SYSTEM, "moment": moment, "stops": stops}
    return render(request, "outages/list.html", status, outages=reported, refusal=refusal, **words)


@router.get("/outages/{outage_id}")
def show(request: Request, outage_id: UUID, why: str = "all", after: str = "") -> Response:
    """One outage; `why` picks which of its customers are listed."""
    return _page(request, outage_id, why, after)


def _page(
    request: Request, outage_id: UUID, why: str = "all", after: str = "", refusal: Refusal | None = None
) -> Response:
    customers: list[Affected] = []
    late: list[Unreturned] = []
    with desk(request) as reader:
        view = outages.show_outage(reader, outage_id)
        if why == "unreturned":
            late = outages.list_unreturned(reader, outage_id, after)
        else:
            customers = outages.list_affected(reader, outage_id, {"all": None, "in": ""}.get(why, why), after)
        units = unit_names(reader)
    listed = [*(customer.code for customer in customers), *(customer.code for customer in late)]
    words = {"which": why, "after": after, "more": len(listed) == outages.PAGE, "last": listed[-1] if listed else ""}
    page = {"view": view, "customers": customers, "late": late, "units": units, "refusal": refusal}
    return render(request, "outages/page.html", refusal.status if refusal else 200, **page, **words)


@router.get("/outages/{outage_id}/progress")
def progress(request: Request, outage_id: UUID) -> Response:
    """How far the switch is; the page asks every second while it goes on."""
    with desk(request) as reader:
        view = outages.show_outage(reader, outage_id)
    answer = render(request, "outages/_progress.html", view=view)
    if view.outage.state != "switching":
        answer.headers["HX-Refresh"] = "true"
    return answer


def _refused(request: Request, refusal: Refusal, **path: object) -> Response:
    return refusal_page(request, refusal)


HERE, CUSTOMER = "/outages/{outage_id}", "/customers/{customer_id}"
post(router, "/outages", outages.report_outage, "/outages?done=outage", _listing)
post(router, f"{HERE}/switch", outages.switch_over, f"{HERE}?done=outage_begun", _page)
post(router, f"{HERE}/stop", outages.stop_switching, f"{HERE}?done=outage_stopped", _page)
post(router, f"{HERE}/go-on", outages.go_on, f"{HERE}?done=outage_on", _page)
post(router, f"{HERE}/end", outages.end_outage, f"{HERE}?done=outage_over", _page)
post(router, f"{CUSTOMER}/call-stop", call_stops.stop_calling, f"{CUSTOMER}?done=calls_stopped", _refused)
post(router, f"{CUSTOMER}/call-again", call_stops.ask_to_call, f"{CUSTOMER}?done=call_asked", _refused)
post(router, "/call-stops/{stop_id}/call", call_stops.record_call, "/outages?done=call_made#calls", _listing)
