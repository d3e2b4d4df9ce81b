"""Queries about imports of new entrants."""

from uuid import UUID

from sqlalchemy import select

from hub.registry.schema import ImportRun
from hub.registry.session import Transaction


def get(tx: Transaction, import_id: UUID, *, lock: bool = False) -> ImportRun | None:
    """The import with this id."""
    query = select(ImportRun).where(ImportRun.id == import_id)
    return tx.scalar(query.with_for_update() if lock else query)


def by_digest(tx: Transaction, digest: bytes, user_id: UUID | None) -> ImportRun | None:
    """The user's import of the very same file."""
    query = select(ImportRun).where(ImportRun.sha256 == digest, ImportRun.by_user == user_id)
    return tx.scalar(query.order_by(ImportRun.at.desc()).limit(1))


def recent(tx: Transaction, user_id: UUID | None, limit: int = 50) -> list[ImportRun]:
    """The user's last imports, newest first."""
    query = select(ImportRun).order_by(ImportRun.at.desc()).limit(limit)
    return list(tx.scalars(query if user_id is None else query.where(ImportRun.by_user == user_id)))
