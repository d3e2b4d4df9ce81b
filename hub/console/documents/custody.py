"""Papers on their way to the custodian, and who keeps which kind (R16.1)."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.rendering import desk, render
from hub.domain.changes import RULES
from hub.domain.refusals import Refusal
from hub.domain.settlement.accounts import EVIDENCE_KINDS
from hub.domain.staff.posts import Post
from hub.operations.documents import custody
from hub.operations.staff import users
from hub.ports import now

router = APIRouter(prefix="/custody")


@router.get("")
def show(request: Request) -> Response:
    """What is missing first."""
    return _show(request)


def _show(request: Request, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as reader:
        page = custody.list_custody(reader)
        units = {unit.code: unit.name for unit in users.list_units(reader)}
    return render(
        request,
        "documents/custody.html",
        refusal.status if refusal else 200,
        page=page,
        units=units,
        kinds=EVIDENCE_KINDS,
        all_posts=list(Post),
        rules=RULES,
        moment=now(),
        refusal=refusal,
    )


post(router, "/custodians", custody.name_custodian, "/custody?done=custodian_named", _show)
post(router, "/{evidence_id}", custody.hand_in, "/custody?done=handed_in", _show)
