"""Who keeps papers, and how they come to the custodian (R16.1)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class Custodian(Base):
    """The post that keeps a unit's papers of a kind; without a row it is the statistics clerk."""

    __tablename__ = "custodians"
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    post: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]


class HandIn(Base):
    """The record that a paper's original reached its custodian: scanned or not, its kind, who holds it, when."""

    __tablename__ = "hand_ins"
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    kind: Mapped[str]
    scanned: Mapped[bool]
    post: Mapped[str]
    holder: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    holder_name: Mapped[str]
    by_name: Mapped[str]
    at: Mapped[datetime]
