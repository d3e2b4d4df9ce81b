"""Digests: a channel's days in figures, counted from the ledger in one statement."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from hub.ports import SHANGHAI
from hub.registry.schema import Digest
from hub.registry.session import Transaction

# A package's row without a `sent_at` of its own left with the package. Doubts are as of now, all else is of the days.
COUNTED = """
WITH rows AS (
    SELECT a.*, coalesce(a.sent_at, p.sent_at) AS left_at FROM asks a LEFT JOIN asks p ON p.id = a.package_id
    WHERE a.channel = :channel AND a.subject_kind <> 'package'
)
SELECT (SELECT count(*) FROM rows WHERE left_at >= :start AND left_at < :end) AS sent,
       (SELECT count(*) FROM rows WHERE state = 'done' AND ended_at >= :start AND ended_at < :end) AS live,
       (SELECT coalesce(jsonb_object_agg(reason, n), '{}') FROM (
            SELECT coalesce(reason, 'other') AS reason, count(*) AS n FROM rows
            WHERE state = 'refused' AND ended_at >= :start AND ended_at < :end GROUP BY 1) r) AS refused,
       (SELECT count(*) FROM rows WHERE doubt_since IS NOT NULL AND ended_at IS NULL) AS in_doubt,
       (SELECT min(doubt_since) FROM rows WHERE ended_at IS NULL) AS oldest_doubt_at,
       (SELECT count(*) FROM differences WHERE channel = :channel AND found_at < :end
            AND (closed_at IS NULL OR closed_at >= :end)) AS differences
"""


def last_day(tx: Transaction, channel: str) -> date | None:
    """The last day that a digest of the channel covers."""
    return tx.scalar(select(func.max(Digest.day)).where(Digest.channel == channel))


def write(tx: Transaction, channel: str, first_day: date, day: date, moment: datetime, *, made_up: bool) -> None:
    """Count and store the digest of some days; an existing one stays as it is."""
    # Half-open, so that no moment falls between two days or into both.
    start = datetime.combine(first_day, time(), SHANGHAI)
    end = datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
    counted = tx.execute(text(COUNTED), {"channel": channel, "start": start, "end": end}).one()
    values = {"channel": channel, "day": day, "first_day": first_day, "made_up": made_up, "made_at": moment}
    tx.execute(insert(Digest).values({**values, **counted._mapping}).on_conflict_do_nothing())


def listed(tx: Transaction, channel: str | None = None, limit: int = 50) -> list[Digest]:
    """Digests, newest first."""
    query = select(Digest).order_by(Digest.day.desc(), Digest.channel).limit(limit)
    return list(tx.scalars(query if channel is None else query.where(Digest.channel == channel)))
