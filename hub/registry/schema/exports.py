"""Exports of customers' data: requested, permitted, taken (R18.1)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .words import Words, WordsByName


class Export(Base):
    """A list that somebody wants to export: what, why, and who permitted it.

    `shown_hash` is a digest of what the signer saw: the permission holds for nothing else.
    """

    __tablename__ = "exports"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    fields: Mapped[list[str]]
    filters: Mapped[WordsByName]
    purpose: Mapped[Words]
    shown_hash: Mapped[bytes]
    rows: Mapped[int]
    """Customers on it when it was requested."""
    state: Mapped[str]
    asked_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    why: Mapped[Words | None]
    until: Mapped[date | None]
    """The last day on which it may be taken."""


class ExportTaking(Base):
    """One file that left the hub: when, by whom, how many rows, and its SHA-256; append-only."""

    __tablename__ = "export_takings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    export_id: Mapped[UUID] = mapped_column(ForeignKey("exports.id"), index=True)
    at: Mapped[datetime]
    by_name: Mapped[str]
    address: Mapped[str | None]
    rows: Mapped[int]
    sha256: Mapped[bytes]
