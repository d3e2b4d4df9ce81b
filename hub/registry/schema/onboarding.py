"""New entrants: their case, grade evaluations, web ordering, training (article 7, article 14)."""

from datetime import date, datetime, time
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.states import WebOrderingState

from .base import Base, one_of
from .words import Words


class Onboarding(Base):
    """The case of a new entrant (R7.1). Its steps are tasks; what is recorded by hand is stored here."""

    __tablename__ = "onboardings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), unique=True)
    import_id: Mapped[UUID | None] = mapped_column(ForeignKey("import_runs.id"))
    arrived_on: Mapped[date]
    state: Mapped[str] = mapped_column(default="open")
    begun_at: Mapped[datetime | None]
    """When its steps became tasks."""
    settled_at: Mapped[datetime | None]
    settled_by_name: Mapped[Words | None]
    first_order_on: Mapped[date | None]
    approved_at: Mapped[datetime | None]
    approved_by_name: Mapped[str | None]
    approved_value: Mapped[str | None]
    """The quantified data that the section chief saw; any other value is not approved (R7.5)."""
    closed_at: Mapped[datetime | None]
    closed_how: Mapped[Words | None]
    __table_args__ = (
        # For the step that makes tasks: it finds new cases without reading the many that were begun.
        Index("ix_onboardings_new", "id", postgresql_where=text("begun_at IS NULL AND state = 'open'")),
        Index("ix_onboardings_open", "arrived_on", postgresql_where=text("state = 'open'")),
    )


class GradeEvaluation(Base):
    """A grade evaluation of a unit and those below it, and its review (R14.1)."""

    __tablename__ = "grade_evaluations"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    day: Mapped[date]
    by_name: Mapped[str]
    at: Mapped[datetime]
    review_opened_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    reviewed_by_name: Mapped[str | None]
    note: Mapped[Words | None]
    filed_at: Mapped[datetime | None]
    filed_by_name: Mapped[str | None]
    __table_args__ = (Index("uq_grade_evaluations", "unit_code", "day", unique=True),)


class GradeRevisit(Base):
    """An account manager's review of attention and cooperation of the customers in their name (R7.4)."""

    __tablename__ = "grade_revisits"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    evaluation_id: Mapped[UUID] = mapped_column(ForeignKey("grade_evaluations.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), index=True)
    manager: Mapped[str]
    """The account manager's name in the customers' records; empty if they name none."""
    since: Mapped[datetime]
    """Customers unchanged since then are to be reviewed."""
    looked_at: Mapped[int]
    """How many were reviewed and left unchanged."""
    done_at: Mapped[datetime | None]
    done_by_name: Mapped[str | None]
    note: Mapped[Words | None]
    __table_args__ = (Index("uq_grade_revisits", "evaluation_id", "unit_code", "manager", unique=True),)


class GradeCertificate(Base):
    """A proof of the grade on record, issued and numbered by the hub for the bank (R7.21)."""

    __tablename__ = "grade_certificates"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    year: Mapped[int]
    serial: Mapped[int]
    """Counted within the year, from 1."""
    grade: Mapped[str]
    """The grade that was on record."""
    issued_at: Mapped[datetime]
    issued_by: Mapped[UUID | None]
    issued_by_name: Mapped[str]
    __table_args__ = (Index("uq_grade_certificates_number", "year", "serial", unique=True),)

    @property
    def number(self) -> str:
        """What the certificate is called: DJ, the year and six digits."""
        return f"DJ{self.year}{self.serial:06d}"


class WebOrdering(Base):
    """A customer's way onto web ordering after approval: password, delivery, training (R7.6). No password is stored."""

    __tablename__ = "web_orderings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    state: Mapped[str]
    set_up_at: Mapped[datetime]
    password_due: Mapped[datetime]
    issued_at: Mapped[datetime | None]
    issued_by_name: Mapped[str | None]
    reset: Mapped[bool] = mapped_column(default=False)
    delivered_at: Mapped[datetime | None]
    delivered_by_name: Mapped[str | None]
    delivered_way: Mapped[str | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        one_of("state", WebOrderingState),
        Index("uq_web_orderings_open", "customer_id", unique=True, postgresql_where=text("state <> 'trained'")),
    )


class Training(Base):
    """A customer's training in ordering, by us or by the carrier: the appointment and its outcome (R7.6–R7.8)."""

    __tablename__ = "trainings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    by_whom: Mapped[str]
    article: Mapped[str]
    day: Mapped[date]
    way: Mapped[str]
    agreed_by_name: Mapped[str]
    agreed_at: Mapped[datetime]
    held: Mapped[bool | None]
    note: Mapped[Words | None]
    recorded_at: Mapped[datetime | None]
    recorded_by_name: Mapped[str | None]
    __table_args__ = (
        Index("uq_trainings_open", "customer_id", "by_whom", unique=True, postgresql_where=text("recorded_at IS NULL")),
    )


class EntrantListDay(Base):
    """What a unit knows of one day's list of new entrants: "none today", and when it was looked at (R7.15)."""

    __tablename__ = "entrant_list_days"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    day: Mapped[date]
    none_at: Mapped[datetime | None]
    """When the licence officer said that there is none today."""
    none_by_name: Mapped[str | None]
    looked_at: Mapped[datetime | None]
    looked_by_name: Mapped[str | None]
    looked_as: Mapped[str | None]
    """What the clerk saw: list, none."""
    entrants: Mapped[int] = mapped_column(default=0)
    """How many of the day's entrants were there when the clerk looked; later ones are still to be looked at."""
    asked_at: Mapped[datetime | None]
    """When the hub reminded both, after the unit's hour."""
    closed_at: Mapped[datetime | None]
    """When the day was over without having been looked at."""
    __table_args__ = (
        Index("uq_entrant_list_days", "unit_code", "day", unique=True),
        Index("ix_entrant_list_days_asked", "day", postgresql_where=text("asked_at IS NOT NULL AND closed_at IS NULL")),
    )


class EntrantListHour(Base):
    """By when a unit's list is to be looked at on a working day; units below without an hour share it (R7.15)."""

    __tablename__ = "entrant_list_hours"
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), primary_key=True)
    hour: Mapped[time]
    by_name: Mapped[str]
    at: Mapped[datetime]
