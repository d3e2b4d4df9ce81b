"""Queries about tasks that someone must be notified of."""

from datetime import datetime

from sqlalchemy import and_, or_, select

from hub.registry.schema import Task
from hub.registry.session import Transaction


def to_tell(tx: Transaction, bounds: dict[str, datetime], moment: datetime, reminder: str, limit: int) -> list[Task]:
    """Open tasks that have reached a step not taken yet, the oldest first; locked, others' are skipped."""
    reached = [
        and_(
            Task.due_at <= bound,
            ~Task.escalated_to.contains([key]),
            # A reminder is of no use once the task is late.
            *([Task.due_at > moment] if key == reminder else []),
        )
        for key, bound in bounds.items()
    ]
    query = select(Task).where(Task.done_at.is_(None), Task.due_at.is_not(None), or_(*reached))
    return list(tx.scalars(query.order_by(Task.due_at).limit(limit).with_for_update(skip_locked=True)))
