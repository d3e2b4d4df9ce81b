"""How people see a customer: the record, its fields, accounts, papers, asks and history, as codes and values."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import Field
from hub.operations.not_readable import Condition
from hub.operations.views import Named

from .documents_shown import ShownView


@dataclass(frozen=True)
class CustomerRow:
    """A customer in a list."""

    id: UUID
    code: str
    licence_no: str
    licence_holder: str
    shop_name: str
    unit_code: str
    stage: str
    chain_customer: bool
    settlement_method: str
    settlement_bank: str | None
    version: int
    updated_at: datetime


@dataclass(frozen=True)
class FieldView:
    """A catalogue field with its value, sensitive ones masked; `condition`: whether a sealed one could be read.

    A missing one has the moment when it is due and how many working days late it is (R3.1). `closed`: only its own
    procedure changes it now.
    """

    field: str
    value: str | None
    condition: Condition
    owner: str
    missing: bool
    due_at: datetime | None = None
    late_days: int = 0
    switched_off: bool = False
    closed: bool = False

    @property
    def known(self) -> Field:
        """Its entry in the catalogue."""
        return FIELDS[self.field]


@dataclass(frozen=True)
class AccountView:
    """A settlement account, its number masked."""

    id: UUID
    channel: str
    kind: str
    masked_number: str
    condition: Condition
    payer_name: str
    state: str
    reason: str | None
    reference: str | None
    version: int
    filed_at: datetime
    live_at: datetime | None
    ended_at: datetime | None
    documents_shown: list[ShownView]


@dataclass(frozen=True)
class AgreementView:
    """An agreement with a bank or carrier; `unannounced_since`: the carrier waits for code and order day (R7.7)."""

    agreement_no: str
    channel: str
    signed_on: date
    state: str
    unannounced_since: datetime | None


@dataclass(frozen=True)
class PaperView:
    """A paper on file, and who keeps the original."""

    id: UUID
    kind: str
    title: str
    taken_at: datetime
    custodian: str


@dataclass(frozen=True)
class AskView:
    """An ask to a partner."""

    id: UUID
    subject_id: UUID
    verb: str
    channel: str
    state: str
    asked_at: datetime
    asked_by_name: str
    ended_at: datetime | None


@dataclass(frozen=True)
class NoticeView:
    """What the customer must be told, and whether that was done."""

    id: UUID
    kind: str
    article: str
    made_at: datetime
    told_at: datetime | None
    told_by: str | None
    way: str | None
    withdrawn_at: datetime | None
    current: bool
    """Whether what it says is still true."""


@dataclass(frozen=True)
class AuthorisationView:
    """What the customer allows a partner to receive."""

    id: UUID
    channel: str
    purpose: str
    way: str
    given_on: date
    withdrawn_at: datetime | None
    withdrawn_why: str | None
    by_name: str


@dataclass(frozen=True)
class DisclosureView:
    """What a partner was given."""

    channel: str
    purpose: str
    fields: list[str]
    ask_id: UUID | None
    at: datetime


@dataclass(frozen=True)
class ApplicationView:
    """An application for a change."""

    id: UUID
    rule: str
    state: str
    sent_at: datetime
    asked_by_name: str


@dataclass(frozen=True)
class TaskView:
    """An open task about the customer."""

    id: UUID
    kind: str
    post: str
    sum: str
    due_at: datetime | None
    article: str


@dataclass(frozen=True)
class TimelineEntry:
    """One change, in words of both languages; sensitive values left out."""

    at: datetime
    who: str
    what_zh: str
    what_en: str
    article: str
    why: Named


@dataclass(frozen=True)
class CustomerView:
    """A customer with everything that belongs to it."""

    customer: CustomerRow
    fields: list[FieldView]
    accounts: list[AccountView]
    agreements: list[AgreementView]
    evidence: list[PaperView]
    asks: list[AskView]
    notices: list[NoticeView]
    authorisations: list[AuthorisationView]
    disclosures: list[DisclosureView]
    applications: list[ApplicationView]
    tasks: list[TaskView]
    timeline: list[TimelineEntry]

    @property
    def values(self) -> dict[str, str]:
        """The plain values by field; a sensitive one is never put into a form."""
        return {entry.field: entry.value or "" for entry in self.fields if not entry.known.sensitive}

    @property
    def unreadable(self) -> int:
        """How many sealed values cannot be read although they were not destroyed."""
        conditions = [entry.condition for entry in self.fields] + [entry.condition for entry in self.accounts]
        return conditions.count("unreadable")
