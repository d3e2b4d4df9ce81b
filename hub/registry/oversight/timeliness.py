"""Timeliness and accuracy in figures: a month's tasks by post, a month's asks by channel (R17.1); months are Beijing's."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text

from hub.registry.session import Transaction

# For ASKS each day's due moment comes as a parameter, because the calendar of working days is not in the database.
# Tasks that were withdrawn or void are left out: nobody had to do them in time.
TASKS = """
SELECT post,
       count(*) FILTER (WHERE done_at IS NOT NULL AND (due_at IS NULL OR done_at <= due_at)) AS in_time,
       count(*) FILTER (WHERE done_at > due_at) AS late,
       count(*) FILTER (WHERE done_at IS NULL AND due_at < :now) AS open_late,
       count(*) FILTER (WHERE done_at IS NULL AND (due_at IS NULL OR due_at >= :now)) AS open,
       count(*) FILTER (WHERE kind = 'mend') AS sent_back,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM done_at - made_at) / 3600)
           FILTER (WHERE done_at IS NOT NULL) AS median_hours
FROM tasks
WHERE made_at >= :begins AND made_at < :ends AND coalesce(outcome, '') NOT IN ('withdrawn', 'void')
  AND (CAST(:units AS text[]) IS NULL OR unit_code = ANY(:units))
GROUP BY post ORDER BY post
"""
ASKS = """
WITH due AS (SELECT unnest(CAST(:days AS date[])) AS day, unnest(CAST(:dues AS timestamptz[])) AS due_at)
SELECT a.channel,
       count(*) FILTER (WHERE a.ended_at <= d.due_at) AS in_time,
       count(*) FILTER (WHERE a.ended_at > d.due_at) AS late,
       count(*) FILTER (WHERE a.ended_at IS NULL AND d.due_at < :now) AS open_late,
       count(*) FILTER (WHERE a.ended_at IS NULL AND d.due_at >= :now) AS open,
       count(*) FILTER (WHERE a.state = 'refused') AS refused,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM a.ended_at - a.asked_at) / 3600)
           FILTER (WHERE a.ended_at IS NOT NULL) AS median_hours,
       max(extract(epoch FROM coalesce(a.ended_at, :now) - a.doubt_since) / 3600) AS oldest_doubt
FROM asks a JOIN customers c ON c.id = a.customer_id
JOIN due d ON d.day = (a.asked_at AT TIME ZONE 'Asia/Shanghai')::date
WHERE a.asked_at >= :begins AND a.asked_at < :ends AND a.subject_kind <> 'package' AND a.state <> 'cancelled'
  AND (CAST(:units AS text[]) IS NULL OR c.unit_code = ANY(:units))
GROUP BY a.channel ORDER BY a.channel
"""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A month of a post or a channel. Hours are clock hours; None where there is nothing to measure."""

    key: str
    """The post or the channel."""
    in_time: int
    late: int
    open_late: int
    open: int
    amiss: int
    """Of a post: sent back for correction. Of a channel: refused."""
    median_hours: float | None
    oldest_doubt: float | None = None

    @property
    def share(self) -> float | None:
        """Per cent of what is done or late that was in time."""
        counted = self.in_time + self.late + self.open_late
        return round(100 * self.in_time / counted, 1) if counted else None


def _hours(hours: float | None) -> float | None:
    return None if hours is None else round(float(hours), 1)


def by_post(
    tx: Transaction, begins: datetime, ends: datetime, moment: datetime, units: frozenset[str] | None
) -> list[Figures]:
    """Tasks made within a period, without those withdrawn or void."""
    values = {"begins": begins, "ends": ends, "now": moment, "units": None if units is None else sorted(units)}
    return [
        Figures(
            key=counted.post,
            in_time=counted.in_time,
            late=counted.late,
            open_late=counted.open_late,
            open=counted.open,
            amiss=counted.sent_back,
            median_hours=_hours(counted.median_hours),
        )
        for counted in tx.execute(text(TASKS), values)
    ]


def by_channel(
    tx: Transaction,
    begins: datetime,
    ends: datetime,
    moment: datetime,
    units: frozenset[str] | None,
    dues: Mapping[date, datetime],
) -> list[Figures]:
    """Asks made within a period; `dues` gives, for each day, until when its asks are answered in time."""
    values: dict[str, object] = {"begins": begins, "ends": ends, "now": moment}
    values["units"] = None if units is None else sorted(units)
    values["days"], values["dues"] = list(dues), list(dues.values())
    return [
        Figures(
            key=counted.channel,
            in_time=counted.in_time,
            late=counted.late,
            open_late=counted.open_late,
            open=counted.open,
            amiss=counted.refused,
            median_hours=_hours(counted.median_hours),
            oldest_doubt=_hours(counted.oldest_doubt),
        )
        for counted in tx.execute(text(ASKS), values)
    ]
