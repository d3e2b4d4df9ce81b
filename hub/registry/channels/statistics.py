"""A channel's last days in figures: outcomes, reasons, ages of doubts, answer times. Days are Beijing days."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import text

from hub.domain.states import UNSURE_OUTCOMES, AskState
from hub.ports import SHANGHAI
from hub.registry.schema.base import sql_list
from hub.registry.session import Transaction

# `changed_at` is named so that ix_asks_channel_state serves: what ended since a moment was not last changed before it.
OUTCOMES = f"""
SELECT (ended_at AT TIME ZONE 'Asia/Shanghai')::date AS day, state, coalesce(reason, 'other') AS reason, count(*) AS number
FROM asks WHERE channel = :channel AND subject_kind <> 'package' AND state IN {sql_list((AskState.DONE, AskState.REFUSED))}
  AND changed_at >= :since AND ended_at >= :since
GROUP BY 1, 2, 3
"""
# Lists and tests leave no exchange, so these are the calls about asks alone.
ANSWERS = """
SELECT (e.marked_at AT TIME ZONE 'Asia/Shanghai')::date AS day, count(*) AS calls,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY e.elapsed_ms) AS p50,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY e.elapsed_ms) AS p95, max(e.elapsed_ms) AS slowest
FROM exchanges e JOIN attempts t ON t.id = e.attempt_id JOIN asks a ON a.id = t.ask_id
WHERE a.channel = :channel AND e.marked_at >= :since AND e.sent = 'answered' AND e.elapsed_ms IS NOT NULL
GROUP BY 1
"""
# A doubt begins with the first talk whose outcome is unknown and ends with the first answered talk after it, or with the
# ask. MATERIALIZED: otherwise the planner repeats the scan of attempts for each day.
DOUBTS = f"""
WITH unsure AS MATERIALIZED (
    SELECT ask_id, min(ended_at) AS began FROM attempts
    WHERE outcome IN {sql_list(UNSURE_OUTCOMES)} GROUP BY ask_id
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
CALLS = """
SELECT count(*) FROM exchanges e JOIN attempts t ON t.id = e.attempt_id JOIN asks a ON a.id = t.ask_id
WHERE a.channel = :channel AND e.marked_at >= :since
"""


@dataclass
class Day:
    """One day. Ages in hours, times in milliseconds; None where there was nothing to measure."""

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
        """Per cent of the day's decisions that went well."""
        decided = self.live + self.refused
        return round(100 * self.live / decided, 1) if decided else None

    @property
    def empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.live or self.refused or self.doubts or self.calls) and self.oldest is None


def by_day(tx: Transaction, channel: str, last: date, days: int, moment: datetime) -> list[Day]:
    """The figures of `days` days up to `last`, oldest first."""
    first = last - timedelta(days=days - 1)
    by_date = {first + timedelta(days=n): Day(first + timedelta(days=n)) for n in range(days)}
    values = {"channel": channel, "since": datetime.combine(first, time(), SHANGHAI), "now": moment}
    for counted in tx.execute(text(OUTCOMES), values):
        day = by_date.setdefault(counted.day, Day(counted.day))
        if counted.state == AskState.DONE:
            day.live += counted.number
        else:
            day.refused += counted.number
            day.reasons[counted.reason] = day.reasons.get(counted.reason, 0) + counted.number
    for counted in tx.execute(text(ANSWERS), values):
        day = by_date.setdefault(counted.day, Day(counted.day))
        day.calls, day.p50, day.p95, day.slowest = counted.calls, counted.p50, counted.p95, counted.slowest
    for counted in tx.execute(text(DOUBTS), {**values, "first": first, "last": last}):
        by_date[counted.day].doubts, by_date[counted.day].oldest = counted.open, float(counted.oldest)
    return [by_date[day] for day in sorted(by_date)]


def calls_since(tx: Transaction, channel: str, since: datetime) -> int:
    """Calls about asks since a moment, including marked ones that never left; lists and tests are not counted."""
    return tx.scalar(text(CALLS), {"channel": channel, "since": since}) or 0
