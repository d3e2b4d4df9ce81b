"""What was looked for among customers, kept for a while."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select

from hub.registry.schema import KeptSearch
from hub.registry.session import Transaction


def words_of(tx: Transaction, ticket_hash: bytes, user_id: UUID | None, moment: datetime) -> bytes | None:
    """The sealed words of a user's search; None when it is not there or has expired."""
    query = select(KeptSearch.words_sealed).where(
        KeptSearch.ticket_hash == ticket_hash, KeptSearch.user_id == user_id, KeptSearch.expires_at > moment
    )
    return tx.scalar(query)


def delete_expired(tx: Transaction, moment: datetime) -> int:
    """Delete what has expired; returns how many there were."""
    expired = delete(KeptSearch).where(KeptSearch.expires_at <= moment).returning(KeptSearch.ticket_hash)
    return len(tx.execute(expired).all())
