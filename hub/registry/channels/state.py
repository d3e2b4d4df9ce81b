"""A channel's shared state: rate, calls in flight, pause. One row for all workers and the console."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from hub.registry.schema import Ask, ChannelState
from hub.registry.session import Transaction

# Resuming a channel wakes what waits for it; this later look is for asks that were missed.
PAUSE_LOOK = timedelta(minutes=15)
# Why an ask waits while its channel has as many calls under way as it may; the next call that ends wakes it.
BUSY = "channel_busy"
# After this the sweep may look at an ask that was not woken: its waker may have died.
BUSY_LOOK = timedelta(seconds=2)


@dataclass(frozen=True)
class Wait:
    """The call may not leave now: what it waits for, and until when at least."""

    reason: str
    until: datetime


def ensure(tx: Transaction, channels: list[str]) -> None:
    """Insert the rows of new channels."""
    for channel in channels:
        columns = {"channel": channel, "paused": False, "breaker": "closed", "failures": 0}
        tx.execute(insert(ChannelState).values(columns).on_conflict_do_nothing())


def get(tx: Transaction, channel: str, *, lock: bool = False) -> ChannelState:
    """The channel's row; `lock` serialises with all workers."""
    query = select(ChannelState).where(ChannelState.channel == channel)
    return tx.scalars(query.with_for_update() if lock else query).one()


def in_flight(tx: Transaction, channel: str, moment: datetime) -> int:
    """Calls under way on the channel, over the whole fleet."""
    query = select(func.count()).select_from(Ask).where(Ask.channel == channel, Ask.lease_until > moment)
    return tx.scalar(query) or 0


def admit(
    tx: Transaction, ask: Ask, *, moment: datetime, gap: timedelta, burst: int, concurrency: int, lease: timedelta
) -> Wait | None:
    """Admit a call, or say what it waits for. `gap` is the time between calls at the channel's rate.

    A call that must wait for the rate reserves a moment of its own (`slot_at`), so that a crowd comes back one by one.
    """
    state = get(tx, ask.channel, lock=True)
    if state.paused:
        return Wait("channel_paused", moment + PAUSE_LOOK)
    # One call at a time tries an open breaker: the lock above makes the first comer the probe, for one lease.
    if state.breaker == "open":
        if state.retry_at and state.retry_at > moment:
            return Wait("breaker", state.retry_at)
        if state.probing_until and state.probing_until > moment:
            return Wait("breaker", state.probing_until)
    # Counted by leases, not by a counter: a dead worker's calls drop out when their leases end.
    if in_flight(tx, ask.channel, moment) >= concurrency:
        return Wait(BUSY, moment + BUSY_LOOK)
    place = _in_line(state, ask, moment, gap, burst)
    if place > moment:
        return Wait("rate", place)
    # Only a call that leaves is the probe: one that waits for its place would hold the breaker open for a lease.
    if state.breaker == "open":
        state.probing_until = moment + lease
    _leave(state, moment, gap, burst)
    ask.slot_at = None
    return None


def _in_line(state: ChannelState, ask: Ask, moment: datetime, gap: timedelta, burst: int) -> datetime:
    """When an ask may go. One whose moment was taken by a talk under way goes to the end of the line."""
    if ask.slot_at is not None and ask.slot_at > moment:
        return ask.slot_at
    # `line_until` is the end of the line, `free` what the calls that have left allow: the later one counts.
    free = _soonest(state, moment, gap, burst)
    place = max(state.line_until or moment, free) if ask.slot_at is None or free > moment else moment
    if place > moment:
        ask.slot_at, state.line_until = place, place + gap
    return place


# The generic cell rate algorithm (ITU-T I.371): `next_free_at` is the theoretical arrival time of the next call, `gap` its
# increment, and `gap * burst` the tolerance by which calls may come early.
def _soonest(state: ChannelState, moment: datetime, gap: timedelta, burst: int) -> datetime:
    """When the rate allows the next call."""
    return max((state.next_free_at or moment) - gap * burst, moment)


def _leave(state: ChannelState, moment: datetime, gap: timedelta, burst: int) -> datetime:
    """Reserve the next moment at the rate."""
    at = _soonest(state, moment, gap, burst)
    state.next_free_at = max(state.next_free_at or moment, moment) + gap
    return at


def reserve_turn(tx: Transaction, channel: str, *, moment: datetime, gap: timedelta, burst: int) -> datetime:
    """Reserve the next moment for a call of a talk or list that has begun; it goes before the asks in line."""
    return _leave(get(tx, channel, lock=True), moment, gap, burst)


def next_waiting(tx: Transaction, channel: str) -> Ask | None:
    """The ask that has waited longest for a free call, locked; one that another worker is waking is skipped."""
    query = select(Ask).where(Ask.channel == channel, Ask.waits_for == BUSY).order_by(Ask.waits_until).limit(1)
    # Skip locked: the worker that holds the ask is waking it already. Waiting could deadlock, too: `admit` locks the
    # channel's row while it holds its ask, and whoever wakes may hold that row.
    return tx.scalar(query.with_for_update(skip_locked=True))


def waiting(tx: Transaction, channel: str) -> list[Ask]:
    """Asks that wait for the channel to be resumed or for its breaker, locked; those that a worker holds are skipped.

    A skipped one reads the channel's row after this transaction anyway, and sees the change.
    """
    query = select(Ask).where(Ask.channel == channel, Ask.waits_for.in_(["channel_paused", "breaker"]))
    return list(tx.scalars(query.with_for_update(skip_locked=True)))
