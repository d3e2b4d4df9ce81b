"""Queries about imports of new entrants."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.dialects.postgresql import insert

from hub.registry.schema import ImportProgress, ImportRun
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


def progress(tx: Transaction, import_id: UUID) -> ImportProgress | None:
    """How far the import has come."""
    return tx.get(ImportProgress, import_id)


def claim(tx: Transaction, import_id: UUID, moment: datetime, cut_off_before: datetime) -> bool:
    """Begin to count an import's progress; False while another run counts it and was seen since `cut_off_before`."""
    fresh = {"done": 0, "total": 0, "seen_at": moment, "over": False, "refusal": None}
    # One statement: of two that claim at once, the second waits for the first's row and then finds it under way.
    statement = insert(ImportProgress).values(import_id=import_id, **fresh)
    statement = statement.on_conflict_do_update(
        index_elements=[ImportProgress.import_id],
        set_=fresh,
        where=or_(ImportProgress.over, ImportProgress.seen_at < cut_off_before),
    )
    return tx.execute(statement.returning(ImportProgress.import_id)).first() is not None


def record_progress(tx: Transaction, import_id: UUID, done: int, total: int, moment: datetime) -> None:
    """Set how many lines are done."""
    query = update(ImportProgress).where(ImportProgress.import_id == import_id)
    tx.execute(query.values(done=done, total=total, seen_at=moment))


def end(tx: Transaction, import_id: UUID, refusal: dict[str, str] | None) -> None:
    """Set that the import is over."""
    query = update(ImportProgress).where(ImportProgress.import_id == import_id)
    tx.execute(query.values(over=True, refusal=refusal))
