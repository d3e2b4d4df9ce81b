"""A channel's shared row: rate, number in flight, breaker, pause; the same for all workers and the console."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from hub.registry.schema import Ask, ChannelState
from hub.registry.session import Transaction

# Setbacks in a row that open the breaker.
OPENS_AFTER = 5
FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=5)
PAUSE_LOOK = timedelta(minutes=15)
# What an ask waits for whose channel has as many calls under way as it may: the next call that ends wakes it.
BUSY = "channel_busy"
# Seconds after which the sweep picks up an ask that was not woken.
BUSY_LOOK = timedelta(seconds=2)


@dataclass(frozen=True)
class Wait:
    """Not now: what the ask waits for, and until when at the least."""

    reason: str
    until: datetime


def ensure(tx: Transaction, channels: list[str]) -> None:
    """Rows for new channels."""
    for channel in channels:
        known = {"channel": channel, "paused": False, "breaker": "closed", "failures": 0}
        tx.execute(insert(ChannelState).values(known).on_conflict_do_nothing())


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
    """Let a call out, or say what it waits for. `gap` is the time between calls at the channel's rate.

    A call that must wait for the rate gets its own place in the line (`slot_at`), so that a crowd returns one by one.
    """
    state = get(tx, ask.channel, lock=True)
    if state.paused:
        return Wait("channel_paused", moment + PAUSE_LOOK)
    if state.breaker == "open":
        if state.retry_at and state.retry_at > moment:
            return Wait("breaker", state.retry_at)
        if state.probing_until and state.probing_until > moment:
            return Wait("breaker", state.probing_until)
        state.probing_until = moment + lease
    if in_flight(tx, ask.channel, moment) >= concurrency:
        return Wait(BUSY, moment + BUSY_LOOK)
    place = _in_line(state, ask, moment, gap, burst)
    if place > moment:
        return Wait("rate", place)
    _leave(state, moment, gap, burst)
    ask.slot_at = None
    return None


def _in_line(state: ChannelState, ask: Ask, moment: datetime, gap: timedelta, burst: int) -> datetime:
    """When an ask may go. One whose place was taken by a talk under way goes to the end of the line."""
    if ask.slot_at is not None and ask.slot_at > moment:
        return ask.slot_at
    free = _soonest(state, moment, gap, burst)
    place = max(state.line_until or moment, free) if ask.slot_at is None or free > moment else moment
    if place > moment:
        ask.slot_at, state.line_until = place, place + gap
    return place


def _soonest(state: ChannelState, moment: datetime, gap: timedelta, burst: int) -> datetime:
    """When the rate allows the next call."""
    return max((state.next_free_at or moment) - gap * burst, moment)


def _leave(state: ChannelState, moment: datetime, gap: timedelta, burst: int) -> datetime:
    """Take the next place at the rate: the moment at which its call leaves."""
    at = _soonest(state, moment, gap, burst)
    state.next_free_at = max(state.next_free_at or moment, moment) + gap
    return at


def turn(tx: Transaction, channel: str, *, moment: datetime, gap: timedelta, burst: int) -> datetime:
    """Take the next place for a call of a talk or list that has begun: when it may leave. It need not stand in line."""
    return _leave(get(tx, channel, lock=True), moment, gap, burst)


def next_waiting(tx: Transaction, channel: str) -> Ask | None:
    """The ask that has waited longest for a call to end, locked; one that another worker wakes is skipped."""
    query = select(Ask).where(Ask.channel == channel, Ask.waits_for == BUSY).order_by(Ask.waits_until).limit(1)
    # Skip locked: whoever holds the ask is waking it already.
    return tx.scalar(query.with_for_update(skip_locked=True))


def went_well(tx: Transaction, channel: str, moment: datetime) -> bool:
    """Note a success; True when it closed an open breaker. Writes only when something changes."""
    # At most one write a second: this row is shared by all workers.
    stale = ChannelState.last_ok_at.is_(None) | (ChannelState.last_ok_at < moment - timedelta(seconds=1))
    open_before = tx.scalar(select(ChannelState.breaker).where(ChannelState.channel == channel)) == "open"
    tx.execute(
        update(ChannelState)
        .where(ChannelState.channel == channel)
        .where(or_(ChannelState.failures > 0, ChannelState.breaker != "closed", stale))
        .values(failures=0, breaker="closed", opened_at=None, retry_at=None, probing_until=None, last_ok_at=moment)
    )
    return open_before


def went_badly(tx: Transaction, channel: str, moment: datetime, what: str) -> bool:
    """Note a setback of the channel; True when the breaker opened, or opened again after a probe.

    Calls that were under way when it opened do not lengthen its rest.
    """
    state = get(tx, channel, lock=True)
    state.last_setback_at, state.last_setback = moment, what
    if state.breaker == "open" and state.probing_until is None:
        return False
    state.failures += 1
    if state.failures < OPENS_AFTER:
        return False
    # Doubles with each failed probe up to LONGEST_REST; 2^6 already exceeds it.
    rests = min(state.failures - OPENS_AFTER, 6)
    state.breaker, state.probing_until = "open", None
    state.opened_at = state.opened_at or moment
    state.retry_at = moment + min(FIRST_REST * 2**rests, LONGEST_REST)
    return True


def waiting(tx: Transaction, channel: str) -> list[Ask]:
    """Asks that wait for the channel to be resumed or to close its breaker, locked; one in a worker's hands is skipped.

    Such a one will read the channel's row after this transaction, and see by itself.
    """
    query = select(Ask).where(Ask.channel == channel, Ask.waits_for.in_(["channel_paused", "breaker"]))
    return list(tx.scalars(query.with_for_update(skip_locked=True)))
