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
    """A customer on the watch list, with what put it there; cleared with a reason, never deleted (R12.6, R12.9).

    `level`: one change is watched `until` a day, two within a month indefinitely. `check_by`: a check is due by then.
    """

    __tablename__ = "watch_entries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    entered_at: Mapped[datetime]
    reasons: Mapped[WordsInRows]
    level: Mapped[str] = mapped_column(default="often")
    until: Mapped[date | None]
    check_by: Mapped[date | None]
    cleared_at: Mapped[datetime | None]
    cleared_by_name: Mapped[str | None]
    cleared_why: Mapped[Words | None]
    __table_args__ = (
        # One open entry for each customer: further changes add their reasons to it.
        Index("uq_watch_entries_open", "customer_id", unique=True, postgresql_where=text("cleared_at IS NULL")),
    )


class WatchCheck(Base):
    """What somebody found about a watched customer, and what was done about it (R12.9). Append-only."""

    __tablename__ = "watch_checks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    watch_id: Mapped[UUID] = mapped_column(ForeignKey("watch_entries.id"), index=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    at: Mapped[datetime]
    by_name: Mapped[str]
    post: Mapped[str]
    way: Mapped[str]
    amiss: Mapped[bool]
    finding: Mapped[Words]
    done: Mapped[Words]


class WatchTerm(Base):
    """For how many days a unit watches a customer after one change of a phone; thirty without a row."""

    __tablename__ = "watch_terms"
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), primary_key=True)
    days: Mapped[int]
    by_name: Mapped[str]
    at: Mapped[datetime]


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
    """Empty until the customer's own account manager has written it (R12.8)."""
    reason_by_name: Mapped[str | None]
    visit_on: Mapped[date]
    visits: Mapped[WordsInRows]


class CallTry(Base):
    """One call of the call desk to a customer's order or backup phone on the order day (R12.7). Append-only."""

    __tablename__ = "call_tries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    field: Mapped[str]
    """order_phone or backup_phone."""
    reached: Mapped[bool]
    words: Mapped[Words] = mapped_column(default="")
    at: Mapped[datetime]
    by_name: Mapped[str]
    __table_args__ = (Index(None, "customer_id", "at"),)


class MissedOrder(Base):
    """An order day on which the customer was reached on neither phone: the order counts as missed (R12.7). Append-only."""

    __tablename__ = "missed_orders"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    order_on: Mapped[date]
    at: Mapped[datetime]
    by_name: Mapped[str]
    __table_args__ = (Index("uq_missed_orders", "customer_id", "order_on", unique=True),)
