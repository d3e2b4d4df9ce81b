"""A channel's last days in figures: outcomes, reasons, ages of doubts, answer times; days are Beijing's."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import text

from hub.ports import SHANGHAI
from hub.registry.session import Transaction

OUTCOMES = """
SELECT (ended_at AT TIME ZONE 'Asia/Shanghai')::date AS day, state, coalesce(reason, 'other') AS reason, count(*) AS number
FROM asks WHERE channel = :channel AND subject_kind <> 'package' AND state IN ('live', 'refused')
  AND changed_at >= :since AND ended_at >= :since
GROUP BY 1, 2, 3
"""
ANSWERS = """
SELECT (e.marked_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*) AS calls,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY e.elapsed_ms) AS p50,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY e.elapsed_ms) AS p95, max(e.elapsed_ms) AS slowest
FROM exchanges e JOIN attempts t ON t.id = e.attempt_id JOIN asks a ON a.id = t.ask_id
WHERE a.channel = :channel AND e.marked_at >= :since AND e.sent = 'answered' AND e.elapsed_ms IS NOT NULL
GROUP BY 1
"""
DOUBTS = """
WITH unsure AS MATERIALIZED (
    SELECT ask_id, min(ended_at) AS began FROM attempts
    WHERE outcome IN ('unknown', 'forged', 'worker_lost') GROUP BY ask_id
), begun AS MATERIALIZED (
    SELECT coalesce(a.package_id, a.id) AS carrier, a.doubt_since, a.ended_at, a.changed_at,
           coalesce(u.began, a.doubt_since) AS began
    FROM asks a LEFT JOIN unsure u ON u.ask_id = coalesce(a.package_id, a.id)
    WHERE a.channel = :channel AND a.subject_kind <> 'package' AND (a.ended_at IS NULL OR a.changed_at >= :since)
      AND coalesce(u.began, a.doubt_since) IS NOT NULL
), spans AS MATERIALIZED (
    SELECT b.began, CASE WHEN b.doubt_since IS NOT NULL AND b.ended_at IS NULL THEN NULL ELSE coalesce(LEAST(b.ended_at,
        (SELECT min(t.ended_at) FROM attempts t WHERE t.ask_id = b.carrier AND t.outcome = 'answered'
            AND t.started_at > b.began)), b.changed_at) END AS over
    FROM begun b
), days AS (
    SELECT d::date AS day, d::date::timestamp AT TIME ZONE 'Asia/Shanghai' AS start,
           LEAST((d::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai', :now) AS finish
    FROM generate_series(CAST(:first AS date), CAST(:last AS date), interval '1 day') d
)
SELECT d.day, count(*) FILTER (WHERE s.over IS NULL OR s.over >= d.finish) AS open,
       max(extract(epoch FROM LEAST(coalesce(s.over, d.finish), d.finish) - s.began)) / 3600 AS oldest
FROM days d JOIN spans s ON s.began < d.finish AND (s.over IS NULL OR s.over >= d.start)
GROUP BY d.day
"""
"""A doubt begins with the first talk whose outcome is not known and ends with the first answered one behind it, or with
the ask. What the hub itself still holds in doubt is open."""
CALLS = """
SELECT count(*) FROM exchanges e JOIN attempts t ON t.id = e.attempt_id JOIN asks a ON a.id = t.ask_id
WHERE a.channel = :channel AND e.marked_at >= :since
"""


@dataclass
class Day:
    """One day; ages in hours, times in milliseconds, None where there was nothing to measure."""

    day: date
    live: int = 0
    refused: int = 0
    reasons: dict[str, int] = field(default_factory=dict)
    """Refusals by neutral reason."""
    doubts: int = 0
    """Open at the day's end, today: now."""
    oldest: float | None = None
    """How old the oldest doubt got on that day."""
    calls: int = 0
    p50: float | None = None
    p95: float | None = None
    slowest: int | None = None

    @property
    def share(self) -> float | None:
        """Of what was decided on the day, how much went well, in per cent."""
        decided = self.live + self.refused
        return round(100 * self.live / decided, 1) if decided else None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.live or self.refused or self.doubts or self.calls) and self.oldest is None


def by_day(tx: Transaction, channel: str, last: date, days: int, moment: datetime) -> list[Day]:
    """So many days up to a day, oldest first."""
    first = last - timedelta(days=days - 1)
    by_date = {first + timedelta(days=n): Day(first + timedelta(days=n)) for n in range(days)}
    values = {"channel": channel, "since": datetime.combine(first, time(), SHANGHAI), "now": moment}
    for figures in tx.execute(text(OUTCOMES), values):
        day = by_date.setdefault(figures.day, Day(figures.day))
        if figures.state == "live":
            day.live += figures.number
        else:
            day.refused += figures.number
            day.reasons[figures.reason] = day.reasons.get(figures.reason, 0) + figures.number
    for figures in tx.execute(text(ANSWERS), values):
        day = by_date.setdefault(figures.day, Day(figures.day))
        day.calls, day.p50, day.p95, day.slowest = figures.calls, figures.p50, figures.p95, figures.slowest
    for figures in tx.execute(text(DOUBTS), {**values, "first": first, "last": last}):
        by_date[figures.day].doubts, by_date[figures.day].oldest = figures.open, float(figures.oldest)
    return [by_date[day] for day in sorted(by_date)]


def calls_since(tx: Transaction, channel: str, since: datetime) -> int:
    """Calls about asks that left, or were about to, since a moment; lists and tests leave no marks."""
    return tx.scalar(text(CALLS), {"channel": channel, "since": since}) or 0
