"""Asks: what partners were asked for, how it went, and what a person may do about it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query

from hub.domain.states import AskState
from hub.operations.asks import manual_closing, requested_input, steering
from hub.operations.desk import Desk

from .resource import Resource
from .shapes import Done, Given, Id, Limit, Page, Reason, SecretText, Shown, page

resource = Resource("asks")


class AskShown(Shown):
    """An ask and where it stands."""

    id: UUID
    key: str
    channel: str
    verb: str
    customer_id: UUID | None
    customer_code: str | None
    state: AskState
    purpose: str
    article: str
    field_names: list[str]
    reference: str | None
    reason: str | None
    partner_code: str | None
    waits_for: str | None
    waits_until: datetime | None
    input_until: datetime | None
    decide_by: datetime | None
    attempts: int
    questions: int
    asked_by_name: str
    asked_at: datetime
    changed_at: datetime
    ended_at: datetime | None
    ended_by: str | None


class ExchangeShown(Shown):
    """A request and its answer, redacted."""

    no: int
    path: str
    marked_at: datetime
    sent: str | None
    status: int | None
    tries: int
    elapsed_ms: int | None
    request_text: str | None
    reply_text: str | None


class AttemptShown(Shown):
    """One talk about the ask."""

    no: int
    verb: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str | None
    code: str | None
    exchanges: list[ExchangeShown]


class ClosingShown(Shown):
    """A proposal to close by hand that waits for a second person."""

    outcome: str
    why: str
    evidence_id: UUID
    proposed_by_name: str
    proposed_at: datetime


class AskTold(Shown):
    """An ask with all its talks."""

    ask: AskShown
    attempts: list[AttemptShown]
    rows: list[AskShown]
    closing: ClosingShown | None


class Doubt(Shown):
    """An ask whose end is not known."""

    ask: AskShown
    hours: float
    partner_said: str
    next_action: tuple[str, str]
    closing: ClosingShown | None


class CodeGiven(Given):
    """The code of an SMS."""

    code: SecretText


class ByHand(Reason):
    """How the ask ended, by which paper of the partner; "each": ask about a package's rows one by one."""

    outcome: Literal["live", "refused", "each"]
    evidence_id: Id


@resource.get("/asks", steering.list_asks)
def list_them(
    desk: Desk,
    state: AskState | None = None,
    channel: Annotated[str | None, Query(max_length=64)] = None,
    after: UUID | None = None,
    limit: Limit = 50,
) -> Page[AskShown]:
    """Asks about the customers of the caller's units."""
    rows = steering.list_asks(desk, state, channel, after, limit)
    return Page[AskShown].model_validate(page(rows, limit, "id"))


@resource.get("/asks/doubts", steering.doubts)
def doubts(desk: Desk) -> list[Doubt]:
    """Asks whose end is not known, by deadline, then the oldest first."""
    return [Doubt.model_validate(view) for view in steering.doubts(desk)]


@resource.get("/asks/{ask_id}", steering.show_ask)
def show(desk: Desk, ask_id: UUID) -> AskTold:
    """One ask with its talks (redacted)."""
    view = steering.show_ask(desk, ask_id)
    rows = [AskShown.model_validate(row) for row in view.rows]
    attempts = [_attempt(attempt) for attempt in view.attempts]
    found = ClosingShown.model_validate(view.closing) if view.closing else None
    return AskTold(ask=AskShown.model_validate(view.ask), attempts=attempts, rows=rows, closing=found)


def _attempt(view: steering.AttemptView) -> AttemptShown:
    columns = {name: getattr(view.attempt, name, None) for name in AttemptShown.model_fields}
    return AttemptShown.model_validate({**columns, "exchanges": view.exchanges}, from_attributes=True)


@resource.change("POST", "/asks/{ask_id}/replay", steering.replay)
def replay(desk: Desk, ask_id: UUID, given: Reason) -> Done:
    """Try again under the same key."""
    steering.replay(desk, ask_id, given.why)
    return Done()


@resource.change("POST", "/asks/{ask_id}/cancel", steering.cancel)
def cancel(desk: Desk, ask_id: UUID, given: Reason) -> Done:
    """Give the ask up before it was sent."""
    steering.cancel(desk, ask_id, given.why)
    return Done()


@resource.change("POST", "/asks/{ask_id}/ask-again", steering.ask_again)
def ask_again(desk: Desk, ask_id: UUID) -> Done:
    """Ask the partner now how it ended."""
    steering.ask_again(desk, ask_id)
    return Done()


@resource.change("POST", "/asks/{ask_id}/code", requested_input.hand_in)
def hand_in(desk: Desk, ask_id: UUID, given: CodeGiven) -> Done:
    """Hand in the code that the customer got by SMS; it is never shown again."""
    requested_input.hand_in(desk, ask_id, given.code)
    return Done()


@resource.change("POST", "/asks/{ask_id}/code/again", requested_input.send_again)
def send_again(desk: Desk, ask_id: UUID) -> Done:
    """Let the partner send the code once more."""
    requested_input.send_again(desk, ask_id)
    return Done()


@resource.change("POST", "/asks/{ask_id}/give-up", requested_input.give_up)
def give_up(desk: Desk, ask_id: UUID, given: Reason) -> Done:
    """Note that the customer gave up; the partner is asked, and the ask ends unless it is in force."""
    requested_input.give_up(desk, ask_id, given.why)
    return Done()


@resource.change("POST", "/asks/{ask_id}/closing", manual_closing.propose_closing, status=201)
def propose(desk: Desk, ask_id: UUID, given: ByHand) -> Done:
    """Propose to close an ask in doubt by the partner's own paper; another person confirms."""
    manual_closing.propose_closing(desk, ask_id, given.outcome, given.why, given.evidence_id)
    return Done()


@resource.change("POST", "/asks/{ask_id}/closing/confirm", manual_closing.confirm_closing)
def confirm(desk: Desk, ask_id: UUID) -> Done:
    """Close it as proposed by somebody else."""
    manual_closing.confirm_closing(desk, ask_id)
    return Done()


@resource.change("POST", "/asks/{ask_id}/closing/reject", manual_closing.reject_closing)
def reject(desk: Desk, ask_id: UUID, given: Reason) -> Done:
    """Send the proposal back; the ask stays in doubt."""
    manual_closing.reject_closing(desk, ask_id, given.why)
    return Done()
