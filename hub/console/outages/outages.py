"""Outages: the list with its report form, one outage with its progress, customers who are not called any more."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter

from hub.console.customers.customers import unit_names
from hub.console.forms import post
from hub.console.pages import page, refused
from hub.console.rendering import may
from hub.operations.changes.conditions import BY_SYSTEM
from hub.operations.desk import Desk
from hub.operations.operation import OPERATIONS
from hub.operations.outages import outages
from hub.operations.outages.outages import Affected, Unreturned
from hub.operations.phones import call_stops, calls
from hub.ports import SHANGHAI, now

router = APIRouter()


def _listing(reader: Desk) -> dict[str, object]:
    """Outages, and customers who are not called any more."""
    return {
        "outages": outages.list_outages(reader),
        "units": unit_names(reader),
        "own": sorted(reader.covered_units(OPERATIONS["outages.report_outage"].posts)),
        "stops": call_stops.list_stops(reader) if may(reader.actor, "calling.list_stops") else [],
        "moment": now().astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M"),
    }


def _outage(reader: Desk, outage_id: UUID, why: str = "all", after: str = "") -> dict[str, object]:
    """One outage; `why` picks which of its customers are listed."""
    customers: list[Affected] = []
    late: list[Unreturned] = []
    view = outages.show_outage(reader, outage_id)
    if why == "unreturned":
        late = outages.list_unreturned(reader, outage_id, after)
    else:
        # "all" and "in" are the page's words; any other is a reason for which customers were left out.
        customers = outages.list_affected(reader, outage_id, {"all": None, "in": ""}.get(why, why), after)
    listed = [*(customer.code for customer in customers), *(customer.code for customer in late)]
    words = {"which": why, "after": after, "more": len(listed) == outages.PAGE, "last": listed[-1] if listed else ""}
    return {"view": view, "customers": customers, "late": late, "units": unit_names(reader), **words}


def _switched(shown: Mapping[str, Any]) -> bool:
    return bool(shown["view"].outage.state != "switching")


def _calls(reader: Desk, after: str = "") -> dict[str, object]:
    """Whom the call desk rings today."""
    lines = calls.list_calls(reader, after)
    return {"lines": lines, "last": lines[-1].code if len(lines) == calls.PAGE else ""}


HERE, CUSTOMER = "/outages/{outage_id}", "/customers/{customer_id}"
_list = page(router, "/outages", "outages/list.html", _listing, methods=BY_SYSTEM)
_page = page(router, HERE, "outages/page.html", _outage)
page(router, f"{HERE}/progress", "outages/_progress.html", {"view": outages.show_outage}, over=_switched)
post(router, "/outages", outages.report_outage, "/outages?done=outage", _list)
post(router, f"{HERE}/switch", outages.switch_over, f"{HERE}?done=outage_begun", _page)
post(router, f"{HERE}/stop", outages.stop_switching, f"{HERE}?done=outage_stopped", _page)
post(router, f"{HERE}/go-on", outages.go_on, f"{HERE}?done=outage_on", _page)
post(router, f"{HERE}/end", outages.end_outage, f"{HERE}?done=outage_over", _page)
post(router, f"{CUSTOMER}/call-stop", call_stops.stop_calling, f"{CUSTOMER}?done=calls_stopped", refused)
post(router, f"{CUSTOMER}/call-again", call_stops.ask_to_call, f"{CUSTOMER}?done=call_asked", refused)
post(router, "/call-stops/{stop_id}/call", call_stops.record_call, "/outages?done=call_made#calls", _list)

_today = page(router, "/calls", "outages/calls.html", _calls, numbers=calls.NUMBERS)
post(router, "/calls/{customer_id}", calls.record_try, "/calls?done=call_recorded", _today)
post(router, "/calls/{customer_id}/missed", calls.record_missed, "/calls?done=order_missed", _today)
