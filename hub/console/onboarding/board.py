"""New entrants: the board, one of them, web ordering and trainings."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.rendering import desk, render
from hub.domain.customers.catalogue import FIELDS
from hub.domain.onboarding import STEPS
from hub.domain.refusals import Refusal
from hub.operations.onboarding import board, trainings, web_ordering

router = APIRouter()
COLOURS = {"done": "green", "open": "azure", "late": "red", "waiting": "secondary"}


@router.get("/onboarding")
def listing(request: Request, step: str = "", late: str = "", after: UUID | None = None) -> Response:
    """The board."""
    with desk(request) as reader:
        page = board.show_board(reader, step, late == "yes", after)
    return render(request, "onboarding/board.html", board=page, all_steps=STEPS, colours=COLOURS, step=step, late=late)


@router.get("/onboarding/{onboarding_id}")
def show(request: Request, onboarding_id: UUID) -> Response:
    """One new entrant."""
    return _show(request, onboarding_id)


def _show(request: Request, onboarding_id: UUID, refusal: Refusal | None = None) -> Response:
    with desk(request) as reader:
        view = board.show_onboarding(reader, onboarding_id)
    status = refusal.status if refusal else 200
    return render(request, "onboarding/page.html", status, view=view, colours=COLOURS, fields=FIELDS, refusal=refusal)


@router.get("/web-ordering")
def web(request: Request) -> Response:
    """Web ordering and trainings."""
    return _web(request)


def _web(request: Request, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as reader:
        cases, agreed = web_ordering.list_web_orderings(reader), trainings.list_trainings(reader)
    return render(
        request,
        "onboarding/web.html",
        refusal.status if refusal else 200,
        cases=cases,
        trainings=agreed,
        ways=web_ordering.WAYS,
        training_ways=trainings.WAYS,
        refusal=refusal,
    )


ONE, WEB = "/onboarding/{onboarding_id}", "/web-ordering"
post(router, ONE + "/settled", board.settle_entry, ONE + "?done=settled_with", _show)
post(router, ONE + "/approval", board.approve_quantity, ONE + "?done=quantity", _show)
post(router, ONE + "/end", board.end_onboarding, "/onboarding?done=onboarding_ended", _show)
post(router, WEB + "/{web_id}/password", web_ordering.issue_password, WEB + "?done=issued", _web)
post(router, WEB + "/{web_id}/reset", web_ordering.reset_password, WEB + "?done=issued", _web)
post(router, WEB + "/{web_id}/delivery", web_ordering.deliver_password, WEB + "?done=delivered", _web)
post(router, "/customers/{customer_id}/trainings", trainings.agree_training, WEB + "?done=agreed", _web)
post(router, "/trainings/{training_id}/record", trainings.record_training, WEB + "?done=trained", _web)
