"""Jobs that come again, as staff see and steer them (R7.10; decision 2)."""

from datetime import date, datetime, time, timedelta

from hub.domain.capabilities import Capability
from hub.domain.people import Post
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.ports import SHANGHAI, now, today
from hub.registry import schedules, sync
from hub.registry.schema import Schedule, ScheduleRun

from .desk import Desk
from .operation import operation


class UnderWay(Refusal):
    """A list is read once at a time over the whole fleet (decision 2)."""

    article = "R7.7"
    says = ("这份清单正在读取,不能同时再读。", "This list is being read already.")
    then = ("请等本次读取结束后再补读。", "Wait for its end, then ask again.")


LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
STEERS = {Post.STATISTICS_CLERK, Post.INFORMATION_CENTRE}
CHANGES, NIGHTLY, WEEKLY, PACKAGE, DIGEST = "*/10 * * * *", "30 2 * * *", "30 4 * * 0", "0 16 * * *", "0 8 * * *"
"""Changes every ten minutes, the whole list each night, once a week from the beginning whatever was broken off, the
package in the afternoon and the digests in the morning of working days (own convention)."""
MODES = (("changes", CHANGES), ("full", NIGHTLY), ("fresh", WEEKLY))


def ensure(desk: Desk, capability: Capability) -> None:
    """The schedules that a channel's verbs ask for."""
    key, moment = capability.key, now()
    for verb in ("list_bindings", "list_devices"):
        if capability.can(verb):
            for mode, cron in MODES:
                schedules.ensure(desk.tx, f"{key}.{verb}.{mode}", key, verb, mode, cron, moment)
    if capability.can("deliver_agreements"):
        schedules.ensure(desk.tx, f"{key}.package", key, "package", "", PACKAGE, moment, "working")


def ensure_digests(desk: Desk) -> None:
    """The digests of all channels, on working days."""
    schedules.ensure(desk.tx, "digests", "", "digest", "", DIGEST, now(), "working")


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
    row = _one(desk, name)
    row.next_at, row.asked_by = now(), desk.actor.name


@operation(article="R7.10", posts=LOOKS, title=("查看定时任务记录", "See runs"), changes=False, audited=False)
def list_history(desk: Desk, limit: int = 50) -> list[ScheduleRun]:
    """What came, newest first."""
    return schedules.history(desk.tx, min(limit, 200))


@operation(article="R7.7", posts=STEERS, title=("补读清单", "Read a list again from a day"))
def backfill(desk: Desk, channel: str, verb: str, since: date) -> int:
    """Read what changed since a day once more; returns the run's number. Raises UnderWay, BadInput, NotFound."""
    row = _one(desk, f"{channel}.{verb}.changes")
    if not today() - timedelta(days=366) <= since <= today():
        raise BadInput(field="起始日期", problem="在今天之后或一年以前", mend="请填写一年以内的日期。")
    if sync.open_run(desk.tx, channel, verb) is not None:
        raise UnderWay()
    moment = datetime.combine(since, time(), SHANGHAI)
    run = sync.start(desk.tx, channel, verb, sync.BACKFILL, now(), desk.actor.name, since=moment)
    row.next_at, row.asked_by = now(), desk.actor.name
    desk.audit_detail |= {"since": since.isoformat(), "run": run.no}
    return run.no
