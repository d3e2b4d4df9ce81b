"""The day's mails to internal control, and each unit's address (R12.1, R12.2)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .words import Words


class MailAddress(Base):
    """The mail address of a unit, and of units below it that have none; None if the unit above decides.

    `asked`: the address that one person requested and another must confirm ("" for none of the unit's own).
    """

    __tablename__ = "mail_addresses"
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), primary_key=True)
    address: Mapped[str | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    asked: Mapped[str | None]
    asked_by: Mapped[UUID | None]
    asked_by_name: Mapped[str | None]
    asked_at: Mapped[datetime | None]


class DailyMail(Base):
    """One mail of a unit and day; text and Message-ID are fixed when it is made, so that a second copy is recognisable.

    `lease_until`: a worker holds it. `sent_at`: the server accepted it (250). `refused`: why it did not, in short.
    """

    __tablename__ = "daily_mails"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    day: Mapped[date]
    message_id: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str | None]
    subject: Mapped[Words]
    body: Mapped[Words]
    entries: Mapped[int]
    made_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    refused: Mapped[Words | None]
    __table_args__ = (
        # A unit gets one mail a day, whichever workers make it.
        Index("uq_daily_mails_one", "unit_code", "day", unique=True),
        Index("ix_daily_mails_waiting", "next_try_at", postgresql_where=text("sent_at IS NULL")),
    )
