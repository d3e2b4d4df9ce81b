"""Asks: the list, one with its talk and live state, the doubt desk."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.pages import page
from hub.console.rendering import PAGE, desk, may, render
from hub.console.typed import chosen
from hub.domain.states import AskState
from hub.operations.asks import manual_closing, overview, requested_input, steering
from hub.operations.desk import Desk
from hub.ports import now

from .progress import moment_of, stamp, steps

router = APIRouter()
# How long a page refreshes itself: each refresh counts as use, so a page left open would keep its session alive.
WATCH = timedelta(minutes=10)
# The status by which htmx swaps the answer in and stops polling.
STOP = 286


def _listing(
    reader: Desk, state: AskState | str = "", channel: str = "", after: UUID | None = None
) -> dict[str, object]:
    """Asks, newest first."""
    known = AskState(state) if chosen(str(state), list(AskState), "state") else None
    of = chosen(channel, reader.channels, "channel") or None
    # One more than is shown tells whether there is a next page.
    rows = overview.list_asks(reader, known, of, after, PAGE + 1)
    channels = list(reader.channels.values())
    return {
        "rows": rows[:PAGE],
        "lines": overview.row_states(reader, rows[:PAGE]),
        "more": len(rows) > PAGE,
        "state": state,
        "channel": channel,
        "channels": channels,
    }


def _watched(reader: Desk, ask_id: UUID) -> dict[str, Any]:
    """One ask."""
    return _shown(reader, ask_id) | {"until": int((now() + WATCH).timestamp())}


def _shown(reader: Desk, ask_id: UUID) -> dict[str, Any]:
    view = overview.show_ask(reader, ask_id)
    choices = view.choices if may(reader.actor, "asks.replay") else []
    drawn = {
        "lines": overview.row_states(reader, [view.ask]),
        "steps": steps(view.ask),
        "stamp": stamp(view),
        "waiting": moment_of(view.ask),
        "outcomes": manual_closing.OUTCOMES,
    }
    return {"view": view, "choices": choices, **drawn}


@router.get("/asks/{ask_id}/live")
def live(request: Request, ask_id: UUID, seen: str = "", until: Annotated[int, Query(ge=0)] = 0) -> Response:
    """The part of the page that refreshes; 204 without a body if nothing has changed, so that input is not swept away.

    `until` comes from the page as it was first shown, so a refresh cannot prolong itself.
    """
    watching = now().timestamp() < until
    with desk(request) as reader:
        shown = _shown(reader, ask_id)
    # The stamp comes back from the page: what it shows is known without keeping anything here.
    if shown["stamp"] == seen and watching:
        return Response(status_code=204)
    status = 200 if watching and not shown["view"].ask.ended_at else STOP
    return render(request, "asks/_live.html", status, **shown, until=until, watching=watching)


_ONE = "/asks/{ask_id}"
page(router, "/asks", "asks/list.html", _listing, states=list(AskState))
_page = page(router, _ONE, "asks/page.html", _watched, watching=True)
post(router, f"{_ONE}/replay", steering.replay, f"{_ONE}?done=replayed", _page)
post(router, f"{_ONE}/cancel", steering.cancel, f"{_ONE}?done=cancelled", _page)
post(router, f"{_ONE}/question", steering.ask_again, f"{_ONE}?done=asked", _page)
post(router, f"{_ONE}/code", requested_input.hand_in, _ONE, _page)
post(router, f"{_ONE}/code/again", requested_input.send_again, f"{_ONE}?done=code_again", _page)
post(router, f"{_ONE}/give-up", requested_input.give_up, f"{_ONE}?done=given_up", _page)
post(router, f"{_ONE}/closing", manual_closing.propose_closing, f"{_ONE}?done=proposed", _page)
post(router, f"{_ONE}/closing/confirm", manual_closing.confirm_closing, f"{_ONE}?done=closed", _page)
post(router, f"{_ONE}/closing/reject", manual_closing.reject_closing, f"{_ONE}?done=rejected", _page)


def _doubts(reader: Desk) -> dict[str, object]:
    """Asks whose outcome is not known."""
    return {"rows": overview.doubts(reader), "moment": now()}


page(router, "/doubts", "asks/doubts.html", _doubts, outcomes=manual_closing.OUTCOMES)
