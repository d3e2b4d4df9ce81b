"""Binding requests that wait for their confirmation."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete

from hub.registry.schema import PendingBinding
from hub.registry.session import Transaction


def take(tx: Transaction, ticket_hash: bytes, user_id: UUID | None, moment: datetime) -> tuple[UUID, bytes] | None:
    """Delete a user's request and return (customer, sealed request); None when it is not there or has expired.

    Deleting makes it happen once: of two calls at the same moment the second waits for the first, and finds no row.
    """
    query = delete(PendingBinding).where(
        PendingBinding.ticket_hash == ticket_hash,
        # A ticket is of use to its own user only.
        PendingBinding.user_id == user_id,
        PendingBinding.expires_at > moment,
    )
    taken = tx.execute(query.returning(PendingBinding.customer_id, PendingBinding.request_sealed)).first()
    return None if taken is None else (taken.customer_id, taken.request_sealed)


def delete_expired(tx: Transaction, moment: datetime) -> int:
    """Delete what has expired; returns how many there were."""
    expired = delete(PendingBinding).where(PendingBinding.expires_at <= moment).returning(PendingBinding.ticket_hash)
    return len(tx.execute(expired).all())
