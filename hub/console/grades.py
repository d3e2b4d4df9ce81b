"""Grade evaluations: entered with their day, lists to revisit before, the review and its filing after (R7.4, R14.1)."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.domain.customers.catalogue import LEVELS
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.grades import evaluations as evaluation_operations
from hub.operations.grades import revisits
from hub.operations.office import operation_of
from hub.operations.operation import permits

from .customers.customers import unit_names
from .onboarding.board import day
from .rendering import PAGE, act, desk, render, signed

router = APIRouter(prefix="/grading")
Text = Annotated[str, Form()]


@router.get("")
def evaluations(request: Request) -> Response:
    """Grade evaluations, and the lists to revisit."""
    return _evaluations(request)


def _evaluations(request: Request, refusal: Refusal | None = None) -> Response:
    actor = signed(request).actor
    looks, enters = (
        permits(actor, operation_of(each)) for each in (revisits.list_revisits, evaluation_operations.list_graded_units)
    )
    with desk(request) as found:
        return render(
            request,
            "grades/list.html",
            refusal.status if refusal else 200,
            rows=evaluation_operations.list_evaluations(found),
            revisits=revisits.list_revisits(found) if looks else [],
            own_units=evaluation_operations.list_graded_units(found) if enters else [],
            units=unit_names(found),
            refusal=refusal,
        )


@router.post("")
def enter(request: Request, unit_code: Text = "", on: Text = "") -> Response:
    """Enter an evaluation."""

    def do(found: Desk) -> None:
        evaluation_operations.enter_evaluation(found, unit_code.strip(), day(on))

    return act(request, do, "/grading?done=evaluation", lambda refusal: _evaluations(request, refusal))


@router.get("/revisits/{revisit_id}")
def revisit(request: Request, revisit_id: UUID) -> Response:
    """One account manager's list."""
    return _revisit(request, revisit_id)


def _revisit(request: Request, revisit_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        view = revisits.show_revisit(found, revisit_id)
        status, names = refusal.status if refusal else 200, unit_names(found)
        return render(request, "grades/revisit.html", status, view=view, units=names, levels=LEVELS, refusal=refusal)


@router.post("/revisits/{revisit_id}")
def end_revisit(request: Request, revisit_id: UUID, note: Text = "") -> Response:
    """All were looked at."""

    def do(found: Desk) -> None:
        revisits.end_revisit(found, revisit_id, note)

    return act(request, do, "/grading?done=revisited", lambda refusal: _revisit(request, revisit_id, refusal))


@router.get("/{evaluation_id}")
def show(request: Request, evaluation_id: UUID, changing: str = "", after: str = "") -> Response:
    """The review's customers, forms and applications."""
    return _show(request, evaluation_id, changing == "yes", after)


def _show(
    request: Request, evaluation_id: UUID, changing: bool, after: str = "", refusal: Refusal | None = None
) -> Response:
    with desk(request) as found:
        view = evaluation_operations.show_review(found, evaluation_id, changing, after, PAGE)
        status = refusal.status if refusal else 200
        return render(
            request,
            "grades/review.html",
            status,
            view=view,
            changing=changing,
            units=unit_names(found),
            refusal=refusal,
        )


def _on(request: Request, evaluation_id: UUID, do: Callable[[Desk], None], done: str) -> Response:
    there = f"/grading/{evaluation_id}?done={done}"
    return act(request, do, there, lambda refusal: _show(request, evaluation_id, False, "", refusal))


@router.post("/{evaluation_id}/review")
def review(request: Request, evaluation_id: UUID, note: Text = "") -> Response:
    """The review was held."""
    return _on(
        request, evaluation_id, lambda found: evaluation_operations.end_review(found, evaluation_id, note), "reviewed"
    )


@router.post("/{evaluation_id}/filing")
def file(request: Request, evaluation_id: UUID) -> Response:
    """Internal control has it on file."""
    return _on(
        request, evaluation_id, lambda found: evaluation_operations.file_review(found, evaluation_id), "review_filed"
    )
