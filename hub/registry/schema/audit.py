"""The audit trail and the answers kept for repeated calls."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .words import Words, WordsByName


class AuditRow(Base):
    """One action, written in its own transaction; `chain_hash` is set when a job seals the row into the chain."""

    __tablename__ = "audit"
    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    user_id: Mapped[UUID | None]
    actor: Mapped[Words]
    posts: Mapped[list[str]]
    operation: Mapped[str]
    article: Mapped[str]
    object_kind: Mapped[str | None]
    object_id: Mapped[Words | None] = mapped_column(index=True)
    outcome: Mapped[str]
    detail: Mapped[WordsByName]
    request_id: Mapped[str | None]
    address: Mapped[str | None]
    chain_no: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    chain_hash: Mapped[bytes | None]
    __table_args__ = (
        # Holds only what the sealer has still to do, however long the audit grows.
        Index("ix_audit_unsealed", "id", postgresql_where=text("chain_no IS NULL")),
        # These two are for the coverage page, which looks at each row of the regulation.
        Index("ix_audit_article", "article", "at", postgresql_where=text("outcome = 'done'")),
        Index("ix_audit_refused", "at", postgresql_where=text("outcome = 'refused'")),
    )


class AuditHead(Base):
    """The chain's last link: one row with a keyed digest of its own, so that a truncated chain does not match it."""

    __tablename__ = "audit_head"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    chain_no: Mapped[int] = mapped_column(BigInteger)
    chain_hash: Mapped[bytes]
    signature: Mapped[bytes]


class IdempotencyKey(Base):
    """The first answer to a changing API call, returned again to its repetitions."""

    __tablename__ = "idempotency_keys"
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    operation: Mapped[str]
    fingerprint: Mapped[bytes]
    status: Mapped[int | None]
    body: Mapped[bytes | None]
    at: Mapped[datetime] = mapped_column(index=True)
