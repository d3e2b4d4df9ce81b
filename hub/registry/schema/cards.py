"""Cards lost, damaged or pending, and orders that the call desk retains meanwhile (article 8)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base
from .words import Words


class CardCase(Base):
    """What happened to a customer's card, what the customer chose, and what is booked, until the new one arrives."""

    __tablename__ = "card_cases"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    event: Mapped[str]
    article: Mapped[str]
    choice: Mapped[str]
    why: Mapped[Words]
    risk_told: Mapped[bool] = mapped_column(default=False)
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("applications.id"))
    card_on: Mapped[date | None]
    """Day booked for the new card at the bank."""
    entry_on: Mapped[date | None]
    """Day booked for entering it here."""
    urged: Mapped[int] = mapped_column(default=0)
    urged_at: Mapped[datetime | None]
    opened_at: Mapped[datetime]
    opened_by_name: Mapped[str]
    closed_at: Mapped[datetime | None]
    closed_how: Mapped[Words | None]
    closed_by_name: Mapped[str | None]
    __table_args__ = (
        # One open case for each kind of event, also for two clerks at once.
        Index("uq_card_cases_open", "customer_id", "event", unique=True, postgresql_where=text("closed_at IS NULL")),
    )


class KeptOrder(Base):
    """An order that the call desk retains because the clerk cannot change the settlement now (R8.1)."""

    __tablename__ = "kept_orders"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    cause: Mapped[str]
    why: Mapped[Words]
    kept_at: Mapped[datetime]
    kept_by_name: Mapped[str]
    released_at: Mapped[datetime | None]
    released_how: Mapped[Words | None]
    __table_args__ = (
        Index("uq_kept_orders_open", "customer_id", unique=True, postgresql_where=text("released_at IS NULL")),
    )
