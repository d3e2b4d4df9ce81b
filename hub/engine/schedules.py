"""Recurring work: reading lists, sending packages, writing digests. Each run happens once in the fleet; its end is stored."""

import asyncio
from datetime import timedelta

from procrastinate import App

from hub.domain.staff.posts import HUB
from hub.operations import periodic
from hub.operations.asks import packages
from hub.operations.channels import digests, schedules
from hub.operations.outages import batches
from hub.operations.reconciliation import rechecks
from hub.registry.channels.schedules import SKIPPED
from hub.registry.schema import ScheduleRun

from . import daily_mail, scenarios
from .lists import read
from .probes import probe
from .runtime import WorkerRuntime

AWAY = "channel_away"
HOUR = timedelta(hours=1)
# The task that does one run. The name is stored with waiting jobs, so it stays.
RUN = "scheduled"


# `queueing_lock`: at most one job of a kind waits in the queue, so that slow runs do not pile up behind each other.
def tasks(app: App, runtime: WorkerRuntime) -> None:
    """Register the tasks."""

    @app.task(name=RUN, queue="house")
    async def scheduled(run: int) -> None:
        await carry_out(runtime, run)

    @app.periodic(cron="* * * * * */10")
    @app.task(name="upkeep", queue="house", queueing_lock="upkeep")
    async def keep_up(timestamp: int) -> None:
        # Each call is a transaction of its own: many short ones instead of a long one that holds its locks.
        for step in periodic.STEPS:
            for _ in range(periodic.TURNS.get(step, 1)):
                if not await asyncio.to_thread(runtime.office.perform, HUB, step):
                    break

    @app.periodic(cron="* * * * * */3")
    @app.task(name="outages", queue="house", queueing_lock="outages")
    async def switch_over(timestamp: int) -> None:
        while await asyncio.to_thread(runtime.office.perform, HUB, batches.switch_batch):
            pass

    @app.periodic(cron="* * * * * */3")
    @app.task(name="scenarios", queue="house", queueing_lock="scenarios")
    async def compute_scenarios(timestamp: int) -> None:
        while await asyncio.to_thread(scenarios.compute_next, runtime.office):
            pass

    @app.periodic(cron="*/1 * * * *")
    @app.task(name="mail_again", queue="house", queueing_lock="mail_again")
    async def mail_again(timestamp: int) -> None:
        await asyncio.to_thread(daily_mail.send_waiting, runtime)

    @app.periodic(cron="* * * * * */5")
    @app.task(name="schedules", queue="house", queueing_lock="schedules")
    async def schedules_due(timestamp: int) -> None:
        for run in await asyncio.to_thread(due, runtime):
            # procrastinate's lock: two runs of one schedule never overlap, whatever workers take them.
            await scheduled.configure(lock=f"{run.channel} {run.job}").defer_async(run=run.no)


def due(runtime: WorkerRuntime) -> list[ScheduleRun]:
    """The runs that are due, each for one worker; also makes the schedules of new channels."""
    with runtime.office.desk(HUB) as desk:
        schedules.ensure_all(desk)
        return schedules.due(desk)


async def carry_out(runtime: WorkerRuntime, no: int) -> None:
    """Do one run; a repeated job finds nothing to do. A bug ends the run and is logged."""
    perform = runtime.office.perform
    run = await asyncio.to_thread(perform, HUB, schedules.begin, no)
    if run is None:
        return
    try:
        outcome, code, count = await _do(runtime, run)
    except Exception as fault:
        await asyncio.to_thread(perform, HUB, schedules.end, no, "failed", type(fault).__name__)
        raise
    await asyncio.to_thread(perform, HUB, schedules.end, no, outcome, code, count)


async def _do(runtime: WorkerRuntime, run: ScheduleRun) -> tuple[str, str | None, int]:
    """Do what the run is for; returns its outcome, the code of a failure, and how much was done."""
    if run.job == schedules.DIGEST:
        return "done", None, await asyncio.to_thread(runtime.office.perform, HUB, digests.make)
    if run.job == schedules.MAIL:
        return "done", None, await asyncio.to_thread(daily_mail.send_day, runtime)
    if run.job == schedules.PACKAGE:
        return "done", None, len(await asyncio.to_thread(runtime.office.perform, HUB, packages.pack, run.channel))
    if run.job == schedules.PROBE:
        ready = runtime.ready.get(run.channel)
        ok = await probe(runtime, ready, run.by_name) if ready is not None else None
        return {True: ("done", None, 0), False: ("failed", "probe_failed", 0), None: (SKIPPED, AWAY, 0)}[ok]
    if run.job == schedules.TURN:
        return await _take_turn(runtime, run.channel)
    finished = await read(
        runtime, run.channel, run.job, run.mode, run.by_name, since=run.since, not_before=run.started_at
    )
    if finished is None:
        return SKIPPED, AWAY, 0
    return finished.outcome or "failed", finished.code, finished.facts


async def _take_turn(runtime: WorkerRuntime, channel: str) -> tuple[str, str | None, int]:
    """Query live accounts at a bank without a list; together the queries use half of an hour's rate."""
    ready = runtime.ready.get(channel)
    turn = None
    if ready is not None:
        # Half is our own convention: the questions take their turns at the same rate as the channel's other asks.
        room = int(HOUR / ready.gap / 2)
        turn = await asyncio.to_thread(runtime.office.perform, HUB, rechecks.take_turn, channel, room)
    if turn is None:
        return SKIPPED, AWAY, 0
    return "done", "behind" if turn.behind else None, turn.asked
