"""The first answers to API calls, which are kept for repeats for a time."""

from hub.operations.desk import Desk
from hub.registry import idempotency


def expire(desk: Desk) -> int:
    """The hub's periodic step: delete answers that were kept long enough; returns how many."""
    return idempotency.expire(desk.tx)
