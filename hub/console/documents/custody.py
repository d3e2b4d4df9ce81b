"""Papers on their way to the custodian, and who keeps which kind (R16.1)."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import act, desk, render
from hub.domain.changes import RULES
from hub.domain.refusals import Refusal
from hub.domain.settlement.accounts import EVIDENCE_KINDS
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.documents import custody
from hub.operations.staff import users
from hub.ports import now

router = APIRouter(prefix="/custody")
Text = Annotated[str, Form()]


@router.get("")
def show(request: Request) -> Response:
    """What is missing first."""
    return _show(request)


def _show(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        return render(
            request,
            "documents/custody.html",
            refusal.status if refusal else 200,
            page=custody.list_custody(found),
            units={unit.code: unit.name for unit in users.list_units(found)},
            kinds=EVIDENCE_KINDS,
            all_posts=list(Post),
            rules=RULES,
            moment=now(),
            refusal=refusal,
        )


def _do(request: Request, do: Callable[[Desk], object], done: str) -> Response:
    return act(request, do, f"/custody?done={done}", lambda refusal: _show(request, refusal))


@router.post("/custodians")
def name(request: Request, unit_code: Text = "", kind: Text = "", post: Text = "") -> Response:
    """Name who keeps a kind of paper."""
    return _do(request, lambda found: custody.name_custodian(found, unit_code, kind, post), "custodian_named")


@router.post("/{evidence_id}")
def hand_in(request: Request, evidence_id: UUID, holder: Text = "", scanned: Text = "no") -> Response:
    """The original reached its custodian."""
    return _do(request, lambda found: custody.hand_in(found, evidence_id, holder, scanned == "yes"), "handed_in")
