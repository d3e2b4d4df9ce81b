"""Callbacks at rest: kept before they are looked into, told apart by the partner's own number for them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError

from hub.ports import new_id
from hub.registry.schema import Callback
from hub.registry.session import Transaction
from hub.registry.vault import SYSTEM, Vault

# Messages of nobody knows whom, and bytes of them, kept for each channel and outcome: a flood fills no disk.
MOST_UNVERIFIED, MOST_BYTES = 1000, 8_000_000
VERIFIED = ("heard", "repeated", "contradicts")
AT_A_TIME = 1000


class HeardBefore(Exception):
    """Another message with the partner's same number was heard; this transaction is over."""


@dataclass(frozen=True)
class Raw:
    """A message as it came."""

    body: bytes
    headers: dict[str, str]


def keep(
    tx: Transaction, vault: Vault, channel: str, body: bytes, headers: Mapping[str, str], moment: datetime
) -> UUID:
    """Put a message away as it came, sealed; one whose every byte is known already only counts up."""
    digest = hashlib.sha256(body + json.dumps(sorted(headers.items())).encode()).digest()
    callback_id = new_id()
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
    same = made.on_conflict_do_update(index_elements=["channel", "digest"], set_={"times": Callback.times + 1})
    earlier: UUID = tx.execute(same.returning(Callback.id)).scalar_one()
    return earlier


def _place(callback_id: UUID) -> str:
    return f"callbacks.raw_sealed:{callback_id}"


def get(tx: Transaction, callback_id: UUID, *, lock: bool = False) -> Callback | None:
    """The message."""
    query = select(Callback).where(Callback.id == callback_id)
    return tx.scalar(query.with_for_update() if lock else query)


def raw(vault: Vault, callback: Callback) -> Raw:
    """The message as it came; raises Unreadable."""
    opened = json.loads(vault.open(SYSTEM, _place(callback.id), callback.raw_sealed))
    return Raw(opened["body"].encode("latin-1"), opened["headers"])


def hear(tx: Transaction, callback_id: UUID, event: str, said: bytes, facts: int, moment: datetime) -> bool:
    """Count a message as heard; False when this very one was. Raises HeardBefore for another with its number.

    Two copies at once wait for each other at the unique index: the second one finds the number taken.
    """
    settled = {"outcome": "heard", "event": event, "said": said, "facts": facts, "code": None, "settled_at": moment}
    query = update(Callback).where(Callback.id == callback_id, Callback.outcome.is_distinct_from("heard"))
    try:
        heard_before = tx.execute(
            query.values(settled).returning(Callback.id).execution_options(synchronize_session=False)
        )
    except IntegrityError:
        raise HeardBefore from None
    return heard_before.scalar_one_or_none() is not None


def heard(tx: Transaction, channel: str, event: str) -> Callback | None:
    """The message with the partner's number that was heard."""
    return tx.scalar(
        select(Callback).where(Callback.channel == channel, Callback.event == event, Callback.outcome == "heard")
    )


def settle(
    callback: Callback, outcome: str, moment: datetime, *, code: str = "", event: str | None = None, facts: int = 0
) -> None:
    """How it ended. What was heard once stays heard."""
    if callback.outcome != "heard":
        callback.outcome, callback.code, callback.settled_at = outcome, code or None, moment
        callback.event, callback.facts = event, facts


UNBOUNDED = text("""
DELETE FROM callbacks WHERE id IN (
    SELECT id FROM (
        SELECT id, row_number() OVER newest AS number, sum(size) OVER newest AS bytes FROM callbacks
        WHERE channel = :channel AND outcome = :outcome AND outcome IN ('forged', 'not_understood')
        WINDOW newest AS (ORDER BY id DESC)
    ) counted WHERE number > :most OR bytes > :most_bytes
)
""")


def bound(tx: Transaction, channel: str, outcome: str) -> None:
    """Keep the newest messages of an outcome that proves nothing: so many, and so many bytes."""
    limits = {"most": MOST_UNVERIFIED, "most_bytes": MOST_BYTES}
    tx.execute(UNBOUNDED, {"channel": channel, "outcome": outcome, **limits})


def forget(tx: Transaction, before: datetime) -> int:
    """Take away verified messages that came before a moment, some at a time; returns how many."""
    oldest_kept = UUID(int=int(before.timestamp() * 1000) << 80)  # ids begin with their moment
    old = select(Callback.id).where(Callback.outcome.in_(VERIFIED), Callback.id < oldest_kept)
    gone = delete(Callback).where(Callback.id.in_(old.order_by(Callback.id).limit(AT_A_TIME).scalar_subquery()))
    return len(tx.execute(gone.returning(Callback.id)).all())


def unsettled(tx: Transaction, before: datetime, limit: int = 50) -> list[UUID]:
    """Messages received before a moment that have no outcome: after a crash, or to be heard again."""
    query = select(Callback.id).where(Callback.outcome.is_(None), Callback.received_at < before)
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
    "bound",
    "forget",
    "get",
    "hear",
    "heard",
    "keep",
    "listed",
    "raw",
    "settle",
    "unsettled",
]
