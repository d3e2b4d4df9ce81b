"""New entrants: the board, one of them, web ordering and trainings."""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console import typed
from hub.console.rendering import act, desk, render
from hub.domain.onboarding import STEPS
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.onboarding import board as onboarding_board
from hub.operations.onboarding import trainings, web_ordering

router = APIRouter()
Text = Annotated[str, Form()]
COLOURS = {"done": "green", "open": "azure", "late": "red", "waiting": "secondary"}


def day(text: str) -> date:
    """A day, or one long ago, which is refused with words."""
    return typed.day(text) or date.min


@router.get("/onboarding")
def board(request: Request, step: str = "", late: str = "", after: UUID | None = None) -> Response:
    """The board."""
    with desk(request) as found:
        view = onboarding_board.board(found, step, late == "yes", after)
        return render(
            request, "onboarding/board.html", board=view, all_steps=STEPS, colours=COLOURS, step=step, late=late
        )


@router.get("/onboarding/{onboarding_id}")
def show(request: Request, onboarding_id: UUID) -> Response:
    """One new entrant."""
    return _show(request, onboarding_id)


def _show(request: Request, onboarding_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        view = onboarding_board.show_onboarding(found, onboarding_id)
        shown = str(view.customer.values.get("quantified_data", ""))
        status = refusal.status if refusal else 200
        return render(request, "onboarding/page.html", status, view=view, colours=COLOURS, shown=shown, refusal=refusal)


def _on(request: Request, onboarding_id: UUID, do: Callable[[Desk], object], done: str) -> Response:
    there = f"/onboarding/{onboarding_id}?done={done}"
    return act(request, do, there, lambda refusal: _show(request, onboarding_id, refusal))


@router.post("/onboarding/{onboarding_id}/settled")
def settle(request: Request, onboarding_id: UUID, with_whom: Text = "") -> Response:
    """Settled with the account manager."""
    return _on(
        request, onboarding_id, lambda found: onboarding_board.settle(found, onboarding_id, with_whom), "settled_with"
    )


@router.post("/onboarding/{onboarding_id}/approval")
def approve(request: Request, onboarding_id: UUID, shown: Text = "") -> Response:
    """Approve the quantity."""
    return _on(request, onboarding_id, lambda found: onboarding_board.approve(found, onboarding_id, shown), "quantity")


@router.post("/onboarding/{onboarding_id}/end")
def end(request: Request, onboarding_id: UUID, why: Text = "") -> Response:
    """The retailer does not come."""

    def again(refusal: Refusal) -> Response:
        return _show(request, onboarding_id, refusal)

    return act(
        request,
        lambda found: onboarding_board.end_onboarding(found, onboarding_id, why),
        "/onboarding?done=onboarding_ended",
        again,
    )


@router.get("/web-ordering")
def web(request: Request) -> Response:
    """Web ordering and trainings."""
    return _web(request)


def _web(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        return render(
            request,
            "onboarding/web.html",
            refusal.status if refusal else 200,
            rows=web_ordering.list_web_orderings(found),
            trainings=trainings.list_trainings(found),
            ways=web_ordering.WAYS,
            training_ways=trainings.WAYS,
            refusal=refusal,
        )


def _at_web(request: Request, do: Callable[[Desk], object], done: str) -> Response:
    return act(request, do, f"/web-ordering?done={done}", lambda refusal: _web(request, refusal))


@router.post("/web-ordering/{web_id}/password")
def issue(request: Request, web_id: UUID) -> Response:
    """A password was issued."""
    return _at_web(request, lambda found: web_ordering.issue_password(found, web_id), "issued")


@router.post("/web-ordering/{web_id}/reset")
def reset(request: Request, web_id: UUID, why: Text = "") -> Response:
    """It was reset."""
    return _at_web(request, lambda found: web_ordering.reset_password(found, web_id, why), "issued")


@router.post("/web-ordering/{web_id}/delivery")
def deliver(request: Request, web_id: UUID, way: Text = "") -> Response:
    """It has reached the customer."""
    return _at_web(request, lambda found: web_ordering.deliver_password(found, web_id, way), "delivered")


@router.post("/customers/{customer_id}/trainings")
def agree(request: Request, customer_id: UUID, on: Text = "", way: Text = "") -> Response:
    """Agree on a training."""
    return _at_web(request, lambda found: trainings.agree_training(found, customer_id, day(on), way), "agreed")


@router.post("/trainings/{training_id}/record")
def record(request: Request, training_id: UUID, held: Text = "", note: Text = "") -> Response:
    """What became of it."""
    return _at_web(request, lambda found: trainings.record_training(found, training_id, held == "yes", note), "trained")
