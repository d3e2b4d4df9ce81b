"""Jobs that come again, as staff see and steer them (R7.10; decision 2)."""

from hub.domain.capabilities import Capability
from hub.domain.people import Post
from hub.domain.refusals import NotFound
from hub.ports import now
from hub.registry import schedules
from hub.registry.schema import Schedule

from .desk import Desk
from .operation import operation

LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
STEERS = {Post.STATISTICS_CLERK, Post.INFORMATION_CENTRE}
CHANGES, NIGHTLY, PACKAGE = "*/10 * * * *", "30 2 * * *", "0 16 * * *"
"""Changes every ten minutes, the whole list each night, the package in the afternoon (own convention)."""


def ensure(desk: Desk, capability: Capability) -> None:
    """The schedules that a channel's verbs ask for."""
    key, moment = capability.key, now()
    for verb in ("list_bindings", "list_devices"):
        if capability.can(verb):
            for mode, cron in (("changes", CHANGES), ("full", NIGHTLY)):
                schedules.ensure(desk.tx, f"{key}.{verb}.{mode}", key, verb, mode, cron, moment)
    if capability.can("deliver_agreements"):
        schedules.ensure(desk.tx, f"{key}.package", key, "package", "", PACKAGE, moment)


@operation(article="R7.10", posts=LOOKS, title=("查看定时任务", "See schedules"), changes=False, audited=False)
def list_schedules(desk: Desk) -> list[Schedule]:
    """All schedules."""
    return schedules.listed(desk.tx)


def _one(desk: Desk, name: str) -> Schedule:
    row = schedules.get(desk.tx, name)
    if row is None:
        raise NotFound(what="定时任务")
    desk.about("schedule", name)
    return row


@operation(article="R7.10", posts=STEERS, title=("暂停定时任务", "Pause a schedule"))
def pause_schedule(desk: Desk, name: str) -> None:
    """Let it not come until it is resumed."""
    row = _one(desk, name)
    row.paused, row.paused_by = True, desk.actor.name


@operation(article="R7.10", posts=STEERS, title=("恢复定时任务", "Resume a schedule"))
def resume_schedule(desk: Desk, name: str) -> None:
    """Let it come again, at its next time."""
    row = _one(desk, name)
    row.paused, row.paused_by, row.next_at = False, None, schedules.following(row.cron, now())


@operation(article="R7.10", posts=STEERS, title=("立即执行定时任务", "Run a schedule now"))
def run_now(desk: Desk, name: str) -> None:
    """Let it come within the minute; its rhythm stays."""
    _one(desk, name).next_at = now()
