"""The audit trail: a line in the same transaction as what it reports (ADR 0009)."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from hub.domain.privacy.redaction import redact
from hub.ports import now

from .schema import AuditRow
from .session import Transaction

ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


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
    tx.add(
        AuditRow(
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
    tx.flush()  # now: a fault is to surface in the operation, not at its commit


def clean(value: Any) -> Any:
    """A detail as it is kept: redacted, because people write card numbers into reasons."""
    if isinstance(value, str):
        return value if ID.fullmatch(value) else redact(value)
    if isinstance(value, dict):
        return {name: clean(part) for name, part in value.items()}
    return [clean(part) for part in value] if isinstance(value, list | tuple) else value


def count(tx: Transaction, user_id: UUID, operation: str, since: datetime) -> int:
    """How often a user did operations whose names begin with a prefix, since a moment."""
    query = select(func.count()).select_from(AuditRow).where(AuditRow.user_id == user_id, AuditRow.at >= since)
    return tx.scalar(query.where(AuditRow.operation.startswith(operation, autoescape=True))) or 0
