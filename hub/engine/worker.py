"""A worker: carries asks, returns the jobs of dead workers, sweeps the ledger for asks without a job."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from procrastinate import App
from procrastinate.manager import JobManager

from hub.domain.staff.posts import HUB
from hub.logs import logger
from hub.operations.office import Office
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.session import LostDatabase

from . import callbacks, schedules
from .asks.step import carry
from .comparisons import compare_for_ever
from .probes import probe
from .queue import CARRY, async_app
from .runtime import SETTINGS_EVERY, Works
from .sealing import seal

HEARTBEAT = 3.0
"""Seconds between a worker's signs of life."""
DEAD_AFTER = 12.0
"""Seconds without one after which its jobs return to the queue."""
POLL = 0.5
"""Seconds between looks for jobs whose moment has come; new ones are notified at once."""
GRACE = 10.0
"""Seconds that running talks get when the worker is told to stop."""
SWEEP_AFTER = timedelta(seconds=10)
"""An ask whose moment passed this long ago has lost its job."""
AGAIN_AFTER = 1.0
"""Seconds before a worker that lost its database is started again."""
log = logger("engine")


def tasks(app: App, works: Works) -> None:
    """Enter the worker's tasks."""

    @app.task(name=CARRY, queue="asks")
    async def carry_ask(ask_id: str) -> None:
        await carry(works, UUID(ask_id))

    @app.periodic(cron="* * * * * */5")
    @app.task(name="return_stalled", queue="house", queueing_lock="return_stalled")
    async def return_stalled(timestamp: int) -> None:
        await stalled(app.job_manager)

    @app.periodic(cron="* * * * * */10")
    @app.task(name="sweep", queue="house", queueing_lock="sweep")
    async def sweep_ledger(timestamp: int) -> None:
        await asyncio.to_thread(sweep, works.office)

    @app.periodic(cron="* * * * * */5")
    @app.task(name="seal_audit", queue="house", queueing_lock="seal_audit")
    async def seal_audit(timestamp: int) -> None:
        await asyncio.to_thread(seal, works.office)

    @app.periodic(cron="0 */5 * * * *")
    @app.task(name="probe_channels", queue="house", queueing_lock="probe_channels")
    async def probe_channels(timestamp: int) -> None:
        for ready in list(works.ready.values()):
            await probe(works, ready)

    @app.periodic(cron="* * * * * */5")
    @app.task(name="hear_left", queue="house", queueing_lock="hear_left")
    async def hear_left(timestamp: int) -> None:
        await asyncio.to_thread(callbacks.hear_left, works)

    schedules.tasks(app, works)


async def stalled(jobs: JobManager) -> int:
    """Give the jobs of dead workers back to the queue; returns how many."""
    found = list(await jobs.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER))
    for job in found:
        assert job.id is not None
        await jobs.retry_job_by_id_async(job.id, retry_at=now())
        log.warning("job.returned", job=job.id, task=job.task_name)
    return len(found)


def sweep(office: Office) -> int:
    """Nudge asks that should have been looked at by now; returns how many (ADR 0002)."""
    with office.desk(HUB) as desk:
        late = ledger.overdue(desk.tx, now() - SWEEP_AFTER)
        for ask_id in late:
            desk.nudge(desk.tx, ask_id)
    if late:
        log.warning("asks.swept", count=len(late))
    return len(late)


async def take_up(works: Works) -> None:
    """Changed settings come into use without a restart; the database being away is not this task's trouble."""
    while works.partners:
        await asyncio.sleep(SETTINGS_EVERY.total_seconds())
        with contextlib.suppress(LostDatabase):
            await asyncio.to_thread(works.take_up)


async def keep(make: Callable[[], Works], *, concurrency: int, started: Callable[[], None] | None = None) -> None:
    """A worker, and another when it is lost with its database; until cancelled."""
    while True:
        try:
            works = await asyncio.to_thread(make)
            await run(works, concurrency=concurrency, started=started)
        except Exception as fault:  # noqa: BLE001 - a worker outlives its database's restart
            log.error("worker.lost", kind=type(fault).__name__)
        await asyncio.sleep(AGAIN_AFTER)


async def run(works: Works, *, concurrency: int, started: Callable[[], None] | None = None) -> None:
    """Work until cancelled or told to stop by signal.

    `concurrency` is each channel's share of talks; as many places again are there for lists, schedules and the house.
    """
    works.share = concurrency
    places = concurrency * (len(works.partners or works.ready) + 1)
    app = async_app(works.office.store)
    tasks(app, works)
    async with app.open_async():
        if started is not None:
            started()
        beside = [asyncio.create_task(take_up(works)), asyncio.create_task(compare_for_ever(works.office))]
        try:
            await app.run_worker_async(
                concurrency=places,
                fetch_job_polling_interval=POLL,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=DEAD_AFTER * 3,
                shutdown_graceful_timeout=GRACE,
                delete_jobs="successful",
                install_signal_handlers=False,
            )
        finally:
            for task in beside:
                task.cancel()
            await works.close()
