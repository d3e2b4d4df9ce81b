"""The audit trail: a line in the same transaction as what it reports (decision 13)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from hub.ports import now

from .schema import AuditRow
from .session import Transaction


@dataclass(frozen=True)
class Line:
    """What happened, by whom, to what; `about` is (kind, number). Never a sensitive value."""

    user_id: UUID | None
    actor: str
    posts: list[str]
    operation: str
    article: str
    about: tuple[str, str] | None
    outcome: str
    detail: dict[str, Any]
    request_id: str | None = None
    address: str | None = None


def write(tx: Transaction, line: Line) -> None:
    """Add a line; if it cannot be written the action does not happen either."""
    kind, number = line.about or (None, None)
    tx.add(
        AuditRow(
            at=now(),
            user_id=line.user_id,
            actor=line.actor,
            posts=line.posts,
            operation=line.operation,
            article=line.article,
            object_kind=kind,
            object_id=number,
            outcome=line.outcome,
            detail=line.detail,
            request_id=line.request_id,
            address=line.address,
        )
    )
    tx.flush()


def count(tx: Transaction, user_id: UUID, operation: str, since: datetime) -> int:
    """How often a user did operations whose name begins so, since a moment."""
    query = select(func.count()).select_from(AuditRow).where(AuditRow.user_id == user_id, AuditRow.at >= since)
    return tx.scalar(query.where(AuditRow.operation.startswith(operation, autoescape=True))) or 0
