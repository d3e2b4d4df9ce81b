"""Asks: the list, one with its talk and live state, the doubt desk."""

from collections.abc import Callable
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response

from hub.console.rendering import PAGE, act, desk, may, render
from hub.domain.privacy.masking import Secret
from hub.domain.refusals import Refusal
from hub.domain.states import AskState
from hub.operations.asks import manual_closing, requested_input, steering
from hub.operations.desk import Desk
from hub.ports import now

from .progress import choices, stamp, steps

router = APIRouter()
Text = Annotated[str, Form()]
WATCH = timedelta(minutes=10)
"""How long a page refreshes itself: one that is left open does not keep its session alive for ever."""
STOP = 286
"""htmx: take this in, and ask no more."""


@router.get("/asks")
def listing(request: Request, state: str = "", channel: str = "", after: UUID | None = None) -> Response:
    """Asks, newest first."""
    with desk(request) as found:
        rows = steering.list_asks(found, state or None, channel or None, after, PAGE + 1)
        return render(
            request,
            "asks/list.html",
            rows=rows[:PAGE],
            more=len(rows) > PAGE,
            states=list(AskState),
            state=state,
            channel=channel,
            channels=list(found.channels.values()),
        )


@router.get("/asks/{ask_id}")
def page(request: Request, ask_id: UUID) -> Response:
    """One ask."""
    return _page(request, ask_id)


def _page(request: Request, ask_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        view = steering.show_ask(found, ask_id)
        return render(
            request,
            "asks/page.html",
            refusal.status if refusal else 200,
            view=view,
            steps=steps(view.ask),
            choices=choices(view) if may(found.actor, "asks.replay") else frozenset(),
            outcomes=manual_closing.OUTCOMES,
            stamp=stamp(view),
            until=int((now() + WATCH).timestamp()),
            watching=True,
            refusal=refusal,
        )


@router.get("/asks/{ask_id}/live")
def live(request: Request, ask_id: UUID, seen: str = "", until: Annotated[int, Query(ge=0)] = 0) -> Response:
    """The part of the page that changes by itself; nothing when nothing has changed."""
    watching = now().timestamp() < until
    with desk(request) as found:
        view = steering.show_ask(found, ask_id)
        if stamp(view) == seen and watching:
            return Response(status_code=204)
        return render(
            request,
            "asks/_live.html",
            200 if watching and not view.ask.ended_at else STOP,
            view=view,
            steps=steps(view.ask),
            choices=choices(view) if may(found.actor, "asks.replay") else frozenset(),
            outcomes=manual_closing.OUTCOMES,
            stamp=stamp(view),
            until=until,
            watching=watching,
        )


def _do(request: Request, ask_id: UUID, do: Callable[[Desk], object], done: str) -> Response:
    def again(refusal: Refusal) -> Response:
        return _page(request, ask_id, refusal)

    return act(request, do, f"/asks/{ask_id}?done={done}", again)


@router.post("/asks/{ask_id}/replay")
def replay(request: Request, ask_id: UUID, why: Text = "") -> Response:
    """Take it up again."""
    return _do(request, ask_id, lambda found: steering.replay(found, ask_id, why), "replayed")


@router.post("/asks/{ask_id}/cancel")
def cancel(request: Request, ask_id: UUID, why: Text = "") -> Response:
    """Drop it."""
    return _do(request, ask_id, lambda found: steering.cancel(found, ask_id, why), "cancelled")


@router.post("/asks/{ask_id}/question")
def question(request: Request, ask_id: UUID) -> Response:
    """Ask the partner now."""
    return _do(request, ask_id, lambda found: steering.ask_again(found, ask_id), "asked")


@router.post("/asks/{ask_id}/code")
def code(request: Request, ask_id: UUID, code: Text = "") -> Response:
    """Hand in the code that the customer got by SMS."""
    return _do(request, ask_id, lambda found: requested_input.hand_in(found, ask_id, Secret(code)), "code")


@router.post("/asks/{ask_id}/code/again")
def code_again(request: Request, ask_id: UUID) -> Response:
    """Let the bank send the SMS once more."""
    return _do(request, ask_id, lambda found: requested_input.send_again(found, ask_id), "code_again")


@router.post("/asks/{ask_id}/give-up")
def give_up(request: Request, ask_id: UUID, why: Text = "") -> Response:
    """The customer gave up."""
    return _do(request, ask_id, lambda found: requested_input.give_up(found, ask_id, why), "given_up")


@router.post("/asks/{ask_id}/closing")
def propose(
    request: Request,
    ask_id: UUID,
    outcome: Text = "",
    why: Text = "",
    evidence_id: Annotated[UUID, Form()] = UUID(int=0),
) -> Response:
    """Propose to settle it by the bank's letter."""

    def do(found: Desk) -> None:
        manual_closing.propose_closing(found, ask_id, outcome, why, evidence_id)

    return _do(request, ask_id, do, "proposed")


@router.post("/asks/{ask_id}/closing/confirm")
def confirm(request: Request, ask_id: UUID) -> Response:
    """The second person agrees."""
    return _do(request, ask_id, lambda found: manual_closing.confirm_closing(found, ask_id), "closed")


@router.post("/asks/{ask_id}/closing/reject")
def reject(request: Request, ask_id: UUID, why: Text = "") -> Response:
    """The second person sends it back."""
    return _do(request, ask_id, lambda found: manual_closing.reject_closing(found, ask_id, why), "rejected")


@router.get("/doubts")
def doubts(request: Request) -> Response:
    """Outcomes that are not known."""
    with desk(request) as found:
        return render(
            request, "asks/doubts.html", rows=steering.doubts(found), outcomes=manual_closing.OUTCOMES, moment=now()
        )
