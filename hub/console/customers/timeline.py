"""A customer's timeline as a page: filtered by kind and period, page by page."""

from uuid import UUID

from fastapi import APIRouter, Request

from hub.console.pages import page
from hub.console.rendering import PAGE, language, title_of, words_of
from hub.console.typed import chosen, since_day
from hub.console.typography import spoken
from hub.domain.cards import EVENTS
from hub.domain.changes import RULES
from hub.operations.customers import timeline
from hub.operations.customers.timeline import Happened
from hub.operations.desk import Desk

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
    "watch": "check_way",
}


def what(request: Request, event: Happened) -> str:
    """What an event is about, in words."""
    tongue = language(request)
    if event.kind in ("application", "temporary"):
        return spoken(RULES[event.what].title, tongue) if event.what in RULES else event.what
    if event.kind == "card":
        return spoken(EVENTS[event.what].title, tongue) if event.what in EVENTS else event.what
    return title_of(request, NAMED[event.kind], event.what) if event.kind in NAMED and event.what else ""


def outcome(event: Happened, tongue: int) -> str:
    """What happened to it, in words."""
    # The states of an ask have words of their own; all other events share one table.
    kind = {"ask": "ask", "application": "happened"}.get(event.kind, "happened")
    return words_of(kind, event.event, tongue)


def _timeline(
    reader: Desk,
    request: Request,
    customer_id: UUID,
    kind: str = "",
    since: str = "",
    until: str = "",
    after: str = "",
) -> dict[str, object]:
    """Everything that happened, filtered."""
    tongue, days = language(request), (since_day(since, "since"), since_day(until, "until"))
    return {
        "view": timeline.show_timeline(reader, customer_id, chosen(kind, timeline.KINDS, "kind"), *days, after, PAGE),
        "asked": {"kind": kind, "since": since, "until": until},
        "after": after,
        "what": lambda event: what(request, event),
        "outcome": lambda event: outcome(event, tongue),
    }


page(router, "/customers/{customer_id}/timeline", "customers/timeline.html", _timeline, kinds=timeline.KINDS)
