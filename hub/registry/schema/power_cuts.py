"""Planned power cuts, and whom the account managers have to warn of them (R11.5); help for web customers (R11.6)."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.states import PowerCutState

from .base import Base, one_of
from .words import Words, WordsInList, WordsInRows


class PowerCut(Base):
    """An announced cut: where, from when until when, and who announced it."""

    __tablename__ = "power_cuts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    scope: Mapped[str]
    named: Mapped[WordsInList]
    """Routes or customer codes; empty for a whole unit."""
    begins_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    source: Mapped[Words]
    state: Mapped[str]
    entered_at: Mapped[datetime]
    entered_by_name: Mapped[str]
    moved: Mapped[int] = mapped_column(default=0)
    last_why: Mapped[Words | None]
    """Why it was moved or called off."""
    filled_on: Mapped[date]
    """Day on which the list was last filled."""
    told_at: Mapped[datetime | None]
    """When the section chiefs were notified who had not been warned."""
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        one_of("state", PowerCutState),
        # For the periodic steps, which look at planned cuts only.
        Index("ix_power_cuts_planned", "begins_at", postgresql_where=text("state = 'planned'")),
    )


class PowerCutList(Base):
    """One account manager's part of a cut: the subject of one task."""

    __tablename__ = "power_cut_lists"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    cut_id: Mapped[UUID] = mapped_column(ForeignKey("power_cuts.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    manager: Mapped[str]
    """The name in the customers' records; empty if they name none."""
    __table_args__ = (Index(None, "cut_id", "unit_code", "manager", unique=True),)


class PowerCutWarning(Base):
    """A customer to warn of a cut, and what was arranged. `ended_how`: why the warning is no longer needed."""

    __tablename__ = "power_cut_warnings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    cut_id: Mapped[UUID] = mapped_column(ForeignKey("power_cuts.id"))
    list_id: Mapped[UUID] = mapped_column(ForeignKey("power_cut_lists.id"), index=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    order_on: Mapped[date]
    due_at: Mapped[datetime]
    arranged: Mapped[str | None]
    note: Mapped[Words] = mapped_column(default="")
    warned_at: Mapped[datetime | None]
    warned_by_name: Mapped[str | None]
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str | None]
    earlier: Mapped[WordsInRows] = mapped_column(default=list)
    """What was arranged for earlier times of the cut."""
    __table_args__ = (Index(None, "cut_id", "customer_id", unique=True),)


class HelpRecord(Base):
    """The company's help for a web customer whose device failed: who ordered for whom (R11.6)."""

    __tablename__ = "help_records"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    order_id: Mapped[UUID] = mapped_column(ForeignKey("orders.id"), unique=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    kind: Mapped[str]
    ordered_by_name: Mapped[Words]
    note: Mapped[Words]
    at: Mapped[datetime]
    by_name: Mapped[str]
    __table_args__ = (Index(None, "unit_code", "at"), Index(None, "customer_id", "at"))
