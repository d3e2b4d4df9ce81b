"""What comes again: schedules, their history, lists read again, digests, readings with figures, the brake's two people."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.forms import Posted, post
from hub.console.rendering import desk, render
from hub.domain.refusals import Refusal
from hub.operations.administration import calendar
from hub.operations.channels import schedules
from hub.operations.reconciliation import list_runs
from hub.operations.reconciliation.list_runs import LISTS
from hub.ports import today

router = APIRouter(prefix="/schedules")


@router.get("")
def listing(request: Request) -> Response:
    """Schedules and runs."""
    return _list(request)


def _list(request: Request, refusal: Refusal | None = None, **path: object) -> Response:
    with desk(request) as reader:
        channels = sorted(reader.channels.items())
        return render(
            request,
            "channels/schedules.html",
            refusal.status if refusal else 200,
            rows=schedules.list_schedules(reader),
            runs=list_runs.list_runs(reader),
            history=schedules.list_history(reader),
            digests=schedules.list_digests(reader),
            lists=[(key, verb) for key, channel in channels for verb in LISTS if channel.can(verb)],
            today=today().isoformat(),
            provisional=calendar.show_calendar(reader).provisional,
            refusal=refusal,
        )


def _channel_and_verb(texts: Posted) -> Posted:
    """The form offers both together."""
    channel, _, verb = texts.pop("which", "").partition(" ")
    return texts | {"channel": channel, "verb": verb}


post(router, "/read-again", schedules.read_again, "/schedules?done=read_again", _list, prepare=_channel_and_verb)
post(router, "/{name}/pause", schedules.pause_schedule, "/schedules?done=schedule_paused", _list)
post(router, "/{name}/resume", schedules.resume_schedule, "/schedules?done=schedule_resumed", _list)
post(router, "/{name}/run", schedules.run_now, "/schedules?done=schedule_run", _list)
post(router, "/runs/{no}/release", list_runs.release, "/schedules?done=released", _list)
