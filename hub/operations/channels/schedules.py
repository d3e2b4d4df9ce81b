"""Recurring jobs as staff see and control them (R7.10)."""

from datetime import date, datetime, time
from typing import Annotated, Literal

from hub.domain.capabilities import Capability
from hub.domain.inputs import ChannelKey, Key, Label
from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.reconciliation import rechecks
from hub.operations.reconciliation.list_runs import LISTS
from hub.operations.tasks.due_dates import known_days
from hub.operations.views import view, views
from hub.ports import SHANGHAI, now, today
from hub.registry.channels import digests, schedules
from hub.registry.reconciliation import list_runs
from hub.registry.schema import Schedule, ScheduleRun

from .views import DigestView, RunView, ScheduleView

LOOKS = {Post.STATISTICS_CLERK, Post.SECTION_CHIEF, Post.INTERNAL_CONTROL, Post.INFORMATION_CENTRE}
STEERS = {Post.STATISTICS_CLERK, Post.INFORMATION_CENTRE}
PACKAGE, DIGEST, PROBE, MAIL, TURN = "package", "digest", "probe", "mail", "recheck"
# Changes every ten minutes, the whole list each night, from its first page on Sundays (own convention).
TIMES = {list_runs.CHANGES: "*/10 * * * *", list_runs.FULL: "30 2 * * *", list_runs.AFRESH: "30 4 * * 0"}
# A bank without a list is asked about some accounts each hour (own convention).
TURNS_AT = "20 * * * *"
PACKED_AT, DIGESTED_AT, MAILED_AT = "0 16 * * *", "30 7 * * *", "0 17 * * *"
"""On working days (own convention): packages in the afternoon, digests before work begins, mail before it ends."""


class AlreadyUnderWay(Refusal):
    """A job has one run at a time, over the whole fleet (R7.10)."""

    article, status = "R7.10", 409
    says = ("这项任务正在执行或等待执行。", "This job is under way, or waits to be.")
    then = ("请等它结束后再试;结果见执行记录。", "Wait until it has ended; the history shows it.")


class SchedulePaused(Refusal):
    """A paused schedule does not run (R7.10)."""

    article, status = "R7.10", 409
    says = ("这项任务已由{by}暂停。", "This schedule was paused by {by}.")
    then = ("请先恢复再执行。", "Resume it first.")


def ensure(desk: Desk, capability: Capability) -> None:
    """Create the schedules that a channel's verbs need."""
    key = capability.key
    for verb in LISTS:
        if capability.can(verb):
            for mode, cron in TIMES.items():
                _ensure(desk, f"{key}.{verb}.{mode}", key, verb, mode, cron, schedules.EVERY)
    if capability.can("deliver_agreements"):
        _ensure(desk, f"{key}.{PACKAGE}", key, PACKAGE, "", PACKED_AT, schedules.WORKING)
    if rechecks.applies(capability):
        _ensure(desk, f"{key}.{TURN}", key, TURN, "", TURNS_AT, schedules.EVERY)


def ensure_all(desk: Desk) -> None:
    """Create the schedules of all channels, the digest and the daily mail."""
    for capability in desk.channels.values():
        ensure(desk, capability)
    _ensure(desk, DIGEST, "", DIGEST, "", DIGESTED_AT, schedules.WORKING)
    _ensure(desk, MAIL, "", MAIL, "", MAILED_AT, schedules.WORKING)


def _ensure(desk: Desk, name: str, channel: str, job: str, mode: str, cron: str, days: str) -> None:
    schedule = Schedule(name=name, channel=channel, job=job, mode=mode, cron=cron, days=days)
    schedules.ensure(desk.tx, schedule, now(), known_days(desk.tx).working)


def due(desk: Desk) -> list[ScheduleRun]:
    """Runs that a worker has to queue now."""
    # Runs first become rows, then jobs: one whose job is lost is handed out again.
    moment = now()
    schedules.open_due_runs(desk.tx, moment, known_days(desk.tx).working)
    return schedules.runs_to_hand_out(desk.tx, moment)


def begin(desk: Desk, no: int) -> ScheduleRun | None:
    """Start a run; None when it has already ended. The time of its first start is kept."""
    run = schedules.get_run(desk.tx, no)
    if run is None or run.ended_at is not None:
        return None
    run.started_at = run.started_at or now()
    return run


def end(desk: Desk, no: int, outcome: str, code: str | None = None, count: int = 0) -> None:
    """Record how a run ended."""
    run = schedules.get_run(desk.tx, no)
    # The first end stays: a worker that was presumed dead may come back.
    if run is not None and run.ended_at is None:
        run.ended_at, run.outcome, run.code, run.count = now(), outcome, code, count


@operation(
    "schedules.list_schedules",
    article="R7.10",
    posts=LOOKS,
    title=("查看定时任务", "See schedules"),
    changes=False,
    audited=False,
)
def list_schedules(desk: Desk) -> list[ScheduleView]:
    """All schedules, by name."""
    return views(ScheduleView, schedules.listed(desk.tx))


@operation(
    "schedules.list_history",
    article="R7.10",
    posts=LOOKS,
    title=("查看执行记录", "See runs of schedules"),
    changes=False,
    audited=False,
)
def list_history(desk: Desk, channel: ChannelKey | None = None) -> list[RunView]:
    """The latest runs of schedules, newest first."""
    return views(RunView, schedules.runs(desk.tx, channel=channel))


@operation(
    "schedules.list_digests",
    article="R7.10",
    posts=LOOKS,
    title=("查看每日小结", "See digests"),
    changes=False,
    audited=False,
)
def list_digests(desk: Desk, channel: ChannelKey | None = None) -> list[DigestView]:
    """The latest daily digests, newest first."""
    return views(DigestView, digests.listed(desk.tx, channel))


def _one(desk: Desk, name: str) -> Schedule:
    schedule = schedules.get(desk.tx, name)
    if schedule is None:
        raise NotFound(what="定时任务")
    desk.about("schedule", name)
    return schedule


@operation(
    "schedules.pause_schedule", article="R7.10", posts=STEERS, title=("暂停定时任务", "Pause a schedule"), company=True
)
def pause_schedule(desk: Desk, name: Key) -> None:
    """Pause a schedule until it is resumed."""
    schedule = _one(desk, name)
    schedule.paused, schedule.paused_by = True, desk.actor.name


@operation(
    "schedules.resume_schedule",
    article="R7.10",
    posts=STEERS,
    title=("恢复定时任务", "Resume a schedule"),
    company=True,
)
def resume_schedule(desk: Desk, name: Key) -> None:
    """Resume a schedule at its next time."""
    schedule = _one(desk, name)
    # Counted from now: times that passed during the pause are not made up.
    worked = known_days(desk.tx).working if schedule.days == schedules.WORKING else None
    schedule.paused, schedule.paused_by, schedule.next_at = (
        False,
        None,
        schedules.next_time(schedule.cron, now(), worked),
    )


@operation(
    "schedules.run_now", article="R7.10", posts=STEERS, title=("立即执行定时任务", "Run a schedule now"), company=True
)
def run_now(desk: Desk, name: Key) -> RunView:
    """Run it at once, on any day; its next time stays. Raises AlreadyUnderWay, SchedulePaused."""
    schedule = _one(desk, name)
    if schedule.paused:
        raise SchedulePaused(by=schedule.paused_by or "")
    run = _opened(desk, schedule)
    # `next_at` stays: a run by hand does not shift the rhythm.
    schedule.last_at = run.due_at
    return run


def _opened(desk: Desk, schedule: Schedule, since: datetime | None = None) -> RunView:
    """A run that a worker takes up now. Raises AlreadyUnderWay."""
    # The unique index on open runs decides: of two people who press at once, one gets None.
    run = schedules.open_run(desk.tx, schedule, now(), desk.actor.name, since)
    if run is None:
        raise AlreadyUnderWay()
    return view(RunView, run)


@operation(
    "schedules.read_again",
    article="R7.7",
    posts=STEERS,
    title=("重新读取清单", "Read a list again from a day"),
    company=True,
)
def read_again(
    desk: Desk,
    channel: Key,
    verb: Annotated[Literal["list_bindings", "list_devices"], Label("清单", "List")],
    since: Annotated[date, Label("起始日期", "From")],
) -> RunView:
    """Read what a partner's list says since the beginning of a day, Beijing time. Raises AlreadyUnderWay."""
    capability = desk.channels.get(channel)
    if capability is None or verb not in LISTS or not capability.can(verb):
        raise NotFound(what="可以读取的清单")
    if not date(2000, 1, 1) <= since <= today():
        words = {"field": "起始日期", "problem": "在今天之后或过早", "mend": "请填写今天或以前的日期。"}
        english = {
            "field_en": "From",
            "problem_en": "after today, or too early",
            "mend_en": "Give today or an earlier day.",
        }
        raise BadInput(at="since", **words, **english)
    desk.about("channel", channel)
    desk.audit_detail |= {"verb": verb, "since": since.isoformat()}
    name = f"{channel}.{verb}.{list_runs.BACKFILL}"
    # Not stored: it only lends its name and job to the run.
    once = Schedule(name=name, channel=channel, job=verb, mode=list_runs.BACKFILL)
    return _opened(desk, once, datetime.combine(since, time(), SHANGHAI))


@operation(
    "schedules.probe_soon",
    article="G9",
    posts=STEERS,
    title=("安排渠道连通测试", "Have a channel tested"),
    company=True,
)
def probe_soon(desk: Desk, channel: Key) -> RunView:
    """Have a worker test the settings in use; the channel's page shows the result. Raises AlreadyUnderWay."""
    if channel not in desk.channels:
        raise NotFound(what="渠道")
    desk.about("channel", channel)
    return _opened(desk, Schedule(name=f"{channel}.{PROBE}", channel=channel, job=PROBE, mode=""))
