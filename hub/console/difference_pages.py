"""The desk of differences: both values, their ages, what to do, and the second person."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.domain import authority
from hub.domain.refusals import Refusal
from hub.operations import differences
from hub.ports import now

from .pages import act, desk, render

router = APIRouter(prefix="/differences")
Text = Annotated[str, Form()]


@router.get("")
def listing(request: Request) -> Response:
    """What does not agree, by deadline."""
    return _list(request)


def _list(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        rows = differences.list_differences(found)
        return render(
            request,
            "differences/list.html",
            refusal.status if refusal else 200,
            rows=rows,
            ways=differences.WAYS,
            settles=authority.settles,
            moment=now(),
            refusal=refusal,
        )


@router.post("/{difference_id}/propose")
def propose(request: Request, difference_id: UUID, way: Text = "", why: Text = "") -> Response:
    """Say how it was cleared up."""
    return act(
        request,
        lambda found: differences.propose(found, difference_id, way, why),
        "/differences?done=difference_proposed",
        lambda refusal: _list(request, refusal),
    )


@router.post("/{difference_id}/confirm")
def confirm(request: Request, difference_id: UUID) -> Response:
    """The second person agrees."""
    return act(
        request,
        lambda found: differences.confirm(found, difference_id),
        "/differences?done=difference_closed",
        lambda refusal: _list(request, refusal),
    )
