"""Route meetings, what they decide, large changes as scenarios, and who drives which route (article 13)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class RouteMeeting(Base):
    """A unit's monthly route meeting; once closed, its minutes stand: the database refuses to change them."""

    __tablename__ = "route_meetings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    held_on: Mapped[date]
    state: Mapped[str]
    attendees: Mapped[str] = mapped_column(default="")
    minutes: Mapped[str] = mapped_column(default="")
    minutes_hash: Mapped[bytes | None]
    called_by_name: Mapped[str]
    called_at: Mapped[datetime]
    closed_by_name: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    __table_args__ = (Index(None, "unit_code", "held_on"),)


class RouteProposal(Base):
    """A change of one customer's batch, route or stop for a meeting to decide; `disputed`: from the first delivery (R7.14)."""

    __tablename__ = "route_proposals"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    proposed: Mapped[dict[str, Any]]
    why: Mapped[str]
    disputed: Mapped[bool]
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime]
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("route_meetings.id"))
    decision: Mapped[str | None]
    decided_why: Mapped[str | None]
    carried_at: Mapped[datetime | None]
    carried_by_name: Mapped[str | None]


class RouteScenario(Base):
    """A computed large change: which customers move to which route, signed twice, applied at once on its day."""

    __tablename__ = "route_scenarios"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    title: Mapped[str]
    routes: Mapped[list[str]]
    method: Mapped[str]
    moves: Mapped[list[dict[str, Any]]]
    """Customer id and code, route before and after; after an application also what could not be moved or returned."""
    before: Mapped[list[dict[str, Any]]]
    after: Mapped[list[dict[str, Any]]]
    cut_over: Mapped[date]
    state: Mapped[str]
    shown_hash: Mapped[bytes]
    signed: Mapped[list[dict[str, Any]]]
    asked_by: Mapped[UUID | None]
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    trouble: Mapped[list[str]]
    """Codes of customers for whom it could not be applied, or not be returned."""


class RouteDriver(Base):
    """Who drives a delivery route of a unit (R13.5)."""

    __tablename__ = "route_drivers"
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), primary_key=True)
    route: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    ordered_at: Mapped[datetime | None]
    """When the driver last put the stops in order."""
