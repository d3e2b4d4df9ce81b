"""How the rows of the regulation are used: from the audit trail and the tasks, for the coverage page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from .session import Transaction

USAGE = """
SELECT r.row,
       (SELECT a.at FROM audit a WHERE a.article = r.row AND a.outcome = 'done' ORDER BY a.at DESC LIMIT 1) AS last_at,
       (SELECT count(*) FROM audit a WHERE a.article = r.row AND a.outcome = 'done' AND a.at >= :since) AS done,
       coalesce(n.refused, 0) AS refused, coalesce(t.late, 0) AS late, coalesce(t.done_late, 0) AS done_late,
       coalesce(c.changed, 0) AS changed, c.last_change
FROM unnest(CAST(:rows AS text[])) AS r(row)
LEFT JOIN (SELECT detail -> 'refusal' ->> 'article' AS row, count(*) AS refused
           FROM audit WHERE outcome = 'refused' AND at >= :since GROUP BY 1) n ON n.row = r.row
LEFT JOIN (SELECT article AS row, count(*) FILTER (WHERE done_at IS NULL AND due_at < :now) AS late,
                  count(*) FILTER (WHERE done_at > due_at AND done_at >= :since) AS done_late
           FROM tasks WHERE due_at >= :since OR done_at IS NULL GROUP BY 1) t ON t.row = r.row
LEFT JOIN (SELECT article AS row, count(*) FILTER (WHERE at >= :since) AS changed, max(at) AS last_change
           FROM changes WHERE at >= :since GROUP BY 1) c ON c.row = r.row
"""


@dataclass(frozen=True)
class Usage:
    """One row's use: when last, how often, and what went otherwise, since a moment."""

    last: datetime | None
    done: int
    """Operations that were carried out under it, and changes that cite it."""
    refused: int
    late: int
    """Tasks that are open and late now."""
    done_late: int


def by_row(tx: Transaction, rows: Sequence[str], since: datetime, moment: datetime) -> dict[str, Usage]:
    """{row: its use}."""
    found = {}
    for each in tx.execute(text(USAGE), {"rows": list(rows), "since": since, "now": moment}):
        last = max((at for at in (each.last_at, each.last_change) if at), default=None)
        found[each.row] = Usage(last, each.done + each.changed, each.refused, each.late, each.done_late)
    return found
