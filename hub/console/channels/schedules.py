"""What comes again: schedules, their history, lists read again, digests, readings with figures, the brake's two people."""

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import act, desk, render
from hub.domain.refusals import Refusal
from hub.operations.administration import calendar
from hub.operations.channels import schedules
from hub.operations.desk import Desk
from hub.operations.reconciliation import list_runs
from hub.operations.reconciliation.list_runs import LISTS
from hub.ports import today

router = APIRouter(prefix="/schedules")


@router.get("")
def listing(request: Request) -> Response:
    """Schedules and runs."""
    return _list(request)


def _list(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        return render(
            request,
            "channels/schedules.html",
            refusal.status if refusal else 200,
            rows=schedules.list_schedules(found),
            runs=list_runs.list_runs(found),
            history=schedules.list_history(found),
            digests=schedules.list_digests(found),
            lists=[(key, verb) for key, each in sorted(found.channels.items()) for verb in LISTS if each.can(verb)],
            today=today().isoformat(),
            provisional=calendar.show_calendar(found).provisional,
            refusal=refusal,
        )


def _do(request: Request, do: Callable[[Desk], object], done: str) -> Response:
    return act(request, do, f"/schedules?done={done}", lambda refusal: _list(request, refusal))


@router.post("/read-again")
def read_again(request: Request, which: Annotated[str, Form()], since: Annotated[date, Form()]) -> Response:
    """Read a list again from a day; `which` is channel and verb."""
    channel, _, verb = which.partition(" ")
    return _do(request, lambda found: schedules.read_again(found, channel, verb, since), "read_again")


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


@router.post("/runs/{no}/release")
def release(request: Request, no: int) -> Response:
    """Look at a braked run and let it act."""
    return _do(request, lambda found: list_runs.release(found, no), "released")
