"""The audit trail: a line in the same transaction as what it reports (ADR 0009)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select

from hub.domain.privacy.redaction import redact
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
    """Add a line, in the transaction of what it reports: if it cannot be written, the action does not happen either."""
    kind, number = line.about or (None, None)
    # By its columns: the application's role may not write those of the chain (database/table_privileges.py).
    tx.execute(
        insert(AuditRow).values(
            at=now(),
            user_id=line.user_id,
            actor=line.actor,
            posts=line.posts,
            operation=line.operation,
            article=line.article,
            object_kind=kind,
            object_id=clean(number),
            outcome=line.outcome,
            detail=clean(line.detail),
            request_id=line.request_id,
            address=line.address,
        )
    )


def clean(value: Any) -> Any:
    """A detail as it is kept: redacted, because people write card numbers into reasons."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {name: clean(part) for name, part in value.items()}
    return [clean(part) for part in value] if isinstance(value, list | tuple) else value


def count(tx: Transaction, user_id: UUID, operation: str, since: datetime) -> int:
    """How often a user did operations whose names begin with a prefix, since a moment."""
    query = select(func.count()).select_from(AuditRow).where(AuditRow.user_id == user_id, AuditRow.at >= since)
    # autoescape: an underscore in a name must not match any character.
    return tx.scalar(query.where(AuditRow.operation.startswith(operation, autoescape=True))) or 0


def recent(tx: Transaction, user_id: UUID, operation: str, object_id: str, since: datetime) -> bool:
    """Whether a user did exactly this operation to an object since a moment."""
    # Compared as it is stored: redacted.
    query = select(AuditRow.id).where(AuditRow.object_id == clean(object_id), AuditRow.at >= since)
    query = query.where(AuditRow.user_id == user_id, AuditRow.operation == operation, AuditRow.outcome == "done")
    return tx.scalar(query.limit(1)) is not None
