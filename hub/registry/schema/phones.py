"""Order phones: how often they changed, who is watched for it, and which customers may share one (article 12)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .words import Words, WordsInRows


class PhoneChange(Base):
    """One change of a customer's order or backup phone; the reversal of a temporary one does not count (I5). Append-only."""

    __tablename__ = "phone_changes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    at: Mapped[datetime]
    article: Mapped[str]
    by_name: Mapped[str]
    __table_args__ = (Index(None, "customer_id", "at"),)


class WatchEntry(Base):
    """A customer on the watch list, with what put it there; cleared with a reason, never deleted (R12.6)."""

    __tablename__ = "watch_entries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    entered_at: Mapped[datetime]
    reasons: Mapped[WordsInRows]
    cleared_at: Mapped[datetime | None]
    cleared_by_name: Mapped[str | None]
    cleared_why: Mapped[Words | None]
    __table_args__ = (
        Index("uq_watch_entries_open", "customer_id", unique=True, postgresql_where=text("cleared_at IS NULL")),
    )


class PhonePermit(Base):
    """A permit for some customers to share one number: signed twice, filed, visited regularly (R12.5).

    `mark` is the number's keyed digest; the number itself is stored only with each customer, sealed.
    """

    __tablename__ = "phone_permits"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    mark: Mapped[bytes] = mapped_column(index=True)
    masked: Mapped[str]
    why: Mapped[Words]
    until: Mapped[date]
    every_days: Mapped[int]
    state: Mapped[str]
    shown_hash: Mapped[bytes]
    asked_by: Mapped[UUID | None]
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    signed: Mapped[WordsInRows]
    filed_at: Mapped[datetime | None]
    filed_by_name: Mapped[str | None]


class PermitMember(Base):
    """One customer of a permit: its own reason, and when it is visited next."""

    __tablename__ = "permit_members"
    permit_id: Mapped[UUID] = mapped_column(ForeignKey("phone_permits.id"), primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    reason: Mapped[Words]
    visit_on: Mapped[date]
    visits: Mapped[WordsInRows]
