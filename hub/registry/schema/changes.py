"""The staff's work: requested changes, their signatures, and tasks with a due moment."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.states import OPEN_APPLICATIONS, ApplicationState

from .base import Base, one_of, readable, sql_list
from .words import Words, WordsByName, WordsInRows


class Application(Base):
    """A change under a rule of the regulation: what to set, who signs in which order, how far it has come.

    `chain` is frozen when it is sent; `digest` is what signers sign (ADR 0007), `shown` its lines in words. `sealed`
    holds vault tokens. Each sending is a `round` of signatures; `resent_by` tells who sent which round after the first.
    """

    __tablename__ = "applications"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    rule: Mapped[str]
    rule_version: Mapped[str]
    article: Mapped[str]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    proposed: Mapped[dict[str, Any]]
    sealed: Mapped[dict[str, Any]]
    reason: Mapped[str | None]
    why: Mapped[Words]
    no_meeting: Mapped[Words | None]
    """Of an urgent change of route: why no route meeting can be called for it (R13.7)."""
    evidence: Mapped[list[str]]
    state: Mapped[str]
    chain: Mapped[list[str]]
    step: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=1)
    digest: Mapped[str]
    shown: Mapped[WordsInRows] = mapped_column(default=list)
    asked_by: Mapped[UUID | None]
    asked_by_name: Mapped[str]
    asked_post: Mapped[str]
    """The post in which they asked: an application that is sent back goes there."""
    resent_by: Mapped[WordsInRows] = mapped_column(default=list)
    cc: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """Colleagues who are notified when it is sent and when it ends: post, user_id, name."""
    sent_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    done_by_name: Mapped[str | None]
    void_why: Mapped[Words | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        one_of("state", ApplicationState),
        # Two clerks cannot both apply for the same change.
        Index(
            "uq_applications_open",
            "customer_id",
            "rule",
            unique=True,
            postgresql_where=text(f"state IN {sql_list(OPEN_APPLICATIONS)}"),
        ),
    )


class Signature(Base):
    """One decision about an application, over what was shown (R4.1, ADR 0007). Rows are only ever added."""

    __tablename__ = "signatures"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    step: Mapped[int]
    post: Mapped[str]
    user_id: Mapped[UUID | None]
    user_name: Mapped[str]
    for_whom: Mapped[str | None]
    decision: Mapped[str]
    why: Mapped[Words]
    digest: Mapped[str]
    at: Mapped[datetime]


class Task(Base):
    """Something that a post of a unit has to do by a moment: signing, carrying out, entering, chasing.

    `sum` is how the due day was counted; `subject` names what it is about. One open task for each subject and kind.
    """

    __tablename__ = "tasks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str]
    article: Mapped[str]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    post: Mapped[str]
    user_id: Mapped[UUID | None]
    """The person it was handed to; None for any holder of the post."""
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    details: Mapped[WordsByName] = mapped_column(default=dict)
    sum: Mapped[str] = mapped_column(default="")
    days: Mapped[int | None]
    """Working days allowed, before `counted_from` if negative; None if its due moment is not counted in working days."""
    counted_from: Mapped[datetime | None]
    """The event from which the days are counted, so that a notice of the State Council moves the due moment (I1)."""
    made_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    escalated_to: Mapped[list[str]] = mapped_column(default=list)
    done_at: Mapped[datetime | None]
    done_by: Mapped[UUID | None]
    done_by_name: Mapped[str | None]
    for_whom: Mapped[str | None]
    outcome: Mapped[Words | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        # A periodic step may look twice, or in two workers: the second task about the same thing is refused.
        Index(
            "uq_tasks_open", "kind", "subject_kind", "subject_id", unique=True, postgresql_where=text("done_at IS NULL")
        ),
        Index("ix_tasks_due", "post", "due_at", postgresql_where=text("done_at IS NULL")),
        Index("ix_tasks_done", "post", "done_at", postgresql_where=text("done_at IS NOT NULL")),
        *readable("counted_from", "made_at", "due_at", "done_at"),
        CheckConstraint("jsonb_typeof(details) = 'object'", name="details_object"),
        # Far below the largest integer, so that whoever changes the row can count on.
        CheckConstraint("version < 2000000000", name="version_countable"),
    )


class RequestHand(Base):
    """One hand of a customer's request to another post: by whom, why, and how the post answered (R15.2).

    The request itself stays with its owner until `answer` is taken_over.
    """

    __tablename__ = "request_hands"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"), index=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    from_post: Mapped[str]
    to_post: Mapped[str]
    why: Mapped[Words]
    by_user: Mapped[UUID | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    answer: Mapped[str | None]
    answer_why: Mapped[Words | None]
    answered_at: Mapped[datetime | None]
    answered_by_name: Mapped[str | None]
    __table_args__ = (
        Index("uq_request_hands_open", "task_id", unique=True, postgresql_where=text("answered_at IS NULL")),
    )


class CalendarDay(Base):
    """A day off or working day that staff entered from a notice; it overrides the package's calendar."""

    __tablename__ = "calendar_days"
    day: Mapped[date] = mapped_column(primary_key=True)
    working: Mapped[bool]
    why: Mapped[Words]
    by_name: Mapped[str]
    at: Mapped[datetime]


class UnitRule(Base):
    """What a unit has set within the regulation: choices that it is given (R9.4), stricter limits (I8)."""

    __tablename__ = "unit_rules"
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"), primary_key=True)
    rule: Mapped[str] = mapped_column(primary_key=True)
    due: Mapped[int | None]
    more_approvals: Mapped[list[str]] = mapped_column(default=list)
    cash: Mapped[bool | None]
    """Whether cash is taken for now; None if the unit has not decided it."""
    company_account: Mapped[bool | None]
    """Whether the customer may pay into the company's account instead; None if the unit has not decided it."""
    by_name: Mapped[str]
    at: Mapped[datetime]

    @property
    def choice(self) -> str | None:
        """The only way that the unit allows, if it allows one and refuses the other."""
        if self.cash is True and self.company_account is False:
            return "cash"
        return "company_account" if self.cash is False and self.company_account is True else None


class Temporary(Base):
    """A change that is reversed automatically: the values before (kept until then, I6), and what the reversal waits for.

    `ordered_at` is when the customer's order was recorded, or the end of an order day without one (I2).
    """

    __tablename__ = "temporaries"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("applications.id"), unique=True)
    rule: Mapped[str]
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    unit_code: Mapped[str]
    returns: Mapped[str]
    before: Mapped[dict[str, Any]]
    before_sealed: Mapped[dict[str, Any]]
    outage_id: Mapped[UUID | None] = mapped_column(index=True)
    begun_at: Mapped[datetime]
    order_on: Mapped[date | None]
    ordered_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    sum: Mapped[str] = mapped_column(default="")
    ended_at: Mapped[datetime | None]
    ended_how: Mapped[str | None]
    __table_args__ = (
        # One at a time under a rule: a second would keep the first's interim values as those to return to (I6).
        Index("uq_temporaries_open", "customer_id", "rule", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_temporaries_waiting", "returns", "order_on", postgresql_where=text("ended_at IS NULL")),
    )


class Order(Base):
    """That a customer ordered: when, by which way, and who ordered for whom (I2, R11.6)."""

    __tablename__ = "orders"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    at: Mapped[datetime]
    way: Mapped[str]
    by_name: Mapped[str]
    help: Mapped[Words | None]
    __table_args__ = (Index(None, "customer_id", "at"),)
