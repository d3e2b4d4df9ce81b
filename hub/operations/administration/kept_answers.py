"""First answers to API calls, kept for a time so that a repeated call gets the same one."""

from hub.operations.desk import Desk
from hub.registry import idempotency


def expire(desk: Desk) -> int:
    """The hub's periodic step: delete answers that were kept long enough; returns how many."""
    return idempotency.expire(desk.tx)
