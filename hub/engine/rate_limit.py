"""A call's turn at the channel's rate: reserved in a short transaction, awaited outside any."""

import asyncio
from datetime import datetime

from hub.channels.limits import BURST
from hub.ports import now
from hub.registry.channels import state as channel_state
from hub.registry.session import Transaction

from .runtime import Ready, WorkerRuntime


def take(tx: Transaction, ready: Ready) -> datetime:
    """Take the next turn; returns when the call may leave."""
    # The clock is read after the lock: waiting for the row may have taken time.
    channel_state.get(tx, ready.channel.key, lock=True)
    return channel_state.reserve_turn(tx, ready.channel.key, moment=now(), gap=ready.gap, burst=BURST)


def _take(runtime: WorkerRuntime, ready: Ready) -> datetime:
    with runtime.office.store.transaction() as tx:
        return take(tx, ready)


async def turn(runtime: WorkerRuntime, ready: Ready) -> None:
    """Take the next turn and wait for it."""
    await until(await asyncio.to_thread(_take, runtime, ready))


async def until(moment: datetime) -> None:
    """Wait for a moment."""
    await asyncio.sleep(max((moment - now()).total_seconds(), 0))
