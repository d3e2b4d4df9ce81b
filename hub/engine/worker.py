"""A worker: advances asks, returns the jobs of dead workers, sweeps the ledger for asks without a job."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from procrastinate import App
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from hub.domain.staff.posts import HUB
from hub.logs import logger
from hub.operations.office import Office
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.session import LostDatabase

from . import callbacks, schedules
from .asks.step import take_step
from .comparisons import compare_for_ever
from .probes import probe
from .queue import CARRY, async_app
from .runtime import SETTINGS_EVERY, WorkerRuntime
from .sealing import seal

# Seconds between a worker's heartbeats.
HEARTBEAT = 3.0
# Seconds without a heartbeat, four of them missed, after which its jobs return to the queue.
DEAD_AFTER = 12.0
# Seconds between polls for scheduled jobs; new ones are notified at once.
POLL = 0.5
# Seconds that running talks get when the worker is told to stop.
GRACE = 10.0
# An ask whose moment passed this long ago has lost its job.
SWEEP_AFTER = timedelta(seconds=10)
# Seconds before a worker that lost its database is started again.
AGAIN_AFTER = 1.0
log = logger("engine")


def tasks(app: App, runtime: WorkerRuntime) -> None:
    """Register the worker's tasks."""

    @app.task(name=CARRY, queue="asks")
    async def carry_ask(ask_id: str) -> None:
        await take_step(runtime, UUID(ask_id))

    @app.periodic(cron="* * * * * */5")
    @app.task(name="return_stalled", queue="house", queueing_lock="return_stalled")
    async def return_stalled(timestamp: int) -> None:
        await stalled(app.job_manager)

    @app.periodic(cron="* * * * * */10")
    @app.task(name="sweep", queue="house", queueing_lock="sweep")
    async def sweep_ledger(timestamp: int) -> None:
        await asyncio.to_thread(sweep, runtime.office)

    @app.periodic(cron="* * * * * */5")
    @app.task(name="seal_audit", queue="house", queueing_lock="seal_audit")
    async def seal_audit(timestamp: int) -> None:
        await asyncio.to_thread(seal, runtime.office)

    @app.periodic(cron="0 */5 * * * *")
    @app.task(name="probe_channels", queue="house", queueing_lock="probe_channels")
    async def probe_channels(timestamp: int) -> None:
        for ready in list(runtime.ready.values()):
            await probe(runtime, ready)

    @app.periodic(cron="* * * * * */5")
    @app.task(name="hear_left", queue="house", queueing_lock="hear_left")
    async def hear_left(timestamp: int) -> None:
        await asyncio.to_thread(callbacks.hear_left, runtime)

    schedules.tasks(app, runtime)


async def stalled(jobs: JobManager) -> int:
    """Return dead workers' jobs to the queue, dropping those of which an equal one waits there; returns how many."""
    # Safe to run twice: the ask's lease and journal decide what the job still has to do, not the job.
    lost = list(await jobs.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER))
    for job in lost:
        assert job.id is not None
        try:
            await jobs.retry_job_by_id_async(job.id, retry_at=now())
            log.warning("job.returned", job=job.id, task=job.task_name)
        except UniqueViolation:
            # Another one with its queueing lock waits and does the same work.
            await jobs.finish_job_by_id_async(job.id, Status.FAILED, delete_job=True)
            log.warning("job.dropped", job=job.id, task=job.task_name)
    return len(lost)


def sweep(office: Office) -> int:
    """Defer jobs for asks that are overdue; returns how many (ADR 0002)."""
    with office.desk(HUB) as desk:
        late = ledger.overdue(desk.tx, now() - SWEEP_AFTER)
        for ask_id in late:
            desk.nudge(desk.tx, ask_id)
    if late:
        log.warning("asks.swept", count=len(late))
    return len(late)


async def take_up(runtime: WorkerRuntime) -> None:
    """Pick up changed settings without a restart; an outage of the database does not end it."""
    while runtime.partners:
        await asyncio.sleep(SETTINGS_EVERY.total_seconds())
        with contextlib.suppress(LostDatabase):
            await asyncio.to_thread(runtime.take_up)


async def keep(
    make: Callable[[], WorkerRuntime], *, concurrency: int, started: Callable[[], None] | None = None
) -> None:
    """Run a worker, and a new one whenever it fails with its database; until cancelled."""
    while True:
        try:
            runtime = await asyncio.to_thread(make)
            await run(runtime, concurrency=concurrency, started=started)
        except Exception as fault:  # noqa: BLE001 - a worker outlives its database's restart
            log.error("worker.lost", kind=type(fault).__name__)
        await asyncio.sleep(AGAIN_AFTER)


async def run(runtime: WorkerRuntime, *, concurrency: int, started: Callable[[], None] | None = None) -> None:
    """Work until cancelled or told to stop by signal.

    `concurrency` is each channel's share of talks; as many slots again serve lists, schedules and housekeeping.
    """
    runtime.share = concurrency
    places = concurrency * (len(runtime.partners or runtime.ready) + 1)
    app = async_app(runtime.office.store)
    tasks(app, runtime)
    async with app.open_async():
        if started is not None:
            started()
        beside = [asyncio.create_task(take_up(runtime)), asyncio.create_task(compare_for_ever(runtime.office))]
        try:
            await app.run_worker_async(
                concurrency=places,
                fetch_job_polling_interval=POLL,
                update_heartbeat_interval=HEARTBEAT,
                # A starting worker deletes the rows of such workers. Above DEAD_AFTER: jobs refer to the row, so that one
                # which was only slow could fetch no job without it.
                stalled_worker_timeout=DEAD_AFTER * 3,
                shutdown_graceful_timeout=GRACE,
                delete_jobs="successful",
                # The process around the worker handles signals, and cancels this task.
                install_signal_handlers=False,
            )
        finally:
            for task in beside:
                task.cancel()
            await runtime.close()
