"""A channel's figures by day (Beijing): how asks ended, how long doubts and answers took; and the kept digests."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert

from .schema import Digest
from .session import Transaction

DAY = "CAST({0} AT TIME ZONE 'Asia/Shanghai' AS date)"
ENDED = f"""
SELECT {DAY.format("ended_at")} AS day, state, coalesce(reason, '') AS reason, count(*) AS number
FROM asks WHERE channel = :channel AND ended_at >= :since AND verb <> 'deliver_agreements'
GROUP BY 1, 2, 3
"""
ANSWERS = f"""
SELECT {DAY.format("e.marked_at")} AS day, count(*) AS number,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY e.elapsed_ms) AS p50,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY e.elapsed_ms) AS p95
FROM exchanges e JOIN attempts t ON t.id = e.attempt_id JOIN asks a ON a.id = t.ask_id
WHERE a.channel = :channel AND e.marked_at >= :since AND e.elapsed_ms IS NOT NULL
GROUP BY 1
"""
DOUBTS = f"""
WITH first AS (
    SELECT t.ask_id, min(t.ended_at) AS since FROM attempts t JOIN asks a ON a.id = t.ask_id
    WHERE a.channel = :channel AND t.outcome IN ('unknown', 'forged', 'worker_lost') AND t.ended_at >= :since
    GROUP BY 1
)
SELECT {DAY.format("f.since")} AS day, count(*) AS number,
       max(extract(epoch FROM coalesce(a.ended_at, :moment) - f.since)) / 3600 AS hours
FROM first f JOIN asks a ON a.id = f.ask_id GROUP BY 1
"""
OPEN = """
SELECT count(*) FILTER (WHERE state IN ('in_doubt', 'asked', 'person')) AS in_doubt,
       max(extract(epoch FROM CAST(:moment AS timestamptz) - doubt_since)) FILTER (
           WHERE state IN ('in_doubt', 'asked', 'person')) / 3600 AS oldest
FROM asks WHERE channel = :channel AND ended_at IS NULL
"""
DIFFERENT = "SELECT count(*) FROM differences WHERE channel = :channel AND closed_at IS NULL"


def ended(tx: Transaction, channel: str, since: datetime) -> list[Any]:
    """(day, state, reason, number) of asks that ended."""
    return list(tx.execute(text(ENDED), {"channel": channel, "since": since}))


def answers(tx: Transaction, channel: str, since: datetime) -> list[Any]:
    """(day, number, p50, p95) of answer times in milliseconds."""
    return list(tx.execute(text(ANSWERS), {"channel": channel, "since": since}))


def doubts(tx: Transaction, channel: str, since: datetime, moment: datetime) -> list[Any]:
    """(day, number, hours of the longest) of asks whose outcome was not known for a while."""
    return list(tx.execute(text(DOUBTS), {"channel": channel, "since": since, "moment": moment}))


def standing(tx: Transaction, channel: str, moment: datetime) -> tuple[int, float, int]:
    """How many asks are in doubt now, the hours of the oldest, how many differences stand open."""
    row = tx.execute(text(OPEN), {"channel": channel, "moment": moment}).one()
    different = tx.execute(text(DIFFERENT), {"channel": channel}).scalar_one()
    return int(row.in_doubt), float(row.oldest or 0.0), int(different)


def keep_digest(tx: Transaction, channel: str, day: date, figures: dict[str, Any], moment: datetime) -> None:
    """Keep a day's digest; a second one of the same day changes nothing."""
    row = {"channel": channel, "day": day, "figures": figures, "made_at": moment}
    tx.execute(insert(Digest).values(row).on_conflict_do_nothing())


def last_digest(tx: Transaction, channel: str) -> date | None:
    """The day of the newest digest."""
    return tx.scalar(select(func.max(Digest.day)).where(Digest.channel == channel))


def digests(tx: Transaction, channel: str, limit: int) -> list[Digest]:
    """The newest digests."""
    return list(tx.scalars(select(Digest).where(Digest.channel == channel).order_by(Digest.day.desc()).limit(limit)))
