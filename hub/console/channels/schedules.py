"""Recurring work: schedules, their history, lists read again, digests, runs with figures, releasing the brake by two people."""

from fastapi import APIRouter

from hub.console.forms import Posted, post
from hub.console.pages import page
from hub.domain.wording.schedules import rhythm
from hub.operations.administration import calendar
from hub.operations.channels import schedules
from hub.operations.desk import Desk
from hub.operations.reconciliation import list_runs
from hub.operations.reconciliation.list_runs import LISTS
from hub.ports import today

router = APIRouter(prefix="/schedules")


def _schedules(reader: Desk) -> dict[str, object]:
    """Schedules and runs."""
    channels = sorted(reader.channels.items())
    return {
        "rows": schedules.list_schedules(reader),
        "runs": list_runs.list_runs(reader),
        "history": schedules.list_history(reader),
        "digests": schedules.list_digests(reader),
        "lists": [(key, verb) for key, channel in channels for verb in LISTS if channel.can(verb)],
        "today": today().isoformat(),
        "provisional": calendar.show_calendar(reader).provisional,
    }


_list = page(router, "", "channels/schedules.html", _schedules, rhythm=rhythm)


def _channel_and_verb(texts: Posted) -> Posted:
    """The form offers both together."""
    channel, _, verb = texts.pop("which", "").partition(" ")
    return texts | {"channel": channel, "verb": verb}


post(router, "/read-again", schedules.read_again, "/schedules?done=read_again", _list, prepare=_channel_and_verb)
post(router, "/{name}/pause", schedules.pause_schedule, "/schedules?done=schedule_paused", _list)
post(router, "/{name}/resume", schedules.resume_schedule, "/schedules?done=schedule_resumed", _list)
post(router, "/{name}/run", schedules.run_now, "/schedules?done=schedule_run", _list)
post(router, "/runs/{no}/release", list_runs.release, "/schedules?done=released", _list)
