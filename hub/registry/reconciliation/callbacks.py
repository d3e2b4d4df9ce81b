"""Stored callbacks: kept before they are verified, deduplicated by the partner's own event number."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from hub.ports import first_id, new_id
from hub.registry.schema import UNVERIFIED, Callback
from hub.registry.session import Transaction
from hub.registry.vault import SYSTEM, Vault

# Unverified messages, and bytes of them, kept for each channel and outcome, so that a flood cannot fill the disk.
MOST_UNVERIFIED, MOST_BYTES = 1000, 8_000_000
# Outcomes of messages that the plugin verified: kept by age, where the others are kept by number and size.
VERIFIED = ("heard", "repeated", "contradicts")
# Rows in one deletion, so that it stays short.
AT_A_TIME = 1000


class HeardBefore(Exception):
    """A message with the same number by the partner was heard already; this transaction must be rolled back."""


@dataclass(frozen=True)
class Raw:
    """A message as it came."""

    body: bytes
    headers: dict[str, str]


def keep(
    tx: Transaction, vault: Vault, channel: str, body: bytes, headers: Mapping[str, str], moment: datetime
) -> UUID:
    """Store a message as it came, sealed; one that equals a stored one byte for byte only raises its count."""
    # With the headers, which plugins verify too.
    digest = hashlib.sha256(body + json.dumps(sorted(headers.items())).encode()).digest()
    callback_id = new_id()
    # Latin-1 maps each byte to one character and back, so that any bytes survive JSON.
    raw = json.dumps({"headers": dict(headers), "body": body.decode("latin-1")})
    made = insert(Callback).values(
        id=callback_id,
        channel=channel,
        received_at=moment,
        raw_sealed=vault.seal(SYSTEM, _place(callback_id), raw),
        digest=digest,
        size=len(body),
        facts=0,
        times=1,
    )
    # One statement for both cases: two copies that arrive at once meet at the unique index, and neither fails.
    same = made.on_conflict_do_update(index_elements=["channel", "digest"], set_={"times": Callback.times + 1})
    kept_id: UUID = tx.execute(same.returning(Callback.id)).scalar_one()
    return kept_id


def _place(callback_id: UUID) -> str:
    return f"callbacks.raw_sealed:{callback_id}"


def get(tx: Transaction, callback_id: UUID, *, lock: bool = False) -> Callback | None:
    """The message."""
    query = select(Callback).where(Callback.id == callback_id)
    return tx.scalar(query.with_for_update() if lock else query)


def raw(vault: Vault, callback: Callback) -> Raw:
    """The message as it came; raises Unreadable."""
    stored = json.loads(vault.open(SYSTEM, _place(callback.id), callback.raw_sealed))
    return Raw(stored["body"].encode("latin-1"), stored["headers"])


def mark_heard(tx: Transaction, callback_id: UUID, event: str, said: bytes, facts: int, moment: datetime) -> bool:
    """Mark a message as heard; False if it was already. Raises HeardBefore if another with its number was.

    Two copies at once meet at the unique index: the second waits, then finds the number taken.
    """
    settled = {"outcome": "heard", "event": event, "said": said, "facts": facts, "code": None, "settled_at": moment}
    # IS DISTINCT FROM: `<>` would leave out the messages that have no outcome yet (NULL).
    query = update(Callback).where(Callback.id == callback_id, Callback.outcome.is_distinct_from("heard"))
    try:
        settled_now = tx.execute(
            query.values(settled).returning(Callback.id).execution_options(synchronize_session=False)
        )
    except IntegrityError:
        # uq_callbacks_event: of each number one message is heard.
        raise HeardBefore from None
    return settled_now.scalar_one_or_none() is not None


def heard(tx: Transaction, channel: str, event: str) -> Callback | None:
    """The message with the partner's number that was heard."""
    return tx.scalar(
        select(Callback).where(Callback.channel == channel, Callback.event == event, Callback.outcome == "heard")
    )


def settle(
    callback: Callback, outcome: str, moment: datetime, *, code: str = "", event: str | None = None, facts: int = 0
) -> None:
    """Record a message's outcome. What was heard stays heard."""
    if callback.outcome != "heard":
        callback.outcome, callback.code, callback.settled_at = outcome, code or None, moment
        callback.event, callback.facts = event, facts


# Count and bytes are summed up from the newest, so that the oldest exceed the limits.
UNBOUNDED = text(f"""
DELETE FROM callbacks WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER newest AS number, sum(size) OVER newest AS bytes FROM callbacks
        WHERE channel = :channel AND outcome = :outcome AND {UNVERIFIED}
        WINDOW newest AS (ORDER BY id DESC)
    ) counted WHERE number > :most OR bytes > :most_bytes
)
""")


def delete_surplus(tx: Transaction, channel: str, outcome: str) -> None:
    """Delete all but the newest messages of an outcome that proves nothing: at most MOST_UNVERIFIED of them, and MOST_BYTES."""
    limits = {"most": MOST_UNVERIFIED, "most_bytes": MOST_BYTES}
    tx.execute(UNBOUNDED, {"channel": channel, "outcome": outcome, **limits})


def delete_old(tx: Transaction, before: datetime) -> int:
    """Delete verified messages received before a moment, a batch at a time; returns how many."""
    # Ids are UUIDv7: an age is a bound on the primary key.
    oldest_kept = first_id(before)
    old = select(Callback.id).where(Callback.outcome.in_(VERIFIED), Callback.id < oldest_kept)
    gone = delete(Callback).where(Callback.id.in_(old.order_by(Callback.id).limit(AT_A_TIME).scalar_subquery()))
    return len(tx.execute(gone.returning(Callback.id)).all())


def unsettled(tx: Transaction, channels: Collection[str], before: datetime, limit: int = 50) -> list[UUID]:
    """Messages received before a moment and without an outcome: after a crash, or because a person wants them heard again."""
    query = select(Callback.id).where(Callback.outcome.is_(None), Callback.received_at < before)
    query = query.where(Callback.channel.in_(channels))
    return list(tx.scalars(query.order_by(Callback.received_at).limit(limit)))


def listed(tx: Transaction, channel: str, outcomes: Sequence[str], after: UUID | None, limit: int) -> list[Callback]:
    """A channel's messages, newest first; `after` is the last id of the page before."""
    query = select(Callback).where(Callback.channel == channel)
    if outcomes:
        query = query.where(Callback.outcome.in_(outcomes))
    if after is not None:
        query = query.where(Callback.id < after)
    return list(tx.scalars(query.order_by(Callback.id.desc()).limit(limit)))


__all__ = [
    "HeardBefore",
    "Raw",
    "delete_old",
    "delete_surplus",
    "get",
    "heard",
    "keep",
    "listed",
    "mark_heard",
    "raw",
    "settle",
    "unsettled",
]
