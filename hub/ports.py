"""Time, randomness and ids: the only door to them, so that a day can be replayed."""

import hashlib
import random
import secrets
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from uuid_utils.compat import uuid7

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _system_now() -> datetime:
    return datetime.now(UTC)


_now: Callable[[], datetime] = _system_now
# The system's generator has no state of ours: processes forked from one do not draw alike.
_random = random.SystemRandom()


def now() -> datetime:
    """The present moment in UTC."""
    return _now()


def today() -> date:
    """The present day in Asia/Shanghai, in which deadlines are counted."""
    return _now().astimezone(SHANGHAI).date()


def set_clock(clock: Callable[[], datetime] | None) -> None:
    """Replace the clock (tests, simulations); None gives the system's back."""
    global _now
    _now = clock or _system_now


def new_id() -> uuid.UUID:
    """A new id that sorts by the moment at which it was made (UUID version 7), by this module's clock."""
    # Whole milliseconds: `first_id` counts in them, and must not come after an id of its own millisecond.
    return uuid7(nanoseconds=int(_now().timestamp() * 1000) * 1_000_000)


def first_id(moment: datetime) -> uuid.UUID:
    """A bound below every id that `new_id` makes from this moment on: an age becomes a range of the primary key."""
    # The first 48 bits of a version 7 id are milliseconds since 1970 (RFC 9562); the other 80 are zero here.
    return uuid.UUID(int=int(moment.timestamp() * 1000) << 80)


def new_ids() -> tuple[str, int]:
    """Ids for a statement that makes many rows: the text before their last 12 hex digits, and where those start.

    They sort like those of `new_id`, and among themselves in the order of counting.
    """
    first = new_id()
    # Counting starts below 2**46 in a field of 48 bits: it cannot overflow into the digits before.
    return str(first)[:24], first.int & ((1 << 46) - 1)


def new_token(size: int = 32) -> str:
    """A secret for a session or a one-time password: `size` random bytes, URL-safe."""
    return secrets.token_urlsafe(size)


def token_hash(token: str) -> bytes:
    """What is stored of a `new_token`: it is long and random, so that nobody finds it from its SHA-256."""
    return hashlib.sha256(token.encode()).digest()


def new_bytes(size: int) -> bytes:
    """Random bytes for keys and nonces."""
    return secrets.token_bytes(size)


def new_digits(length: int) -> str:
    """Random decimal digits, for serials that a partner wants as numbers."""
    return str(secrets.randbelow(10**length)).zfill(length)


def jitter(wait: timedelta, share: float = 0.2) -> timedelta:
    """`wait` lengthened by up to `share`, so that a crowd does not come back together."""
    return wait * (1 + _random.random() * share)
