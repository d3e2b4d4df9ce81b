"""Asks: the list, one with its talk and live state, the doubt desk."""

from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.rendering import PAGE, desk, may, render
from hub.domain.refusals import Refusal
from hub.domain.states import AskState
from hub.operations.asks import manual_closing, overview, requested_input, steering
from hub.operations.desk import Desk
from hub.ports import now

from .progress import stamp, steps

router = APIRouter()
# How long a page refreshes itself: one that is left open must not keep its session alive for ever.
WATCH = timedelta(minutes=10)
# Tells htmx to swap the answer in and stop polling.
STOP = 286


@router.get("/asks")
def listing(request: Request, state: AskState | str = "", channel: str = "", after: UUID | None = None) -> Response:
    """Asks, newest first."""
    known = AskState(state) if state in list(AskState) else None
    with desk(request) as reader:
        rows = overview.list_asks(reader, known, channel or None, after, PAGE + 1)
        channels = list(reader.channels.values())
    chosen = {"states": list(AskState), "state": state, "channel": channel, "channels": channels}
    return render(request, "asks/list.html", 200, rows=rows[:PAGE], more=len(rows) > PAGE, **chosen)


@router.get("/asks/{ask_id}")
def page(request: Request, ask_id: UUID) -> Response:
    """One ask."""
    return _page(request, ask_id)


def _page(request: Request, ask_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as reader:
        shown = _shown(reader, ask_id)
    until = int((now() + WATCH).timestamp())
    status = refusal.status if refusal else 200
    return render(request, "asks/page.html", status, **shown, until=until, watching=True, refusal=refusal)


def _shown(reader: Desk, ask_id: UUID) -> dict[str, Any]:
    view = overview.show_ask(reader, ask_id)
    choices = view.choices if may(reader.actor, "asks.replay") else []
    drawn = {"steps": steps(view.ask), "stamp": stamp(view), "outcomes": manual_closing.OUTCOMES}
    return {"view": view, "choices": choices, **drawn}


@router.get("/asks/{ask_id}/live")
def live(request: Request, ask_id: UUID, seen: str = "", until: Annotated[int, Query(ge=0)] = 0) -> Response:
    """The part of the page that refreshes; empty when nothing has changed."""
    watching = now().timestamp() < until
    with desk(request) as reader:
        shown = _shown(reader, ask_id)
    if shown["stamp"] == seen and watching:
        return Response(status_code=204)
    status = 200 if watching and not shown["view"].ask.ended_at else STOP
    return render(request, "asks/_live.html", status, **shown, until=until, watching=watching)


_ONE = "/asks/{ask_id}"
post(router, f"{_ONE}/replay", steering.replay, f"{_ONE}?done=replayed", _page)
post(router, f"{_ONE}/cancel", steering.cancel, f"{_ONE}?done=cancelled", _page)
post(router, f"{_ONE}/question", steering.ask_again, f"{_ONE}?done=asked", _page)
post(router, f"{_ONE}/code", requested_input.hand_in, f"{_ONE}?done=code", _page)
post(router, f"{_ONE}/code/again", requested_input.send_again, f"{_ONE}?done=code_again", _page)
post(router, f"{_ONE}/give-up", requested_input.give_up, f"{_ONE}?done=given_up", _page)
post(router, f"{_ONE}/closing", manual_closing.propose_closing, f"{_ONE}?done=proposed", _page)
post(router, f"{_ONE}/closing/confirm", manual_closing.confirm_closing, f"{_ONE}?done=closed", _page)
post(router, f"{_ONE}/closing/reject", manual_closing.reject_closing, f"{_ONE}?done=rejected", _page)


@router.get("/doubts")
def doubts(request: Request) -> Response:
    """Asks whose outcome is not known."""
    with desk(request) as reader:
        rows = overview.doubts(reader)
    return render(request, "asks/doubts.html", rows=rows, outcomes=manual_closing.OUTCOMES, moment=now())
