"""Outages: the list with its report form, one outage with its progress, customers whom nobody calls."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import act, desk, may, refusal_page, render
from hub.console.typed import moment
from hub.domain.refusals import Refusal
from hub.operations.changes.conditions import BY_SYSTEM
from hub.operations.desk import Desk
from hub.operations.operation import OPERATIONS
from hub.operations.outages import outages
from hub.operations.phones import call_stops
from hub.operations.staff import users
from hub.ports import SHANGHAI, now

router = APIRouter()
Text = Annotated[str, Form()]
Texts = Annotated[list[str], Form()]
FAR = datetime.max.replace(tzinfo=SHANGHAI)
"""Stands for a moment that cannot be read: refused with words, as one to come."""


def _moment(text: str) -> datetime:
    return moment(text) or FAR


@router.get("/outages")
def listing(request: Request) -> Response:
    """Outages, and customers whom nobody calls."""
    return _listing(request)


def _listing(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        rows = outages.list_outages(found)
        units = {unit.code: unit.name for unit in users.list_units(found)}
        reports = OPERATIONS["outages.report_outage"]
        own = sorted(found.covered_units(reports.posts))
        stops = call_stops.list_stops(found) if may(found.actor, "calling.list_stops") else []
        moment = now().astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
        status = refusal.status if refusal else 200
        words = {"units": units, "own": own, "methods": BY_SYSTEM, "moment": moment, "stops": stops}
        return render(request, "outages/list.html", status, rows=rows, refusal=refusal, **words)


@router.post("/outages")
def report(request: Request, unit: Texts = [], method: Texts = [], since: Text = "", known: Text = "") -> Response:  # noqa: B006
    """Report an outage."""

    def do(found: Desk) -> None:
        outages.report_outage(found, unit, method, _moment(since), known)

    return act(request, do, "/outages?done=outage", lambda refusal: _listing(request, refusal))


@router.get("/outages/{outage_id}")
def show(request: Request, outage_id: UUID, why: str = "all", after: str = "") -> Response:
    """One outage."""
    return _show(request, outage_id, why, after)


def _show(
    request: Request, outage_id: UUID, why: str = "all", after: str = "", refusal: Refusal | None = None
) -> Response:
    with desk(request) as found:
        view = outages.show_outage(found, outage_id)
        if why == "unreturned":
            rows, late = [], outages.list_unreturned(found, outage_id, after)
            last = late[-1][0].code if late else ""
        else:
            chosen = {"all": None, "in": ""}.get(why, why)
            rows, late = outages.list_affected(found, outage_id, chosen, after), []
            last = rows[-1].code if rows else ""
        units = {unit.code: unit.name for unit in users.list_units(found)}
        more = max(len(rows), len(late)) == outages.PAGE
        words = {"units": units, "which": why, "more": more, "last": last, "after": after}
        status = refusal.status if refusal else 200
        return render(request, "outages/page.html", status, view=view, rows=rows, late=late, refusal=refusal, **words)


@router.get("/outages/{outage_id}/progress")
def progress(request: Request, outage_id: UUID) -> Response:
    """How far the switch is; the page asks every second while it goes on."""
    with desk(request) as found:
        view = outages.show_outage(found, outage_id)
        answer = render(request, "outages/_progress.html", view=view)
    if view.row.state != "switching":
        answer.headers["HX-Refresh"] = "true"
    return answer


def _on(request: Request, outage_id: UUID, do: Callable[[Desk], object], done: str) -> Response:
    def again(refusal: Refusal) -> Response:
        return _show(request, outage_id, refusal=refusal)

    return act(request, do, f"/outages/{outage_id}?done={done}", again)


@router.post("/outages/{outage_id}/switch")
def switch(request: Request, outage_id: UUID, expected: Text = "") -> Response:
    """Switch all."""
    number = int(expected) if expected.isdecimal() and len(expected) < 10 else -1
    return _on(request, outage_id, lambda found: outages.switch_over(found, outage_id, number), "outage_begun")


@router.post("/outages/{outage_id}/stop")
def stop(request: Request, outage_id: UUID) -> Response:
    """Stop half-way."""
    return _on(request, outage_id, lambda found: outages.stop_switching(found, outage_id), "outage_stopped")


@router.post("/outages/{outage_id}/go-on")
def go_on(request: Request, outage_id: UUID) -> Response:
    """Go on."""
    return _on(request, outage_id, lambda found: outages.go_on(found, outage_id), "outage_on")


@router.post("/outages/{outage_id}/end")
def end(request: Request, outage_id: UUID, why: Text = "") -> Response:
    """It works again."""
    return _on(request, outage_id, lambda found: outages.end_outage(found, outage_id, why), "outage_over")


def _customer(request: Request, customer_id: UUID, do: Callable[[Desk], object], done: str) -> Response:
    there = f"/customers/{customer_id}?done={done}"
    return act(request, do, there, lambda refusal: refusal_page(request, refusal))


@router.post("/customers/{customer_id}/call-stop")
def stop_calling(request: Request, customer_id: UUID, why: Text = "") -> Response:
    """The call desk stops calling."""

    def do(found: Desk) -> None:
        call_stops.stop_calling(found, customer_id, why)

    return _customer(request, customer_id, do, "calls_stopped")


@router.post("/customers/{customer_id}/call-again")
def call_again(request: Request, customer_id: UUID, why: Text = "") -> Response:
    """It is asked to call again."""

    def do(found: Desk) -> None:
        call_stops.ask_to_call(found, customer_id, why)

    return _customer(request, customer_id, do, "call_asked")


@router.post("/call-stops/{stop_id}/call")
def called(request: Request, stop_id: UUID, reached: Text = "", said: Text = "") -> Response:
    """How the call went."""

    def do(found: Desk) -> None:
        call_stops.record_call(found, stop_id, reached == "yes", said)

    return act(request, do, "/outages?done=call_made#calls", lambda refusal: _listing(request, refusal))
