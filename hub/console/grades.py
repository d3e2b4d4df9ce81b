"""Grade evaluations: entered with their day, lists to revisit before, the review and its filing after (R7.4, R14.1)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.domain.customers.catalogue import LEVELS
from hub.domain.refusals import Refusal
from hub.operations.grades import evaluations as evaluation_operations
from hub.operations.grades import revisits

from .customers.customers import unit_names
from .forms import post
from .rendering import PAGE, desk, may, render

router = APIRouter(prefix="/grading")


@router.get("")
def evaluations(request: Request) -> Response:
    """Grade evaluations, and the lists to revisit."""
    return _evaluations(request)


def _evaluations(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as reader:
        looks = may(reader.actor, "grade_revisits.list_revisits")
        enters = may(reader.actor, "grading.list_graded_units")
        more: dict[str, object] = {
            "evaluations": evaluation_operations.list_evaluations(reader),
            "revisits": revisits.list_revisits(reader) if looks else [],
            "own_units": evaluation_operations.list_graded_units(reader) if enters else [],
            "units": unit_names(reader),
        }
    return render(request, "grades/list.html", refusal.status if refusal else 200, refusal=refusal, **more)


@router.get("/revisits/{revisit_id}")
def revisit(request: Request, revisit_id: UUID) -> Response:
    """One account manager's list."""
    return _revisit(request, revisit_id)


def _revisit(request: Request, revisit_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as reader:
        view, names = revisits.show_revisit(reader, revisit_id), unit_names(reader)
    status = refusal.status if refusal else 200
    return render(request, "grades/revisit.html", status, view=view, units=names, levels=LEVELS, refusal=refusal)


@router.get("/{evaluation_id}")
def show(request: Request, evaluation_id: UUID, changing: str = "", after: str = "") -> Response:
    """The review's customers, forms and applications."""
    return _show(request, evaluation_id, changing == "yes", after)


def _show(
    request: Request, evaluation_id: UUID, changing: bool = False, after: str = "", refusal: Refusal | None = None
) -> Response:
    with desk(request) as reader:
        view = evaluation_operations.show_review(reader, evaluation_id, changing, after, PAGE)
        names = unit_names(reader)
    status = refusal.status if refusal else 200
    return render(request, "grades/review.html", status, view=view, changing=changing, units=names, refusal=refusal)


post(router, "", evaluation_operations.enter_evaluation, "/grading?done=evaluation", _evaluations)
post(router, "/revisits/{revisit_id}", revisits.end_revisit, "/grading?done=revisited", _revisit)
post(
    router,
    "/{evaluation_id}/review",
    evaluation_operations.end_review,
    "/grading/{evaluation_id}?done=reviewed",
    _show,
)
post(
    router,
    "/{evaluation_id}/filing",
    evaluation_operations.file_review,
    "/grading/{evaluation_id}?done=review_filed",
    _show,
)
