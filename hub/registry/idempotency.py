"""The first answers to API calls, kept for repetitions of the call."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from hub.ports import now

from .schema import IdempotencyKey
from .session import Transaction

# After that the same key counts as a new call.
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True)
class Kept:
    """A caller's key, what it was used for, and the answer; `body` is sealed by the caller."""

    user_id: UUID
    key: str
    operation: str
    fingerprint: bytes
    status: int
    body: bytes


def claim(tx: Transaction, user_id: UUID, key: str) -> bool:
    """Lock the key until this transaction ends; False if another transaction holds it."""
    # 64 bits over caller and key: two of them practically never share a lock.
    lock = func.hashtextextended(f"idempotency {user_id} {key}", 0)
    # Tried, not awaited: a repetition that arrives while the first is under way is answered at once.
    return bool(tx.scalar(select(func.pg_try_advisory_xact_lock(lock))))


def kept(tx: Transaction, user_id: UUID, key: str) -> Kept | None:
    """The answer stored under this key; the caller's expired answers are deleted first."""
    # An expired answer must not be returned, and its key must be free again.
    tx.execute(delete(IdempotencyKey).where(IdempotencyKey.user_id == user_id, IdempotencyKey.at < now() - KEPT_FOR))
    stored = tx.get(IdempotencyKey, (user_id, key))
    if stored is None or stored.status is None or stored.body is None:
        return None
    return Kept(user_id, key, stored.operation, stored.fingerprint, stored.status, stored.body)


def expire(tx: Transaction) -> int:
    """Delete all callers' answers that were kept long enough, also of those who never come again; returns how many."""
    gone = delete(IdempotencyKey).where(IdempotencyKey.at < now() - KEPT_FOR).returning(IdempotencyKey.key)
    return len(tx.execute(gone).all())


def keep(tx: Transaction, answer: Kept) -> None:
    """Store an answer; the first one under a key stays."""
    columns = {
        "user_id": answer.user_id,
        "key": answer.key,
        "operation": answer.operation,
        "fingerprint": answer.fingerprint,
        "status": answer.status,
        "body": answer.body,
        "at": now(),
    }
    tx.execute(insert(IdempotencyKey).values(columns).on_conflict_do_nothing())
