"""What comes again: schedules with pause and run now, the runs with their figures, the brake's two people."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.domain.refusals import BadInput, Refusal
from hub.operations import schedules, syncing
from hub.operations.desk import Desk
from hub.ports import today

from .pages import act, desk, render

router = APIRouter(prefix="/schedules")


@router.get("")
def listing(request: Request) -> Response:
    """Schedules and runs."""
    return _list(request)


def _list(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        return render(
            request,
            "schedules/list.html",
            refusal.status if refusal else 200,
            rows=schedules.list_schedules(found),
            runs=syncing.list_runs(found),
            history=schedules.list_history(found, 20),
            today=today().isoformat(),
            refusal=refusal,
        )


def _do(request: Request, do: Callable[[Desk], object], done: str) -> Response:
    return act(request, do, f"/schedules?done={done}", lambda refusal: _list(request, refusal))


@router.post("/{name}/pause")
def pause(request: Request, name: str) -> Response:
    """Let it not come."""
    return _do(request, lambda found: schedules.pause_schedule(found, name), "schedule_paused")


@router.post("/{name}/resume")
def resume(request: Request, name: str) -> Response:
    """Let it come again."""
    return _do(request, lambda found: schedules.resume_schedule(found, name), "schedule_resumed")


@router.post("/{name}/run")
def run(request: Request, name: str) -> Response:
    """Let it come now."""
    return _do(request, lambda found: schedules.run_now(found, name), "schedule_run")


@router.post("/{channel}/{verb}/backfill")
def backfill(request: Request, channel: str, verb: str, since: Annotated[str, Form()] = "") -> Response:
    """Read a list once more from a day."""

    def do(found: Desk) -> None:
        try:
            day = date.fromisoformat(since)
        except ValueError:
            raise BadInput(field="起始日期", problem="没有填写或不是日期", mend="请选择日期。") from None
        schedules.backfill(found, channel, verb, day)

    return _do(request, do, "backfill")


@router.post("/runs/{no}/release")
def release(request: Request, no: int) -> Response:
    """Look at a braked run and let it act."""
    return _do(request, lambda found: syncing.release(found, no), "released")
