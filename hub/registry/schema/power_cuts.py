"""Planned power cuts, and whom of the customers somebody has warned (R11.5)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class PowerCut(Base):
    """A cut that was announced: where, from when until when, and who said so."""

    __tablename__ = "power_cuts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    area: Mapped[str]
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    source: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by_name: Mapped[str]
    state: Mapped[str]
    ended_why: Mapped[str | None]


class PowerWarning(Base):
    """One customer who orders by a machine that needs power: to be warned, warned, and what was arranged."""

    __tablename__ = "power_warnings"
    cut_id: Mapped[UUID] = mapped_column(ForeignKey("power_cuts.id"), primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), primary_key=True)
    arranged: Mapped[str | None]
    note: Mapped[str | None]
    warned_at: Mapped[datetime | None]
    warned_by_name: Mapped[str | None]


class HelpRecord(Base):
    """Help for a web customer whose own device failed: which, and who ordered for whom (R11.6). Append-only."""

    __tablename__ = "help_records"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str]
    ordered_by: Mapped[str | None]
    """Who placed the order, when it was not the customer."""
    note: Mapped[str]
    by_name: Mapped[str]
