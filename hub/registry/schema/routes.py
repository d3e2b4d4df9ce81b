"""Route meetings, what they decide, large changes as scenarios, and who drives which route (article 13)."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.states import RouteMeetingState, ScenarioRecordKind, ScenarioState

from .base import Base, one_of
from .words import Words, WordsByName, WordsInList, WordsInRows


class RouteMeeting(Base):
    """A unit's monthly route meeting; once closed or cancelled (`minutes` then says why), the database refuses to change it."""

    __tablename__ = "route_meetings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    held_on: Mapped[date]
    state: Mapped[str]
    attendees: Mapped[Words] = mapped_column(default="")
    minutes: Mapped[Words] = mapped_column(default="")
    minutes_hash: Mapped[bytes | None]
    called_by_name: Mapped[str]
    called_at: Mapped[datetime]
    closed_by_name: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    logistics: Mapped[Words] = mapped_column(default="")
    """Attendees from the logistics department; `attendees` are from the marketing department."""
    agenda: Mapped[WordsInRows | None]
    """What was decided, with each customer's values of that moment; fixed when the meeting is closed."""
    load: Mapped[dict[str, Any] | None]
    """Loads before and after of delivery and of visit routes, fixed when the meeting is closed."""
    __table_args__ = (
        one_of("state", RouteMeetingState),
        Index(None, "unit_code", "held_on"),
        # One open meeting for each unit: proposals must not be decided in two.
        Index("ix_route_meetings_open", "unit_code", unique=True, postgresql_where=text("state = 'called'")),
    )


class RouteProposal(Base):
    """A change of one customer's batch, route or stop for a meeting to decide; `disputed`: from the first delivery (R7.14)."""

    __tablename__ = "route_proposals"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    proposed: Mapped[dict[str, Any]]
    why: Mapped[Words]
    disputed: Mapped[bool]
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime]
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("route_meetings.id"))
    decision: Mapped[str | None]
    decided_why: Mapped[Words | None]
    carried_at: Mapped[datetime | None]
    carried_by_name: Mapped[str | None]
    proposed_by: Mapped[UUID | None]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str | None]
    not_before: Mapped[date | None]
    """The first working day on which it keeps one visit a cycle (R13.2), as it was when it was accepted."""


class RouteScenario(Base):
    """A computed large change: which customers move to which route, signed twice, applied at once on its day."""

    __tablename__ = "route_scenarios"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    title: Mapped[Words]
    field: Mapped[str]
    """delivery_route or visit_route."""
    sources: Mapped[WordsInList]
    """Routes whose customers may move."""
    targets: Mapped[WordsInList]
    """Routes after the change."""
    managers: Mapped[WordsByName]
    """For visit routes: the account manager of each target."""
    method: Mapped[str]
    moves: Mapped[list[dict[str, Any]]]
    """Customer id and code, route before and after; once applied also stop order and account manager, before and after."""
    before: Mapped[list[dict[str, Any]]]
    after: Mapped[list[dict[str, Any]]]
    cut_over: Mapped[date]
    state: Mapped[str]
    shown_hash: Mapped[bytes]
    signed: Mapped[WordsInRows]
    asked_by: Mapped[UUID | None]
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    applied_at: Mapped[datetime | None]
    trouble: Mapped[list[str]]
    """Codes of customers for whom it could not be applied, or not be reversed."""
    claimed_at: Mapped[datetime | None]
    """When a worker began to compute it; a dead worker is replaced."""
    computed_at: Mapped[datetime | None]
    failed_why: Mapped[str | None]
    trigger: Mapped[str | None]
    """What made it necessary (`hub.domain.routes.triggers`); None for scenarios made before this was asked for."""
    upkeep_by: Mapped[date | None]
    """The last day of its upkeep: until then the clerk watches how the routes run and corrects them."""
    judged: Mapped[list[dict[str, Any]] | None]
    """The four criteria of article 13 before and after, in their order."""
    __table_args__ = (
        one_of("state", ScenarioState),
        Index("ix_route_scenarios_computing", "asked_at", postgresql_where=text("state = 'computing'")),
    )


class ScenarioRecord(Base):
    """What was done about a scenario, when and by whom: runs, meetings, corrections, the end of its upkeep (R13.7)."""

    __tablename__ = "scenario_records"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    scenario_id: Mapped[UUID] = mapped_column(ForeignKey("route_scenarios.id"))
    kind: Mapped[str]
    at: Mapped[datetime]
    by_name: Mapped[str]
    words: Mapped[Words] = mapped_column(default="")
    meeting_id: Mapped[UUID | None] = mapped_column(ForeignKey("route_meetings.id"))
    figures: Mapped[dict[str, Any] | None]
    """A run's outcome, filled in when it is computed; a correction's customer, and the routes before and after."""
    __table_args__ = (
        one_of("kind", ScenarioRecordKind),
        Index(None, "scenario_id", "at"),
        # A meeting is recorded once; records without one are not limited, because NULLs count as distinct.
        Index("uq_scenario_records_meeting", "scenario_id", "meeting_id", unique=True),
    )


class RouteDriver(Base):
    """Who drives a delivery route of a unit (R13.5)."""

    __tablename__ = "route_drivers"
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), primary_key=True)
    route: Mapped[Words] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    ordered_at: Mapped[datetime | None]
    """When the driver last put the stops in order."""


class AddressCheck(Base):
    """Internal control's check of a customer's address, after which the driver may reorder the stop (R13.5)."""

    __tablename__ = "address_checks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    checked_at: Mapped[datetime]
    checked_by_name: Mapped[str]
    finding: Mapped[Words]
    __table_args__ = (Index(None, "customer_id", "checked_at"),)


class DeliveryView(Base):
    """What account manager or driver said about a first delivery's route, asked by the clerk (R7.14)."""

    __tablename__ = "delivery_views"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"))
    post: Mapped[str]
    agrees: Mapped[bool]
    words: Mapped[Words]
    said_by: Mapped[Words]
    at: Mapped[datetime]
    by_name: Mapped[str]
    __table_args__ = (Index(None, "application_id", "at"),)
