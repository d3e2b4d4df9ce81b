"""Compares what messages named, in a worker, a moment after they were received."""

import asyncio

from hub.domain.refusals import Stale
from hub.logs import logger
from hub.operations.office import Office
from hub.operations.reconciliation.marked import compare_marks
from hub.registry.session import LostDatabase

log = logger("compare")
# Seconds between looks; a batch that was full is followed by the next one at once.
EVERY = 0.2


async def compare_for_ever(office: Office) -> None:
    """Compare until cancelled; an outage of the database does not end it. Several workers may do so side by side."""
    while True:
        taken = 0
        try:
            taken = await asyncio.to_thread(compare_marks, office)
        except (LostDatabase, Stale):
            # Nothing was committed, so the marks are still there for the next look.
            await asyncio.sleep(EVERY)
        except Exception as fault:  # noqa: BLE001 - one fault must not end all comparing without a trace
            log.error("compare.stopped", kind=type(fault).__name__)
        if not taken:
            await asyncio.sleep(EVERY)


__all__ = ["compare_for_ever"]
