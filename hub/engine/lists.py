"""Reads a partner's list to its end and compares. If the reader is killed, the next one continues after the last page."""

import asyncio
from datetime import datetime

from hub.channels.listing import pages
from hub.domain.capabilities import ASKS_DEVICE
from hub.domain.facts import AWAY, Busy, Setback
from hub.domain.reconciliation.cursors import BadCursor
from hub.logs import logger
from hub.operations.reconciliation import full_comparison, list_runs
from hub.operations.reconciliation.list_runs import Held, Overtaken
from hub.ports import now
from hub.registry.channels.schedules import SKIPPED
from hub.registry.schema import ListRun

from .device_queries import ask_about
from .rate_limit import turn
from .runtime import Envelope, Forbidden, Ready, WorkerRuntime

log = logger("sync")


async def read(
    runtime: WorkerRuntime,
    channel: str,
    verb: str,
    mode: str,
    by: str = "partnerhub",
    *,
    since: datetime | None = None,
    not_before: datetime | None = None,
) -> ListRun | None:
    """One run; None if the channel cannot be read now. `since` is for a backfill; `not_before`: see `list_runs.begin`."""
    ready = runtime.ready.get(channel)
    if ready is None or not ready.partner.capability.can(verb):
        return None
    begun = await asyncio.to_thread(list_runs.begin, runtime.office, channel, verb, mode, by, since, not_before)
    if begun is None:
        return None
    run, held = begun
    try:
        finished = await _carried_through(runtime, ready, run, held)
    except Overtaken:
        log.warning("sync.overtaken", channel=channel, run=run.no)
        run.outcome, run.code = SKIPPED, "overtaken"
        return run
    log.info("sync.ended", channel=channel, run=run.no, outcome=finished.outcome, facts=finished.facts)
    return finished


async def _carried_through(runtime: WorkerRuntime, ready: Ready, run: ListRun, held: Held) -> ListRun:
    """Read the pages, then act on the list. Raises Overtaken; a bug of ours is recorded with the run and raised."""
    try:
        if run.finished_at is None:
            held = await _pages(runtime, ready, run, held)
        return await _acted_on(runtime, ready, run, held)
    except (Setback, Forbidden, BadCursor) as error:
        code = (
            error.code if isinstance(error, Setback) else "forbidden" if isinstance(error, Forbidden) else "bad_cursor"
        )
        log.warning("sync.failed", channel=run.channel, run=run.no, code=code)
        # Busy or unreachable says nothing about the list; anything else may fail again at the same page.
        poisoned = not (isinstance(error, Busy) or code in AWAY)
        return await asyncio.to_thread(list_runs.fail, runtime.office, held, code, poisoned=poisoned)
    except Overtaken:
        raise
    except Exception:
        await asyncio.to_thread(list_runs.fail, runtime.office, held, "fault")
        raise


async def _acted_on(runtime: WorkerRuntime, ready: Ready, run: ListRun, held: Held) -> ListRun:
    """Act on a list that was read to its end: brake, queries, comparison. Raises Overtaken."""
    judged = await asyncio.to_thread(list_runs.judge, runtime.office, held, ready.brakes)
    if judged.outcome is not None:
        return judged
    if ready.partner.capability.can(ASKS_DEVICE):
        await ask_about(runtime, ready, run)
    compare = full_comparison.compare_rest if judged.first else full_comparison.compare_all
    await asyncio.to_thread(compare, runtime.office, run.channel, run.verb, held)
    return await asyncio.to_thread(list_runs.finish, runtime.office, held)


def key_of(run: ListRun) -> str:
    """Our serial for a run's messages: the same for every reader that continues the run."""
    return f"{run.started_at:%Y%m%d%H%M%S}{run.no:010d}"


async def _pages(runtime: WorkerRuntime, ready: Ready, run: ListRun, held: Held) -> Held:
    """Fetch one page while the previous one is stored: at most two in memory, stored in order."""
    key = key_of(run)
    listing = ready.partner.listing(
        run.verb, key=key, since=run.since, cursor=held.cursor.text, settings=ready.settings, now=now()
    )
    keeping: asyncio.Task[Held] | None = None
    try:
        line = await asyncio.to_thread(runtime.line, ready)
        async for page in pages(line, Envelope(ready, key), listing, lambda: turn(runtime, ready)):
            # Awaited before the next page is handed over: pages are stored in order, each with the cursor behind it.
            if keeping is not None:
                held = await keeping
            keeping = asyncio.create_task(asyncio.to_thread(list_runs.page, runtime.office, held, page))
    finally:
        # Also after a failure: a page that was fetched is stored, and the next run continues behind it.
        if keeping is not None:
            held = await keeping
    return held
