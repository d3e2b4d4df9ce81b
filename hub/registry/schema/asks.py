"""The ledger: asks, attempts, the journal of exchanges, and what was disclosed by them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.states import ASK, UNSURE_OUTCOMES, AskState, unfinished

from .base import Base, one_of, sql_list
from .words import Words

OPEN = sql_list(unfinished(ASK))
# Attempts after which it is not known what the partner did.
UNSURE = text(f"outcome IN {sql_list(UNSURE_OUTCOMES)}")


class Ask(Base):
    """A request that a partner is to carry out, from its entry to the proven end.

    `fields_sealed` holds the fields that leave, fixed when the ask was made. A package (batch verb) has rows:
    asks with `package_id` and `row_no`, which travel with it and never alone. A row that left its package has no
    `package_id` but keeps `row_no` and, in `sent_key`, the package's serial.
    """

    __tablename__ = "asks"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    channel: Mapped[str]
    verb: Mapped[str]
    customer_id: Mapped[UUID | None] = mapped_column(ForeignKey("customers.id"), index=True)
    customer_code: Mapped[str | None]
    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    package_id: Mapped[UUID | None] = mapped_column(ForeignKey("asks.id"), index=True)
    row_no: Mapped[int | None]
    state: Mapped[str]
    purpose: Mapped[str]
    article: Mapped[str]
    fields_sealed: Mapped[bytes | None]
    field_names: Mapped[list[str]]
    authorisation_id: Mapped[UUID | None]
    sent_key: Mapped[str | None]
    """The serial under which it last travelled: its own, or its package's."""
    reference: Mapped[str | None]
    input_sealed: Mapped[bytes | None]
    """The input that the partner asked for (an SMS code), until it has left; then it is deleted."""
    input_until: Mapped[datetime | None]
    """Until when the partner accepts that input, if it says so; `waits_until` is when we look again."""
    given_up_by: Mapped[str | None]
    """Who recorded that the customer gave up while input was awaited: the ask ends unless the binding is in force."""
    reason: Mapped[str | None]
    partner_code: Mapped[Words | None]
    partner_text: Mapped[Words | None]
    waits_for: Mapped[str | None]
    waits_until: Mapped[datetime | None]
    slot_at: Mapped[datetime | None]
    """The moment that the channel's rate reserved for this ask."""
    attempts: Mapped[int] = mapped_column(default=0)
    questions: Mapped[int] = mapped_column(default=0)
    absences: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    heard_at: Mapped[datetime | None]
    """When a callback about it last came during a talk."""
    doubt_since: Mapped[datetime | None]
    lease_until: Mapped[datetime | None]
    decide_by: Mapped[datetime | None]
    """Until when a person is to decide, while it waits for one."""
    asked_by: Mapped[UUID | None]
    asked_by_name: Mapped[str]
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]
    evidence: Mapped[str | None]
    """What made us ask the partner what is in force: a message of its own, or a run of its list."""

    @property
    def handed_in(self) -> bool:
        """Whether a person's input is on its way to the partner."""
        return self.input_sealed is not None

    __table_args__ = (
        one_of("state", AskState),
        # The database refuses a second open ask about a subject, also to two people at once. Packages have no customer.
        Index(
            "uq_asks_one_open",
            "customer_id",
            "channel",
            "subject_id",
            unique=True,
            postgresql_where=text(f"customer_id IS NOT NULL AND state IN {OPEN}"),
        ),
        Index("ix_asks_open", "waits_until", postgresql_where=text(f"state IN {OPEN}")),
        Index("ix_asks_in_flight", "channel", "lease_until", postgresql_where=text("lease_until IS NOT NULL")),
        # For `next_waiting`, which runs after every call.
        Index("ix_asks_busy", "channel", "waits_until", postgresql_where=text("waits_for = 'channel_busy'")),
        Index("ix_asks_subject_id", "subject_id"),
        Index("ix_asks_channel_state", "channel", "state", "changed_at"),
    )


class Closing(Base):
    """A proposal to settle a doubt by the bank's letter, and the second person's decision (R16.1)."""

    __tablename__ = "closings"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    ask_id: Mapped[UUID] = mapped_column(ForeignKey("asks.id"))
    outcome: Mapped[str]
    """live (it is done), refused; for a package also "each": its rows are queried one by one."""
    why: Mapped[Words]
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    """The customer with whose papers the letter is filed."""
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime]
    decision: Mapped[str | None]
    """confirmed, rejected; None while it waits for the second person."""
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    __table_args__ = (
        Index("ix_closings_ask_id", "ask_id"),
        Index("uq_closings_one_open", "ask_id", unique=True, postgresql_where=text("decision IS NULL")),
    )


class Attempt(Base):
    """One talk about an ask: the change itself or a question about it."""

    __tablename__ = "attempts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    ask_id: Mapped[UUID] = mapped_column(ForeignKey("asks.id"), index=True)
    no: Mapped[int]
    verb: Mapped[str]
    sent_key: Mapped[str | None]
    """The serial under which it went, or about which it asked; None for attempts before revision 0011."""
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    code: Mapped[Words | None]
    text: Mapped[Words | None]
    __table_args__ = (Index("ix_attempts_unsure", "ask_id", "ended_at", postgresql_where=UNSURE),)


class Exchange(Base):
    """The journal: a request and its answer. The row is committed before a byte leaves; raw bytes are sealed."""

    __tablename__ = "exchanges"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("attempts.id"), index=True)
    no: Mapped[int]
    path: Mapped[Words]
    marked_at: Mapped[datetime]
    request_sealed: Mapped[bytes]
    charset: Mapped[str | None]
    """Charset of the channel's messages, as declared when it left; several are separated by blanks, likeliest first."""
    tries: Mapped[int] = mapped_column(default=0)
    sent: Mapped[str | None]
    """no (surely not), maybe, answered; None while under way."""
    status: Mapped[int | None]
    reply_sealed: Mapped[bytes | None]
    reply_charset: Mapped[str | None]
    """The reply's charset by its own Content-Type, if that names one."""
    answered_at: Mapped[datetime | None]
    elapsed_ms: Mapped[int | None]
    # BRIN: rows come in the order of this column, so that a few pages index millions of them.
    __table_args__ = (Index("ix_exchanges_marked_at", "marked_at", postgresql_using="brin"),)


class Disclosure(Base):
    """Record of what went to a partner about a customer (G2): fields by name, purpose, legal basis."""

    __tablename__ = "disclosures"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    channel: Mapped[str]
    purpose: Mapped[str]
    fields: Mapped[list[str]]
    authorisation_id: Mapped[UUID]
    confidentiality_id: Mapped[UUID]
    ask_id: Mapped[UUID] = mapped_column(ForeignKey("asks.id"))
    attempt_id: Mapped[UUID]
    at: Mapped[datetime]
