"""One step of one ask: begin, talk, settle. No transaction is open while the partner is called."""

import asyncio
from functools import partial
from itertools import count
from uuid import UUID

from hub.channels.reach import Forbidden
from hub.channels.talk import Outcome, Record, Talk
from hub.domain.refusals import Stale
from hub.engine.rate_limit import turn, until
from hub.engine.runtime import Envelope, WorkerRuntime
from hub.logs import logger
from hub.plugin import Request
from hub.registry.session import LostDatabase

from .begin import Begun, begin
from .settle import late_exchange, next_exchange, settle

# With rests of 0.5 to 2.5 s between them, 7.5 s in all: the database may be restarting.
SETTLE_TRIES = 6
log = logger("engine")


async def take_step(runtime: WorkerRuntime, ask_id: UUID) -> None:
    """Take an ask one step further. A repeated or late call does nothing."""
    begun = await asyncio.to_thread(begin, runtime, ask_id)
    if begun is None:
        return
    try:
        outcome = await _talked(runtime, begun)
    finally:
        runtime.leave(begun.ready.channel.key)
    log.info("talk.ended", ask=str(ask_id), verb=begun.verb, ending=outcome.ending, code=outcome.code)
    for left in reversed(range(SETTLE_TRIES)):
        try:
            await asyncio.to_thread(settle, runtime, begun, outcome)
            return
        except (LostDatabase, Stale):
            # Nothing was written: someone changed the customer meanwhile, or the connection broke. The partner's answer
            # exists only in this process, so it is not given up for that.
            if not left:
                raise
            await asyncio.sleep(0.5 * (SETTLE_TRIES - left))


async def _talked(runtime: WorkerRuntime, begun: Begun) -> Outcome:
    """Run the talk to its end; a forbidden address counts as a call that surely did not leave."""
    # Exchange 1 was marked by `begin`.
    numbers = count(2)

    async def mark(request: Request, last: Record) -> Record:
        no = next(numbers)
        marked = await asyncio.to_thread(next_exchange, runtime, begun, no, request, last)
        if isinstance(marked, Record):
            return marked
        await until(marked)
        return await asyncio.to_thread(late_exchange, runtime, begun, no, request)

    record = Record(begun.exchange_id.hex)
    try:
        line = await asyncio.to_thread(runtime.line, begun.ready)
    except Forbidden:
        return Outcome("busy", record, code="forbidden")
    tongue, again = Envelope(begun.ready, begun.key), partial(turn, runtime, begun.ready)
    final = begun.ready.channel.busy == "answer_stored"
    return await Talk(line, tongue, begun.conversation, begun.request, record, mark, again, final).run()
