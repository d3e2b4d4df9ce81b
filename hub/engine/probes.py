"""Tests of channels by a worker, stored for their pages."""

import asyncio

from hub.channels.probing import Probe
from hub.domain.facts import ProbeLeg
from hub.domain.privacy.redaction import redact
from hub.ports import now
from hub.registry.channels import probes
from hub.registry.channels import state as channel_state

from .runtime import Ready, WorkerRuntime


async def probe(runtime: WorkerRuntime, ready: Ready, by: str = "partnerhub") -> bool | None:
    """Test a channel with the settings in use; returns whether all legs passed, None if it is paused and was left alone."""
    key = ready.channel.key
    if await asyncio.to_thread(paused, runtime, key):
        return None
    # No transaction is open while the partner is called.
    legs = await Probe(ready.partner, ready.settings, ready.base_url, runtime.reach, now).run()
    return await asyncio.to_thread(_keep, runtime, key, legs, by)


def paused(runtime: WorkerRuntime, channel: str) -> bool:
    """Whether nothing may leave through the channel."""
    with runtime.office.store.transaction() as tx:
        return channel_state.get(tx, channel).paused


def _keep(runtime: WorkerRuntime, channel: str, legs: tuple[ProbeLeg, ...], by: str) -> bool:
    answers = [(leg.leg, leg.ok, redact(leg.text)) for leg in legs]
    with runtime.office.store.transaction() as tx:
        kept = probes.keep_probe(tx, channel, answers, by_name=by, moment=now())
        probes.delete_old(tx, now() - probes.KEPT)
        return kept.ok
