"""What partners tell us: callbacks as received, what they hold (twins), and where that differs from our records."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.states import UNVERIFIED_OUTCOMES

from .base import Base, sql_list
from .words import Words

# Condition: messages of unproven origin, which are bounded by number and bytes.
UNVERIFIED = f"outcome IN {sql_list(UNVERIFIED_OUTCOMES)}"


class Callback(Base):
    """A message as received: stored sealed before it is processed.

    `outcome` is None until it is processed, then heard, repeated, contradicts, forged or not_understood. `said` is a
    digest of what it states: the same event with another digest contradicts what was heard. `size`: bytes of its body.
    """

    __tablename__ = "callbacks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str]
    received_at: Mapped[datetime]
    raw_sealed: Mapped[bytes]
    digest: Mapped[bytes]
    size: Mapped[int]
    event: Mapped[str | None]
    said: Mapped[bytes | None]
    outcome: Mapped[str | None]
    code: Mapped[Words | None]
    facts: Mapped[int] = mapped_column(default=0)
    times: Mapped[int] = mapped_column(default=1)
    settled_at: Mapped[datetime | None]
    __table_args__ = (
        # Of one event number one message is heard; repeats and contradictions are stored beside it.
        Index("uq_callbacks_event", "channel", "event", unique=True, postgresql_where=text("outcome = 'heard'")),
        # The same bytes again only raise `times` (`keep` in reconciliation/callbacks.py).
        Index("uq_callbacks_digest", "channel", "digest", unique=True),
        Index("ix_callbacks_channel", "channel", "id"),
        Index("ix_callbacks_unverified", "channel", "outcome", "id", postgresql_where=text(UNVERIFIED)),
        Index("ix_callbacks_unsettled", "received_at", postgresql_where=text("outcome IS NULL")),
    )


class ComparisonMark(Base):
    """Something that a verified message named and that is not compared yet: a customer's code, or a number of theirs.

    Rows are inserted and deleted, never updated, so that receiving a message never waits for a comparison.
    """

    __tablename__ = "comparison_marks"
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    channel: Mapped[str]
    kind: Mapped[str]
    named: Mapped[str]
    evidence: Mapped[str | None]
    marked_at: Mapped[datetime]
    failed_at: Mapped[datetime | None]
    """When comparing it failed: it was put aside and holds up no other."""
    __table_args__ = (
        Index("ix_comparison_marks_waiting", "channel", "no", postgresql_where=text("failed_at IS NULL")),
    )


class Twin(Base):
    """What a partner says it holds: a binding (by customer), an agreement or a device (by number).

    `partner_at` is the partner's own moment of the state; an older statement never replaces a newer one. `absences`
    counts the full lists in a row in which it was missing.
    """

    __tablename__ = "twins"
    channel: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(primary_key=True)
    customer_code: Mapped[str]
    licence_no: Mapped[str]
    agreement_no: Mapped[str]
    ending: Mapped[str]
    state: Mapped[str]
    valid_until: Mapped[date | None]
    partner_at: Mapped[datetime | None]
    details_at: Mapped[datetime | None]
    """The partner's moment of the statement that gave agreement, ending, term and licence."""
    seen_at: Mapped[datetime]
    run_no: Mapped[int] = mapped_column(default=0)
    absences: Mapped[int] = mapped_column(default=0)
    __table_args__ = (
        Index(None, "channel", "customer_code"),
        # Partial: only twins whose customer the partner did not name are looked up by licence.
        Index("ix_twins_unnamed", "channel", "licence_no", postgresql_where=text("customer_code = ''")),
    )


class Difference(Base):
    """A difference between our records and theirs: both values, what to do, by when; closed by agreement or two people.

    `evidence` names the source: "callback ID", "run NO" or "ask ID". `confirmed_at`: two people decided which side to
    correct; it stays open until a comparison finds both alike.
    """

    __tablename__ = "differences"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str]
    kind: Mapped[str]
    number: Mapped[str]
    what: Mapped[str]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"), index=True)
    customer_code: Mapped[str]
    ours: Mapped[dict[str, Any]] = mapped_column(JSONB)
    theirs: Mapped[dict[str, Any]] = mapped_column(JSONB)
    suggestion: Mapped[Words]
    evidence: Mapped[str | None]
    found_at: Mapped[datetime]
    decide_by: Mapped[datetime]
    proposed: Mapped[str | None]
    proposed_why: Mapped[Words | None]
    proposed_by: Mapped[UUID | None]
    proposed_by_name: Mapped[str | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_name: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    closed_how: Mapped[str | None]
    closed_by_name: Mapped[str | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        Index(
            "uq_differences_open",
            "channel",
            "kind",
            "number",
            "what",
            unique=True,
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_differences_due", "decide_by", "id", postgresql_where=text("closed_at IS NULL")),
        Index(
            "ix_differences_explained", "channel", "number", "what", postgresql_where=text("closed_how = 'explained'")
        ),
    )


class ListRun(Base):
    """One reading of a partner's list: its cursor is committed with the facts of its page.

    `mode`: changes (since the last run), full, afresh (full, never after another run's cursor) or backfill (since a day
    that staff chose). `outcome` is None while it runs, then done, failed or braked.
    """

    __tablename__ = "list_runs"
    no: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    channel: Mapped[str]
    verb: Mapped[str]
    mode: Mapped[str]
    since: Mapped[datetime | None]
    cursor: Mapped[str] = mapped_column(default="")
    reader: Mapped[UUID | None]
    """The present reader; an earlier one may no longer write."""
    failures: Mapped[int] = mapped_column(default=0)
    """Failures in a row without a new page."""
    first: Mapped[bool] = mapped_column(default=False)
    """Nothing was held when it began, and every page was inserted as a whole: nothing is left to compare."""
    pages: Mapped[int] = mapped_column(default=0)
    facts: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    ended: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str | None]
    code: Mapped[Words | None]
    started_by: Mapped[str]
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    """When the list had been read to its end and its absences were counted; the comparison follows."""
    impact: Mapped[dict[str, int] | None] = mapped_column(JSONB(none_as_null=True))
    """What the brake held back, as shown to the people who decide about it."""
    released_by: Mapped[str | None]
    released_by_id: Mapped[UUID | None]
    """The second person who let a braked run act."""
    __table_args__ = (
        Index("ix_list_runs_channel", "channel", "no"),
        # One open run for each list: its reader owns the cursor.
        Index("uq_list_runs_one", "channel", "verb", unique=True, postgresql_where=text("outcome IS NULL")),
    )
