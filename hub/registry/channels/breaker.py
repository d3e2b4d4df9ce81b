"""The circuit breaker of a channel, shared by all workers: opened by setbacks in a row, closed by a success."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from hub.registry.schema import ChannelState
from hub.registry.session import Transaction

from .state import get

# Setbacks in a row that open the breaker (own convention): one may be chance, five are an outage.
OPENS_AFTER = 5
FIRST_REST = timedelta(seconds=5)
LONGEST_REST = timedelta(minutes=5)


def record_success(tx: Transaction, channel: str, moment: datetime) -> bool:
    """Record a success; True if it closed an open breaker. Writes only on a change, because the row is everybody's."""
    # At most once a second, or every call of the fleet would wait for this one row.
    stale = ChannelState.last_ok_at.is_(None) | (ChannelState.last_ok_at < moment - timedelta(seconds=1))
    # Read without a lock: two successes may both say that they closed it, and what waits is merely woken twice.
    open_before = tx.scalar(select(ChannelState.breaker).where(ChannelState.channel == channel)) == "open"
    tx.execute(
        update(ChannelState)
        .where(ChannelState.channel == channel)
        .where(or_(ChannelState.failures > 0, ChannelState.breaker != "closed", stale))
        .values(failures=0, breaker="closed", opened_at=None, retry_at=None, probing_until=None, last_ok_at=moment)
    )
    return open_before


def record_setback(tx: Transaction, channel: str, moment: datetime, what: str) -> bool:
    """Record a setback; True if the breaker opened, or opened again after a probe.

    Calls that were under way when it opened do not prolong it.
    """
    state = get(tx, channel, lock=True)
    state.last_setback_at, state.last_setback = moment, what
    # Left before the breaker opened: known already.
    if state.breaker == "open" and state.probing_until is None:
        return False
    state.failures += 1
    if state.failures < OPENS_AFTER:
        return False
    # 5 s, 10 s, 20 s … up to LONGEST_REST; the exponent is capped before the product is.
    rests = min(state.failures - OPENS_AFTER, 6)
    state.breaker, state.probing_until = "open", None
    # Kept while probes fail: since when the channel has been down.
    state.opened_at = state.opened_at or moment
    state.retry_at = moment + min(FIRST_REST * 2**rests, LONGEST_REST)
    return True
