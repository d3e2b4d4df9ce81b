"""Grade evaluations: entered with their day, lists to revisit before, the review and its filing after (R7.4, R14.1)."""

from uuid import UUID

from fastapi import APIRouter

from hub.domain.customers.choices import LEVELS
from hub.operations.desk import Desk
from hub.operations.grades import evaluations, revisits

from .customers.customers import unit_names
from .forms import post
from .pages import page
from .rendering import PAGE, may

router = APIRouter(prefix="/grading")


def _evaluations(reader: Desk) -> dict[str, object]:
    """Grade evaluations, and the lists to revisit."""
    # Asked first, or a reader without one of these rights would be refused the whole page.
    looks = may(reader.actor, "grade_revisits.list_revisits")
    enters = may(reader.actor, "grading.list_graded_units")
    return {
        "evaluations": evaluations.list_evaluations(reader),
        "revisits": revisits.list_revisits(reader) if looks else [],
        "own_units": evaluations.list_graded_units(reader) if enters else [],
        "units": unit_names(reader),
    }


def _review(reader: Desk, evaluation_id: UUID, changing: str = "", after: str = "") -> dict[str, object]:
    """The review's customers, forms and applications."""
    only = changing == "yes"
    review = evaluations.show_review(reader, evaluation_id, only, after, PAGE)
    return {"view": review, "changing": only, "units": unit_names(reader)}


ONE, REVISIT = "/{evaluation_id}", "/revisits/{revisit_id}"
_listing = page(router, "", "grades/list.html", _evaluations)
_revisit = page(
    router, REVISIT, "grades/revisit.html", {"view": revisits.show_revisit, "units": unit_names}, levels=LEVELS
)
_show = page(router, ONE, "grades/review.html", _review)
post(router, "", evaluations.enter_evaluation, "/grading?done=evaluation", _listing)
post(router, REVISIT, revisits.end_revisit, "/grading?done=revisited", _revisit)
post(router, f"{ONE}/review", evaluations.end_review, f"/grading{ONE}?done=reviewed", _show)
post(router, f"{ONE}/filing", evaluations.file_review, f"/grading{ONE}?done=review_filed", _show)
