"""Asks: the list, one with its talk and live state, the doubt desk."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.domain.refusals import Refusal
from hub.domain.states import AskState
from hub.operations import asks, evidence

from .pages import back, desk, render

router = APIRouter()
Text = Annotated[str, Form()]
PATH = (AskState.QUEUED, AskState.SENDING, AskState.ACCEPTED, AskState.LIVE)
"""The way of an ask that nothing disturbs."""


@router.get("/asks")
def listing(request: Request, state: str = "", channel: str = "", after: UUID | None = None) -> Response:
    """Asks, newest first."""
    with desk(request) as found:
        rows = asks.list_asks(found, state or None, channel or None, after)
        channels = list(found.channels.values())
        return render(
            request, "asks.html", rows=rows, states=list(AskState), state=state, channel=channel, channels=channels
        )


def _page(request: Request, ask_id: UUID, template: str = "ask.html", refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        view = asks.show_ask(found, ask_id)
        papers = evidence.evidence_of(found, view.customer.id) if view.customer else []
        letters = [paper for paper in papers if paper.kind == "bank_letter"]
        status = refusal.status if refusal else 200
        return render(request, template, status, view=view, steps=PATH, letters=letters, refusal=refusal)


@router.get("/asks/{ask_id}")
def page(request: Request, ask_id: UUID) -> Response:
    """One ask."""
    return _page(request, ask_id)


@router.get("/asks/{ask_id}/live")
def live(request: Request, ask_id: UUID) -> Response:
    """The part of the page that changes by itself."""
    return _page(request, ask_id, "ask_live.html")


@router.post("/asks/{ask_id}/{action}")
def act(
    request: Request, ask_id: UUID, action: str, why: Text = "", outcome: Text = "", evidence_id: Text = ""
) -> Response:
    """Replay, cancel, ask again, close by hand."""
    try:
        with desk(request) as found:
            if action == "replay":
                asks.replay(found, ask_id, why)
            elif action == "cancel":
                asks.cancel(found, ask_id, why)
            elif action == "question":
                asks.ask_again(found, ask_id)
            elif action == "close":
                paper = UUID(evidence_id) if evidence_id else UUID(int=0)
                asks.close_by_hand(found, ask_id, outcome, why, paper)
    except Refusal as refusal:
        return _page(request, ask_id, refusal=refusal)
    return back(f"/asks/{ask_id}")


@router.get("/doubts")
def doubts(request: Request) -> Response:
    """Outcomes that are not known."""
    with desk(request) as found:
        return render(request, "doubts.html", rows=asks.doubts(found))
