"""A channel's shared state, its settings, and the papers that let data leave through it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.states import ProposalState

from .base import Base, one_of
from .words import Words, WordsInRows


class ChannelState(Base):
    """Rate, breaker and pause of a channel: one row that all workers and the console share."""

    __tablename__ = "channel_states"
    channel: Mapped[str] = mapped_column(primary_key=True)
    paused: Mapped[bool] = mapped_column(default=False)
    paused_by: Mapped[str | None]
    paused_why: Mapped[Words | None]
    # Until when the rate is used up by the calls that have left (`_leave` in channels/state.py).
    next_free_at: Mapped[datetime | None]
    line_until: Mapped[datetime | None]
    """The end of the queue of asks that wait for the rate: each has reserved a moment in it."""
    breaker: Mapped[str] = mapped_column(default="closed")
    failures: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime | None]
    retry_at: Mapped[datetime | None]
    # Until when one call may try an open breaker; the others wait for what becomes of it.
    probing_until: Mapped[datetime | None]
    last_ok_at: Mapped[datetime | None]
    last_setback_at: Mapped[datetime | None]
    last_setback: Mapped[Words | None]


class ChannelSettings(Base):
    """A plugin's settings, sealed under the master key."""

    __tablename__ = "channel_settings"
    channel: Mapped[str] = mapped_column(primary_key=True)
    values_sealed: Mapped[bytes]
    version: Mapped[int] = mapped_column()
    by_name: Mapped[str]
    at: Mapped[datetime]
    __mapper_args__ = {"version_id_col": version}


class SettingsProposal(Base):
    """Settings of a channel that wait, or have waited, for a second person (G3).

    `values_sealed`: the new values and those they replace; secrets are removed once it is decided. `base`: a keyed digest
    of the settings on file, so that a proposal based on others is void. `legs`: those of its test.
    """

    __tablename__ = "settings_proposals"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str]
    unit_code: Mapped[str] = mapped_column(ForeignKey("units.code"))
    """The company unit whose post proposed it; the second person is there."""
    names: Mapped[list[str]]
    values_sealed: Mapped[bytes]
    base: Mapped[bytes]
    legs: Mapped[WordsInRows] = mapped_column(default=list)
    why: Mapped[Words] = mapped_column(default="")
    state: Mapped[str]
    proposed_by: Mapped[UUID]
    proposed_by_name: Mapped[str]
    proposed_at: Mapped[datetime]
    decided_by: Mapped[UUID | None]
    decided_by_name: Mapped[str | None]
    decided_at: Mapped[datetime | None]
    decided_why: Mapped[Words | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        one_of("state", ProposalState),
        # One open proposal for each channel: two would be based on the same settings, and the second undo the first.
        Index("uq_settings_proposals_open", "channel", unique=True, postgresql_where=text("state = 'open'")),
        Index(None, "channel", "proposed_at"),
    )


class ChannelProbe(Base):
    """One test of a channel: legs as {leg, ok, text}, in the order in which they were tried."""

    __tablename__ = "channel_probes"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str]
    ok: Mapped[bool]
    legs: Mapped[WordsInRows]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (Index(None, "channel", "at"),)


class Confidentiality(Base):
    """A confidentiality agreement with a partner (G2)."""

    __tablename__ = "confidentiality_agreements"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(index=True)
    agreement_no: Mapped[str]
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    ended_on: Mapped[date | None]
    by_name: Mapped[str]
    at: Mapped[datetime]


class Authorisation(Base):
    """A customer's permission to give their data to one partner for one purpose (G1, G2)."""

    __tablename__ = "authorisations"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    channel: Mapped[str]
    purpose: Mapped[str]
    text_version: Mapped[Words]
    way: Mapped[str]
    given_on: Mapped[date]
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    withdrawn_at: Mapped[datetime | None]
    withdrawn_why: Mapped[Words | None]
    by_name: Mapped[str]
    at: Mapped[datetime]
    __table_args__ = (Index(None, "customer_id", "channel", "purpose"),)
