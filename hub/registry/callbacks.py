"""Callbacks at rest: kept before they are looked into, told apart by the partner's own number for them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, select

from hub.ports import new_id

from .schema import Callback
from .session import Transaction
from .vault import SYSTEM, Vault

FORGED_KEPT = 1000
"""Messages of nobody knows whom that are kept for each channel; whoever floods the door fills no disk."""


def keep(
    tx: Transaction, vault: Vault, channel: str, body: bytes, headers: Mapping[str, str], moment: datetime
) -> UUID:
    """Put a message away as it came, sealed; one whose every byte is known already only counts up."""
    digest = hashlib.sha256(body + json.dumps(sorted(headers.items())).encode()).digest()
    known = select(Callback).where(Callback.channel == channel, Callback.digest == digest).limit(1)
    same = tx.scalar(known.with_for_update())
    if same is not None:
        same.times += 1
        return same.id
    callback_id = new_id()
    raw = json.dumps({"headers": dict(headers), "body": body.decode("latin-1")})
    sealed = vault.seal(SYSTEM, f"callbacks.raw_sealed:{callback_id}", raw)
    tx.add(Callback(id=callback_id, channel=channel, received_at=moment, raw_sealed=sealed, digest=digest))
    return callback_id


def get(tx: Transaction, callback_id: UUID) -> Callback:
    """The message, locked."""
    return tx.scalars(select(Callback).where(Callback.id == callback_id).with_for_update()).one()


def heard(tx: Transaction, channel: str, event: str) -> bool:
    """Whether the partner's message with this number was heard before."""
    query = select(Callback.id).where(Callback.channel == channel, Callback.event == event, Callback.outcome == "heard")
    return tx.scalar(query) is not None


def settle(callback: Callback, outcome: str, moment: datetime, *, code: str = "", facts: int = 0) -> None:
    """How it ended. What was heard once stays heard."""
    if callback.outcome != "heard":
        callback.outcome, callback.code, callback.facts, callback.settled_at = outcome, code or None, facts, moment


def forget_forged(tx: Transaction, channel: str) -> None:
    """Keep the newest forged messages only."""
    count = tx.scalar(
        select(func.count()).select_from(Callback).where(Callback.channel == channel, Callback.outcome == "forged")
    )
    if (count or 0) <= FORGED_KEPT:
        return
    newest = (
        select(Callback.id)
        .where(Callback.channel == channel, Callback.outcome == "forged")
        .order_by(Callback.received_at.desc())
        .limit(FORGED_KEPT // 2)
    )
    tx.execute(
        delete(Callback).where(
            Callback.channel == channel, Callback.outcome == "forged", Callback.id.not_in(newest.scalar_subquery())
        )
    )


def one_at_a_time(tx: Transaction, channel: str, event: str) -> None:
    """Two copies of one message wait for each other."""
    tx.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(f"{channel} {event}", 0))))


__all__ = ["forget_forged", "get", "heard", "keep", "one_at_a_time", "settle"]
