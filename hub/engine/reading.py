"""Reads a partner's list to its end; whoever is killed over it, the next one goes on behind the last page."""

import asyncio
from datetime import datetime

from hub.channels.listing import pages
from hub.domain.facts import Setback
from hub.logs import logger
from hub.operations import syncing
from hub.ports import now
from hub.registry.schema import SyncRun

from .turns import turn
from .works import Envelope, Forbidden, Ready, Works

log = logger("sync")


async def read(
    works: Works,
    channel: str,
    verb: str,
    mode: str,
    by: str = "partnerhub",
    *,
    since: datetime | None = None,
    not_before: datetime | None = None,
) -> SyncRun | None:
    """One run; None when the channel cannot be read now. `since` is for a backfill, `not_before` see `syncing.begin`."""
    ready = works.ready.get(channel)
    if ready is None or not ready.partner.capability.can(verb):
        return None
    run = await asyncio.to_thread(syncing.begin, works.office, channel, verb, mode, by, since, not_before)
    if run is None:
        return None
    try:
        await _pages(works, ready, run)
    except (Setback, Forbidden) as error:
        code = error.code if isinstance(error, Setback) else "forbidden"
        log.warning("sync.failed", channel=channel, run=run.no, code=code)
        return await asyncio.to_thread(syncing.fail, works.office, run.no, code)
    found = await asyncio.to_thread(syncing.finish, works.office, run.no)
    log.info("sync.ended", channel=channel, run=run.no, outcome=found.outcome, facts=found.facts)
    return found


async def _pages(works: Works, ready: Ready, run: SyncRun) -> None:
    """One page is fetched while the one before it is kept: never more than two in memory, kept in their order."""
    key = f"{run.started_at:%Y%m%d%H%M%S}{run.no:010d}"
    listing = ready.partner.listing(
        run.verb, key=key, since=run.since, cursor=run.cursor, settings=ready.settings, now=now()
    )
    keeping: asyncio.Task[None] | None = None
    try:
        line = await asyncio.to_thread(works.line, ready)
        async for page in pages(line, Envelope(ready, key), listing, lambda: turn(works, ready)):
            if keeping is not None:
                await keeping
            keeping = asyncio.create_task(asyncio.to_thread(syncing.page, works.office, run.no, page))
    finally:
        if keeping is not None:
            await keeping
