"""How the rows of the regulation are used: from the audit trail and the tasks, for the coverage page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, text

from hub.registry.schema import Application, AuditRow, Customer, Task, User
from hub.registry.session import Transaction

# One pass over audit, tasks and changes instead of one for each row of the regulation: the audit trail grows for years.
# What was done is looked up row by row all the same: there is an index by article for it.
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
           FROM tasks WHERE done_at >= :since OR done_at IS NULL GROUP BY 1) t ON t.row = r.row
LEFT JOIN (SELECT article AS row, count(*) FILTER (WHERE at >= :since) AS changed, max(at) AS last_change
           FROM changes WHERE at >= :since GROUP BY 1) c ON c.row = r.row
"""


@dataclass(frozen=True)
class Usage:
    """How one row was used since a moment: when last, how often, and what went wrong."""

    last: datetime | None
    done: int
    """Operations that were carried out under it, and changes that cite it."""
    refused: int
    late: int
    """Tasks that are open and late now."""
    done_late: int


def by_row(tx: Transaction, rows: Sequence[str], since: datetime, moment: datetime) -> dict[str, Usage]:
    """The use of each row, by row."""
    usage = {}
    for counted in tx.execute(text(USAGE), {"rows": list(rows), "since": since, "now": moment}):
        last = max((at for at in (counted.last_at, counted.last_change) if at), default=None)
        usage[counted.row] = Usage(
            last, counted.done + counted.changed, counted.refused, counted.late, counted.done_late
        )
    return usage


def late_tasks(
    tx: Transaction, row: str, since: datetime, moment: datetime, units: frozenset[str], most: int
) -> list[tuple[Task, Customer | None]]:
    """Tasks under a row that are late now, or were done late since a moment; the latest due first."""
    query = select(Task, Customer).outerjoin(Customer, Customer.id == Task.customer_id).where(Task.article == row)
    late = Task.done_at.is_(None) & (Task.due_at < moment)
    done_late = (Task.done_at > Task.due_at) & (Task.done_at >= since)
    query = query.where(or_(late, done_late), Task.unit_code.in_(units)).order_by(Task.due_at.desc(), Task.id)
    return [(task, customer) for task, customer in tx.execute(query.limit(most))]


def ended_otherwise(
    tx: Transaction, row: str, since: datetime, units: frozenset[str], most: int
) -> list[tuple[Application, Customer]]:
    """Applications under a row that were sent back, rejected, taken back or void since a moment; newest first."""
    query = select(Application, Customer).join(Customer, Customer.id == Application.customer_id)
    query = query.where(Application.article == row, Application.decided_at >= since, Application.unit_code.in_(units))
    query = query.where(Application.state.in_(("sent_back", "rejected", "withdrawn", "void")))
    ended = tx.execute(query.order_by(Application.decided_at.desc(), Application.id).limit(most))
    return [(application, customer) for application, customer in ended]


def refused(tx: Transaction, row: str, since: datetime, units: frozenset[str], most: int) -> list[AuditRow]:
    """What was refused under a row to people of some units since a moment, newest first."""
    query = select(AuditRow).join(User, User.id == AuditRow.user_id).where(User.unit_code.in_(units))
    query = query.where(AuditRow.outcome == "refused", AuditRow.at >= since)
    query = query.where(AuditRow.detail["refusal"]["article"].astext == row)
    return list(tx.scalars(query.order_by(AuditRow.at.desc()).limit(most)))
