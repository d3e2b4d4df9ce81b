"""Who is away and who acts for them: leave, cover of each post, and what was handed over (R5.1)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .words import Words, WordsByName


class Leave(Base):
    """An A holder's absence: it begins once its handover records are made, and is over at the earlier of two ends."""

    __tablename__ = "leaves"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    user_name: Mapped[str]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    why: Mapped[Words]
    entered_by_name: Mapped[str]
    entered_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    """When it was ended early, or when the return record was made."""
    ended_by_name: Mapped[str | None]
    withdrawn: Mapped[bool] = mapped_column(default=False)
    """Whether it was withdrawn before it began, so that no one ever covered."""
    __table_args__ = (Index("ix_leaves_open", "begins_at", postgresql_where=text("ended_at IS NULL")),)


class Cover(Base):
    """One post of the absent person in a unit, and the B holder who acts for them."""

    __tablename__ = "covers"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    leave_id: Mapped[UUID] = mapped_column(ForeignKey("leaves.id"), index=True)
    post: Mapped[str]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"), index=True)
    user_name: Mapped[str]


class Handover(Base):
    """What changed hands at a cover's start ("out": what was open) or end ("back": what was done, and what is open)."""

    __tablename__ = "handovers"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    cover_id: Mapped[UUID] = mapped_column(ForeignKey("covers.id"))
    way: Mapped[str]
    at: Mapped[datetime]
    contents: Mapped[WordsByName]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by_name: Mapped[str | None]
    # One record out and one back for each cover, whichever worker makes them.
    __table_args__ = (Index("uq_handovers_way", "cover_id", "way", unique=True),)
