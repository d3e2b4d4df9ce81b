"""Asks as people see them: where one stands, its talks with the partner masked, a proposal to close it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

# For our own pages only; left out of the API's answer.
HERE_ALONE = Field(exclude=True)


@dataclass(frozen=True)
class AskView:
    """An ask and where it stands."""

    id: UUID
    key: str
    channel: str
    verb: str
    customer_id: UUID | None
    customer_code: str | None
    state: str
    purpose: str
    article: str
    field_names: list[str]
    reference: str | None
    reason: str | None
    partner_code: str | None
    partner_text: Annotated[str | None, HERE_ALONE]
    package_id: Annotated[UUID | None, HERE_ALONE]
    row_no: Annotated[int | None, HERE_ALONE]
    sent_key: Annotated[str | None, HERE_ALONE]
    sent_at: Annotated[datetime | None, HERE_ALONE]
    waits_for: str | None
    waits_until: datetime | None
    input_until: datetime | None
    handed_in: Annotated[bool, HERE_ALONE]
    decide_by: datetime | None
    attempts: int
    questions: int
    asked_by_name: str
    asked_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    ended_by: str | None


@dataclass(frozen=True)
class ExchangeView:
    """One request and its reply, masked."""

    no: int
    path: str
    marked_at: datetime
    sent: str | None
    status: int | None
    tries: int
    elapsed_ms: int | None
    request_text: str
    reply_text: str | None


@dataclass(frozen=True)
class AttemptView:
    """One talk about the ask."""

    no: int
    verb: str
    sent_key: Annotated[str | None, HERE_ALONE]
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    code: str | None
    text: Annotated[str | None, HERE_ALONE]
    exchanges: list[ExchangeView]


@dataclass(frozen=True)
class ClosingView:
    """A proposal to close an ask by hand that waits for a second person."""

    id: UUID
    outcome: str
    why: str
    evidence_id: UUID
    customer_id: UUID
    proposed_by: UUID
    proposed_by_name: str
    proposed_at: datetime


@dataclass(frozen=True)
class LetterView:
    """A bank's letter on file, by which a doubt may be closed."""

    id: UUID
    title: str
    taken_at: datetime


@dataclass(frozen=True)
class AskPage:
    """An ask with all its talks; of a package, the rows of the caller's units.

    `choices`: steps that its state offers, whoever may take them.
    """

    ask: AskView
    attempts: list[AttemptView]
    rows: list[AskView]
    closing: ClosingView | None
    letters: list[LetterView]
    choices: list[str]
    shop_name: Annotated[str | None, HERE_ALONE]


@dataclass(frozen=True)
class DoubtView:
    """An ask whose outcome is not known, for how many hours, and what happens next."""

    ask: AskView
    shop_name: Annotated[str | None, HERE_ALONE]
    hours: float
    partner_said: str
    next_action: tuple[str, str]
    closing: ClosingView | None
