"""Route meetings, what is proposed to them, and their minutes, which are written once (R13.1)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.states import MeetingState, ProposalState

from .base import Base, one_of


class RouteMeeting(Base):
    """A meeting of a unit's sales and delivery sides about its routes."""

    __tablename__ = "route_meetings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    held_on: Mapped[date]
    state: Mapped[str]
    attendees: Mapped[str] = mapped_column(default="")
    minutes: Mapped[str] = mapped_column(default="")
    called_at: Mapped[datetime]
    called_by_name: Mapped[str]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (one_of("state", MeetingState), Index(None, "unit_code", "held_on"))


class RouteProposal(Base):
    """New route data proposed for one customer; without a meeting it waits for the next one."""

    __tablename__ = "route_proposals"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("route_meetings.id"))
    proposed: Mapped[dict[str, Any]]
    why: Mapped[str]
    article: Mapped[str]
    """R13.1, or R7.14 for a disagreement at the first delivery."""
    state: Mapped[str]
    said: Mapped[str] = mapped_column(default="")
    """Why it was decided so."""
    postponed: Mapped[int] = mapped_column(default=0)
    """How many meetings put it off."""
    made_at: Mapped[datetime]
    made_by_name: Mapped[str]
    ended_at: Mapped[datetime | None]
    ended_by_name: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (one_of("state", ProposalState), Index(None, "unit_code", "state"), Index(None, "meeting_id"))


class RouteMinutes(Base):
    """What a meeting said and decided, as it was when it was closed; the database refuses to change it."""

    __tablename__ = "route_minutes"
    meeting_id: Mapped[UUID] = mapped_column(ForeignKey("route_meetings.id"), primary_key=True)
    attendees: Mapped[str]
    minutes: Mapped[str]
    record: Mapped[dict[str, Any]]
    """`decisions` with the values before and after, `loads` before and after."""
    at: Mapped[datetime]
    by_name: Mapped[str]
