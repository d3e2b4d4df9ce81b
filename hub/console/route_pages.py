"""Routes with their loads, what is proposed about them, and the meetings that decide it (R13.1–R13.3)."""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.domain.catalogue import FIELDS
from hub.domain.refusals import Refusal
from hub.operations import customers, meetings, route_proposals
from hub.operations.desk import Desk
from hub.operations.route_proposals import ROUTE_FIELDS

from .pages import act, back, desk, language, render, words_of
from .route_plots import load_plots
from .typeset import typeset

router = APIRouter()
Text = Annotated[str, Form()]
FORM = [FIELDS[key] for key in ROUTE_FIELDS]


def _tell(request: Request) -> Callable[[str, str], str]:
    tongue = language(request)
    return lambda zh, en: en if tongue else typeset(zh)


def _kind(request: Request) -> Callable[[str], str]:
    tongue = language(request)
    return lambda key: words_of("route_kind", key, tongue)


@router.get("/routes")
def listing(request: Request) -> Response:
    """Loads, meetings, what waits."""
    return _listing(request)


def _listing(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        loads, held, waiting = meetings.list_routes(found)
        return render(
            request,
            "routes/list.html",
            refusal.status if refusal else 200,
            plots=load_plots(loads, _tell(request), _kind(request)),
            meetings=held,
            waiting=waiting,
            fields=FIELDS,
            refusal=refusal,
        )


@router.post("/meetings")
def call(request: Request, unit: Text = "", held_on: Text = "") -> Response:
    """Call a meeting."""
    return _do(request, lambda found: meetings.call_meeting(found, unit.strip(), _day(held_on)), "meeting_called")


def _day(text: str) -> date:
    """A day, or one long ago, which is refused with words."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return date.min


def _do(request: Request, do: Callable[[Desk], object], done: str) -> Response:
    return act(request, do, f"/routes?done={done}", lambda refusal: _listing(request, refusal))


@router.get("/customers/{customer_id}/route-proposals")
def proposing(request: Request, customer_id: UUID) -> Response:
    """The form for new route data."""
    return _proposing(request, customer_id)


def _proposing(request: Request, customer_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        view = customers.show_customer(found, customer_id)
        status = refusal.status if refusal else 200
        return render(request, "routes/propose.html", status, customer=view.customer, form=FORM, refusal=refusal)


@router.post("/customers/{customer_id}/route-proposals")
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
    """Propose them."""
    values = {
        "visit_batch": visit_batch,
        "delivery_route": delivery_route,
        "stop_order": stop_order,
        "visit_route": visit_route,
        "order_day": order_day,
    }
    return act(
        request,
        lambda found: route_proposals.propose(found, customer_id, values, why),
        "/routes?done=route_proposed",
        lambda refusal: _proposing(request, customer_id, refusal),
    )


@router.post("/applications/{application_id}/disagreement")
def disagree(request: Request, application_id: UUID, why: Text = "") -> Response:
    """Manager and driver do not agree."""
    return _do(request, lambda found: route_proposals.disagree(found, application_id, why), "route_proposed")


@router.get("/routes/proposals/{proposal_id}")
def proposal(request: Request, proposal_id: UUID) -> Response:
    """To the meeting that decides or decided a proposal."""
    with desk(request) as found:
        row = meetings.find_proposal(found, proposal_id)
        return back(f"/meetings/{row.meeting_id}" if row.meeting_id else "/routes")


@router.post("/routes/proposals/{proposal_id}/withdraw")
def withdraw(request: Request, proposal_id: UUID, why: Text = "") -> Response:
    """Take a proposal back."""
    done = "proposal_withdrawn"
    return _do(request, lambda found: route_proposals.withdraw_proposal(found, proposal_id, why), done)


@router.get("/meetings/{meeting_id}")
def meeting(request: Request, meeting_id: UUID) -> Response:
    """One meeting."""
    return _page(request, meeting_id)


def _page(request: Request, meeting_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        view = meetings.show_meeting(found, meeting_id)
        return render(
            request,
            "routes/meeting.html",
            refusal.status if refusal else 200,
            view=view,
            row=view.meeting,
            plots=load_plots(view.loads, _tell(request), _kind(request)),
            fields=FIELDS,
            refusal=refusal,
        )


def _at(request: Request, meeting_id: UUID, do: Callable[[Desk], object], done: str) -> Response:
    there = f"/meetings/{meeting_id}?done={done}"
    return act(request, do, there, lambda refusal: _page(request, meeting_id, refusal))


@router.post("/meetings/{meeting_id}/open")
def open_(request: Request, meeting_id: UUID) -> Response:
    """The meeting sits."""
    return _at(request, meeting_id, lambda found: meetings.open_meeting(found, meeting_id), "meeting_open")


@router.post("/meetings/{meeting_id}/cancel")
def cancel(request: Request, meeting_id: UUID, why: Text = "") -> Response:
    """It does not take place."""
    return _at(request, meeting_id, lambda found: meetings.cancel_meeting(found, meeting_id, why), "meeting_cancelled")


@router.post("/meetings/{meeting_id}/minutes")
def write(request: Request, meeting_id: UUID, attendees: Text = "", minutes: Text = "") -> Response:
    """Attendees and minutes."""
    written = minutes.replace("\r\n", "\n")
    return _at(
        request,
        meeting_id,
        lambda found: meetings.write_minutes(found, meeting_id, attendees, written),
        "minutes_written",
    )


@router.post("/meetings/{meeting_id}/close")
def close(request: Request, meeting_id: UUID) -> Response:
    """Final minutes."""
    return _at(request, meeting_id, lambda found: meetings.close_meeting(found, meeting_id), "meeting_closed")


@router.post("/meetings/{meeting_id}/proposals/{proposal_id}/decision")
def decide(request: Request, meeting_id: UUID, proposal_id: UUID, decision: Text = "", why: Text = "") -> Response:
    """The meeting decides."""
    return _at(
        request, meeting_id, lambda found: meetings.decide_proposal(found, proposal_id, decision, why), "route_decided"
    )


@router.post("/meetings/{meeting_id}/proposals/{proposal_id}/carry-out")
def carry_out(request: Request, meeting_id: UUID, proposal_id: UUID) -> Response:
    """Enter what was accepted."""
    return _at(
        request, meeting_id, lambda found: route_proposals.carry_out_proposal(found, proposal_id), "route_entered"
    )
