"""Settlement accounts, agreements, devices, and the evidence behind them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, exists, text
from sqlalchemy.orm import Mapped, mapped_column

from hub.domain.states import AccountState, AgreementState, DeviceState

from .base import Base, one_of
from .words import Words

# Few of many: the index holds only what a carrier still waits for.
UNANNOUNCED = text("unannounced_since IS NOT NULL AND state = 'live'")


class Evidence(Base):
    """A paper behind a change (R7.13, R16.1): scan sealed under the customer's key, kind, who keeps the original."""

    __tablename__ = "evidence"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[str]
    title: Mapped[Words]
    media_type: Mapped[str]
    size: Mapped[int]
    sha256: Mapped[bytes]
    content_sealed: Mapped[bytes]
    custodian: Mapped[Words]
    taken_by: Mapped[str]
    taken_at: Mapped[datetime]


class Agreement(Base):
    """An agreement with a bank or a carrier, of three parties or of two (R7.7-R7.9)."""

    __tablename__ = "agreements"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    channel: Mapped[str]
    kind: Mapped[str]
    agreement_no: Mapped[str]
    signed_on: Mapped[date]
    term_until: Mapped[date | None]
    evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    state: Mapped[str]
    partner_agreement_no: Mapped[str | None]
    delivered_at: Mapped[datetime | None]
    unannounced_since: Mapped[datetime | None]
    """Since when a carrier waits for customer code and order day (R7.7, R7.8); None if it has them or needs none."""
    live_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        one_of("state", AgreementState),
        Index("uq_agreements_no", "channel", "agreement_no", unique=True, postgresql_where=text("state <> 'refused'")),
        Index("ix_agreements_unannounced", "unannounced_since", postgresql_where=UNANNOUNCED),
    )


class Account(Base):
    """A settlement account (debit card, credit card, passbook) of a customer at a bank."""

    __tablename__ = "accounts"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    channel: Mapped[str]
    kind: Mapped[str]
    number_sealed: Mapped[bytes]
    number_digest: Mapped[bytes] = mapped_column(index=True)
    ending: Mapped[str]
    """The last four digits: compared with what the bank holds, shown instead of the number."""
    payer_name: Mapped[str]
    agreement_id: Mapped[UUID] = mapped_column(ForeignKey("agreements.id"))
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    exception_evidence_id: Mapped[UUID | None] = mapped_column(ForeignKey("evidence.id"))
    state: Mapped[str]
    reason: Mapped[str | None]
    reference: Mapped[str | None]
    partner_evidence: Mapped[UUID | None]
    """The exchange in which the bank confirmed it (R7.9)."""
    filed_at: Mapped[datetime]
    live_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        one_of("state", AccountState),
        # A customer settles by one live account, and has at most one filed at each bank, also with two clerks at work.
        Index("uq_accounts_one_live", "customer_id", unique=True, postgresql_where=text("state = 'live'")),
        Index("uq_accounts_one_filed", "customer_id", "channel", unique=True, postgresql_where=text("state = 'filed'")),
        Index("ix_accounts_ending", "customer_id", postgresql_where=text("state = 'ending'")),
    )


# An agreement under which no account is filed is a carrier's, whichever carrier it is (R7.7, R7.8).
OF_CARRIER = ~exists().where(Account.customer_id == Agreement.customer_id, Account.agreement_id == Agreement.id)


class Device(Base):
    """An ordering device (handset, Yanxintong) bound to a customer."""

    __tablename__ = "devices"
    id: Mapped[UUID] = mapped_column(primary_key=True)
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"), index=True)
    channel: Mapped[str]
    kind: Mapped[str]
    device_no: Mapped[str]
    agreement_id: Mapped[UUID | None] = mapped_column(ForeignKey("agreements.id"))
    state: Mapped[str]
    repairable: Mapped[bool] = mapped_column(default=True)
    bound_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
    __table_args__ = (
        one_of("state", DeviceState),
        Index(None, "channel", "device_no", unique=True),
        Index("ix_devices_beyond", "customer_id", postgresql_where=text("state = 'failed' AND NOT repairable")),
    )


class PendingBinding(Base):
    """A binding request between plan and confirmation, sealed with its number under the customer's key (R7.9)."""

    __tablename__ = "pending_bindings"
    ticket_hash: Mapped[bytes] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    customer_id: Mapped[UUID] = mapped_column(ForeignKey("customers.id"))
    request_sealed: Mapped[bytes]
    expires_at: Mapped[datetime] = mapped_column(index=True)
