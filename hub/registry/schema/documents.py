"""Who keeps papers and records, how they come to the custodian (R16.1, R16.2), and what customers showed (R7.22)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .words import Words


class Custodian(Base):
    """The post that keeps a unit's papers of a kind; without a row it is the statistics clerk."""

    __tablename__ = "custodians"
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    post: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]


class HandIn(Base):
    """That a paper, or the record of a change, was handed to its keeper, and that the keeper has it or never got it.

    What was declined does not count: the paper or record is missing again (R16.2).
    """

    __tablename__ = "hand_ins"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("applications.id"))
    kind: Mapped[str]
    scanned: Mapped[bool]
    post: Mapped[str]
    holder: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    holder_name: Mapped[str]
    by_user: Mapped[UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_name: Mapped[str | None]
    declined_at: Mapped[datetime | None]
    declined_by_name: Mapped[str | None]
    declined_why: Mapped[Words | None]
    __table_args__ = (
        # Handed in once, until it is declined: then the paper may be handed in again.
        Index("uq_hand_ins_evidence", "evidence_id", unique=True, postgresql_where=text("declined_at IS NULL")),
        Index("uq_hand_ins_application", "application_id", unique=True, postgresql_where=text("declined_at IS NULL")),
    )


class DocumentsShown(Base):
    """Which documents a customer showed with an application or a binding, and who saw them (R7.22). Never a number."""

    __tablename__ = "documents_shown"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    subject_kind: Mapped[str]
    """account, application."""
    subject_id: Mapped[UUID]
    kinds: Mapped[list[str]]
    seen_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    seen_by_name: Mapped[str]
    recorded_by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (Index(None, "subject_kind", "subject_id"),)
