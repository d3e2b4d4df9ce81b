"""A customer's timeline as a page: filtered by kind and period, page by page."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.rendering import PAGE, desk, language, render, words_of
from hub.console.typed import day
from hub.domain.cards import EVENTS
from hub.domain.changes import RULES
from hub.operations.customers import timeline
from hub.operations.customers.timeline import Happened

router = APIRouter()
# Where an event's code word has its title, by the event's kind.
NAMED = {
    "ask": "verb",
    "task": "task",
    "notice": "notice",
    "staff_notice": "staff_notice",
    "paper": "evidence",
    "order": "ordered",
    "authorisation": "channel",
    "power_cut": "arranged",
}


def what(event: Happened, tongue: int) -> str:
    """What an event is about, in words."""
    if event.kind in ("application", "temporary"):
        return RULES[event.what].title[tongue] if event.what in RULES else event.what
    if event.kind == "card":
        return EVENTS[event.what].title[tongue] if event.what in EVENTS else event.what
    return words_of(NAMED[event.kind], event.what, tongue) if event.kind in NAMED and event.what else ""


def outcome(event: Happened, tongue: int) -> str:
    """What happened to it, in words."""
    kind = {"ask": "ask", "application": "happened"}.get(event.kind, "happened")
    return words_of(kind, event.event, tongue)


@router.get("/customers/{customer_id}/timeline")
def show(
    request: Request, customer_id: UUID, kind: str = "", since: str = "", until: str = "", after: str = ""
) -> Response:
    """All that happened."""
    tongue = language(request)
    with desk(request) as reader:
        kind = kind if kind in timeline.KINDS else ""
        view = timeline.show_timeline(reader, customer_id, kind, day(since), day(until), after, PAGE)
        return render(
            request,
            "customers/timeline.html",
            view=view,
            kinds=timeline.KINDS,
            asked={"kind": kind, "since": since, "until": until},
            after=after,
            what=lambda event: what(event, tongue),
            outcome=lambda event: outcome(event, tongue),
        )
