"""Results of testing a channel's settings, leg by leg."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from hub.ports import new_id
from hub.registry.schema import ChannelProbe
from hub.registry.session import Transaction

# How long tests are kept.
KEPT = timedelta(days=30)


def keep_probe(
    tx: Transaction, channel: str, legs: Sequence[tuple[str, bool, str]], *, by_name: str, moment: datetime
) -> ChannelProbe:
    """Store a test; it passed only if every leg did."""
    answers = [{"leg": leg, "ok": ok, "text": text} for leg, ok, text in legs]
    # A test without a leg proves nothing.
    ok = bool(legs) and all(answer[1] for answer in legs)
    probe = ChannelProbe(id=new_id(), channel=channel, ok=ok, legs=answers, by_name=by_name, at=moment)
    tx.add(probe)
    return probe


def latest(tx: Transaction, channel: str) -> ChannelProbe | None:
    """The newest test of a channel."""
    query = select(ChannelProbe).where(ChannelProbe.channel == channel).order_by(ChannelProbe.at.desc()).limit(1)
    return tx.scalar(query)


def delete_old(tx: Transaction, before: datetime) -> None:
    """Drop old tests."""
    tx.execute(delete(ChannelProbe).where(ChannelProbe.at < before))
