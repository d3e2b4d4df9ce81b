"""A and B holders: who is away, who acts for them, what changed hands (R5.1)."""

from collections.abc import Callable
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import act, desk, may, render
from hub.console.typed import day
from hub.domain.changes import RULES
from hub.domain.refusals import BadInput, Refusal
from hub.operations.desk import Desk
from hub.operations.staff import leave_cover, users
from hub.ports import today

router = APIRouter()
Text = Annotated[str, Form()]


@router.get("/cover")
def show(request: Request) -> Response:
    """Leaves, holders, and the form."""
    return _show(request)


def _show(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        holders = leave_cover.list_holders(found) if may(found.actor, "cover.list_holders") else []
        persons = {user.login: user for each in holders for user in (*each.first, *each.second)}
        return render(
            request,
            "staff/leave_cover.html",
            refusal.status if refusal else 200,
            leaves=leave_cover.list_leaves(found),
            holders=holders,
            persons=sorted(persons.values(), key=lambda user: user.login),
            units={unit.code: unit.name for unit in users.list_units(found)},
            rules=RULES,
            me=found.actor.user_id,
            today=today().isoformat(),
            refusal=refusal,
        )


def _do(request: Request, do: Callable[[Desk], object], done: str) -> Response:
    return act(request, do, f"/cover?done={done}", lambda refusal: _show(request, refusal))


def _day(words: str) -> date:
    named = day(words)
    if named is None:
        raise BadInput(field="日期", problem="没有这一天", mend="请从日历中选择。")
    return named


@router.post("/cover")
def enter(request: Request, login: Text = "", first: Text = "", last: Text = "", why: Text = "") -> Response:
    """Enter a leave."""
    return _do(
        request, lambda found: leave_cover.enter_leave(found, login, _day(first), _day(last), why), "leave_entered"
    )


@router.post("/cover/{leave_id}/end")
def end(request: Request, leave_id: UUID, why: Text = "") -> Response:
    """End it early."""
    return _do(request, lambda found: leave_cover.end_leave(found, leave_id, why), "leave_ended")


@router.post("/cover/records/{handover_id}/acknowledge")
def acknowledge(request: Request, handover_id: UUID) -> Response:
    """Say that it was received."""
    return _do(request, lambda found: leave_cover.acknowledge(found, handover_id), "acknowledged")
