"""Queries a carrier, one by one, about what two of its lists did not show, before anything of ours ends (R7.7, R11.2)."""

import asyncio
from typing import Any

from hub.channels.listing import content_of
from hub.domain.capabilities import ASKS_DEVICE
from hub.domain.facts import AWAY, Busy, Fact, Refused, Setback
from hub.logs import logger
from hub.operations.reconciliation import full_comparison
from hub.ports import now
from hub.registry.carriers.devices import Missing
from hub.registry.schema import ListRun

from .rate_limit import turn
from .runtime import Envelope, Forbidden, Ready, WorkerRuntime

log = logger("sync")


async def ask_about(runtime: WorkerRuntime, ready: Ready, run: ListRun) -> None:
    """Query what is missing, at the channel's rate. What the carrier does not answer waits for the next list."""
    missing = await asyncio.to_thread(full_comparison.to_ask, runtime.office, run.channel, run.verb)
    held = gone = 0
    for number, missed in enumerate(missing):
        if number:
            await asyncio.sleep(ready.gap.total_seconds())
        try:
            facts = await _answer(runtime, ready, f"{now():%Y%m%d%H%M%S}{run.no:06d}{number:04d}", missed)
        except (Setback, Forbidden) as error:
            code = getattr(error, "code", "forbidden")
            log.warning("sync.unanswered", channel=run.channel, run=run.no, code=code)
            # The carrier is away as a whole: the remaining queries would fail alike.
            if isinstance(error, Busy | Forbidden) or code in AWAY:
                return
            continue
        still = await asyncio.to_thread(full_comparison.answered, runtime.office, run.channel, missed, facts)
        held, gone = held + still, gone + (not still)
    if missing:
        log.info("sync.asked", channel=run.channel, run=run.no, held=held, gone=gone)


# `key` has 24 digits like a list's own serial (`lists.key_of`): moment, run, place within the run.
async def _answer(runtime: WorkerRuntime, ready: Ready, key: str, asked: Missing) -> tuple[Fact, ...]:
    """The carrier's facts about one number. Raises Setbacks."""
    device = asked.number if asked.kind == "device" else ""
    agreement = asked.number if asked.kind == "agreement" else asked.agreement_no
    named: dict[str, Any] = {"agreement_no": agreement, "device_no": device, "settings": ready.settings}
    talk = ready.partner.talk(ASKS_DEVICE, key=key, now=now(), **named)
    try:
        step = next(talk)
        while True:
            try:
                line = await asyncio.to_thread(runtime.line, ready)
                content = await content_of(line, Envelope(ready, key), step, lambda: turn(runtime, ready))
            except Refused as no:
                # "No such number" may come as a refusal: only the plugin can tell.
                step = talk.throw(no)
            else:
                step = talk.send(content)
    except StopIteration as end:
        return tuple(fact for fact in end.value or () if isinstance(fact, Fact))
    finally:
        talk.close()
