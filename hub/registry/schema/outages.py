"""Ordering systems that are down, the customers switched to the phone, and customers who are no longer called."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.states import OutageState

from .base import Base, one_of
from .words import Words


class Outage(Base):
    """One ordering system's failure in a unit (those below included), as the call desk reported it (R11.1)."""

    __tablename__ = "outages"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    methods: Mapped[list[str]]
    since: Mapped[datetime]
    known: Mapped[Words]
    """What is known about it, in words."""
    lasting: Mapped[bool | None]
    """Whether it cannot be repaired at once, by the reporter (R11.8); None for reports made before this was asked."""
    state: Mapped[str]
    reported_at: Mapped[datetime]
    reported_by_name: Mapped[str]
    started_at: Mapped[datetime | None]
    started_by: Mapped[UUID | None]
    started_by_name: Mapped[str | None]
    """Who pressed the button: the switches are this person's applications."""
    switched_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_name: Mapped[str | None]
    ended_why: Mapped[Words | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (one_of("state", OutageState),)


class OutageCustomer(Base):
    """A customer affected by an outage: waiting for its batch, switched, or left out, and why."""

    __tablename__ = "outage_customers"
    outage_id: Mapped[UUID] = mapped_column(ForeignKey("outages.id"), primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    method: Mapped[str]
    in_term: Mapped[bool] = mapped_column(default=False)
    """Whether the carrier's agreement is in its term: it continues, and the customer returns to it (R11.3)."""
    state: Mapped[str]
    why: Mapped[Words] = mapped_column(default="")
    __table_args__ = (
        # In the order in which batches lock them.
        Index("ix_outage_customers_waiting", "outage_id", "customer_id", postgresql_where=text("state = 'waiting'")),
    )


class CallStop(Base):
    """A customer whose phones both fail and whom the call desk stopped calling until asked to call again (R12.2)."""

    __tablename__ = "call_stops"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    why: Mapped[Words]
    stopped_at: Mapped[datetime]
    stopped_by_name: Mapped[str]
    asked_at: Mapped[datetime | None]
    asked_by_name: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[Words | None]
    ended_by_name: Mapped[str | None]
    said: Mapped[Words] = mapped_column(default="")
    """How the call went."""
    __table_args__ = (
        Index("uq_call_stops_open", "customer_id", unique=True, postgresql_where=text("ended_at IS NULL")),
    )
