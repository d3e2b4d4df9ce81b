"""The first half of a step, in one transaction: claim an ask, check that its data may leave, get admitted, mark it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.channels.limits import BURST
from hub.channels.talk import place_of
from hub.domain.capabilities import RECHECK
from hub.domain.facts import Setback
from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState, final
from hub.engine import opening
from hub.engine.opening import Opened
from hub.engine.runtime import Ready, WorkerRuntime
from hub.hookspecs import ROWS
from hub.operations.asks import outcomes, packages, sending_gate, unsent
from hub.operations.desk import Desk
from hub.operations.disclosure import Permit
from hub.plugin import Answer, Busy, Conversation, Refused, Request
from hub.ports import now
from hub.registry.asks import journal, ledger
from hub.registry.channels import settings as channel_settings
from hub.registry.channels import state as channel_state
from hub.registry.channels.state import Wait
from hub.registry.schema import Ask

# States in which the partner may have the ask: it is queried before it is ever sent again.
QUESTIONING = (AskState.ACCEPTED, AskState.IN_DOUBT, AskState.ASKED)
# The verb that carries a person's input.
CONFIRM = "confirm_binding"
# Seconds after which an ask whose channel is not ready is tried again.
NO_PLUGIN = 60
# Seconds until every worker has picked up changed settings: SETTINGS_EVERY (3) and one more.
NOT_READY_REST = 4


@dataclass(frozen=True)
class Begun:
    """An attempt before its first request, which is marked in the journal and committed."""

    ask_id: UUID
    attempt_id: UUID
    exchange_id: UUID
    key: str
    verb: str
    question: bool
    ready: Ready
    conversation: Conversation
    request: Request


def begin(runtime: WorkerRuntime, ask_id: UUID) -> Begun | None:
    """Begin the ask's next step; None if there is nothing to send now (the ask says why).

    On success the caller holds a concurrency slot of the channel in this process and must release it.
    """
    taken: list[str] = []
    begun = None
    try:
        begun = _begin(runtime, ask_id, taken)
    finally:
        for channel in taken if begun is None else ():
            runtime.leave(channel)
    return begun


def _begin(runtime: WorkerRuntime, ask_id: UUID, taken: list[str]) -> Begun | None:
    """`taken` receives the channel whose slot was taken, so that it can be released even if the transaction fails."""
    with runtime.office.desk(HUB) as desk:
        # Locks in this order: the ask, its rows, and last the channel's row, for which the whole fleet waits.
        ask = ledger.get(desk.tx, ask_id, lock=True)
        # A row travels with its package; its own job has nothing to do.
        if ask is None or ask.package_id is not None or not due(desk, ask, now()):
            return None
        ready = runtime.ready.get(ask.channel)
        if ready is None:
            outcomes.wait(desk, ask, "plugin", later(NO_PLUGIN))
            return None
        if not runtime.enter(ask.channel):
            park(ask, Wait(channel_state.BUSY, now() + channel_state.BUSY_LOOK))
            return None
        # Noted before anything can fail: the slot must be released even if the commit does.
        taken.append(ask.channel)
        if ask.verb == RECHECK and not ready.partner.capability.can(RECHECK):
            # The plugin lost the question, or never had it as the hub understands it today.
            outcomes.unsaid(desk, ask, "", "", None)
            return None
        # An input is a change, although the ask is in a state in which it is queried.
        question = ask.state in QUESTIONING and ask.input_sealed is None
        return _prepare(desk, ask, ready, _verb(desk, ask, ready, question), question)


def _verb(desk: Desk, ask: Ask, ready: Ready, question: bool) -> str:
    """The verb to put to the partner. A row that left its package is queried like the package."""
    if ask.input_sealed is not None:
        return CONFIRM
    if not question:
        return ask.verb
    package = packages.package_of(desk, ask)
    verb = ready.partner.capability.verbs[package.verb if package else ask.verb].question
    assert verb is not None
    return verb


def park(ask: Ask, wait: Wait) -> None:
    """Let an ask wait without a job of its own: the next call that ends on the channel wakes it, or else the sweep."""
    ask.waits_for, ask.waits_until = wait.reason, wait.until


def later(seconds: float) -> datetime:
    """The moment `seconds` from now."""
    return datetime.fromtimestamp(now().timestamp() + seconds, tz=now().tzinfo)


def due(desk: Desk, ask: Ask, moment: datetime) -> bool:
    """Whether the ask is to be sent or queried now; first recovers it from a worker that died."""
    state = AskState(ask.state)
    if state in (AskState.PLANNED, AskState.PERSON) or final(state):
        return False
    if ask.lease_until is not None:
        # Another worker holds it: look again when its lease ends, in case it dies.
        if ask.lease_until > moment:
            desk.nudge(desk.tx, ask.id, at=ask.lease_until)
            return False
        return _take_over(desk, ask)
    # A parked ask (BUSY) may go before its time: it is woken as soon as a place is free.
    if ask.waits_until is not None and ask.waits_until > moment and ask.waits_for != channel_state.BUSY:
        return False
    return state is AskState.QUEUED or state in QUESTIONING


def _take_over(desk: Desk, ask: Ask) -> bool:
    """A worker died while it held the ask. A marked change is in doubt (ADR 0002); a question is simply asked again."""
    lost = ledger.unfinished_attempt(desk.tx, ask.id)
    if lost is not None:
        lost.ended_at, lost.outcome = now(), "worker_lost"
    ask.lease_until = None
    # A question that got lost changes nothing at the partner.
    if ask.state != AskState.SENDING:
        return True
    # The code may have reached the bank: used again, it would count as a wrong one.
    ask.input_sealed = None
    if ask.sent_at is None:
        packages.has_left(desk, ask)
    if packages.is_package(ask):
        packages.doubt_package(desk, ask, "worker_lost", "")
    else:
        outcomes.doubt(desk, ask, "worker_lost", "")
    return False


def _prepare(desk: Desk, ask: Ask, ready: Ready, verb: str, question: bool) -> Begun | None:
    """Permits, fields, conversation, admission, journal: in this order, because only the last two cost others something."""
    rows = ledger.rows_of(desk.tx, ask.id, lock=True) if packages.is_package(ask) else []
    try:
        permits = _permits(desk, ask, rows, ready, verb)
    except Refusal as refusal:
        for kept_back in rows or [ask]:
            sending_gate.closed(desk, kept_back, refusal)
        if rows:
            sending_gate.closed(desk, ask, refusal)
        return None
    carrier = packages.package_of(desk, ask) or ask
    opened = opening.open_all(desk, ask, permits, rows)
    if opened is None:
        return None
    # Rows whose fields did not open have left the package.
    permits = [(travelling_ask, right) for travelling_ask, right in permits if travelling_ask.id in opened.fields]
    travelling = [travelling_ask for travelling_ask, _ in permits] if rows or carrier is not ask else []
    if rows and not travelling:
        packages.close_or_ask(desk, ask)
        return None
    try:
        conversation, request = _first(ask, carrier, travelling, ready, verb, opened)
    except StopIteration as end:
        _learn_unsent(desk, ask, tuple(end.value or ()), question)
        return None
    except Exception as fault:  # noqa: BLE001  a plugin's code: whatever it raises, nothing has left
        _unsent(desk, ask, verb, question, fault, carrier.sent_key or carrier.key)
        return None
    wait = _admission(desk, ask, ready)
    if wait is not None and wait.reason == channel_state.BUSY:
        park(ask, wait)
        return None
    if wait is not None:
        outcomes.wait(desk, ask, wait.reason, wait.until)
        return None
    serial = carrier.sent_key or carrier.key
    return _mark(desk, ask, ready, verb, question, permits, conversation, request, serial)


def _permits(desk: Desk, ask: Ask, rows: list[Ask], ready: Ready, verb: str) -> list[tuple[Ask, Permit]]:
    """Whose fields may leave, and under which authorisation. A row without one leaves the package before it is first sent."""
    if not packages.is_package(ask):
        return [(ask, sending_gate.permit_ask(desk, ask, ready.partner.capability, verb))]
    rights = sending_gate.permit_rows(desk, ask, rows, ready.partner.capability)
    without = [travelling for travelling in rows if travelling.id not in rights]
    # A package that was sent is fixed with its key: under it the partner would see other content.
    if without and ask.sent_at is not None:
        raise sending_gate.RowWithoutRight(code=without[0].customer_code or "")
    for travelling in without:
        sending_gate.drop_row(desk, travelling)
    return [(travelling, rights[travelling.id]) for travelling in rows if travelling.id in rights]


def _first(
    ask: Ask, carrier: Ask, rows: list[Ask], ready: Ready, verb: str, opened: Opened
) -> tuple[Conversation, Request]:
    """The conversation, advanced to its first request; StopIteration if it has nothing to send.

    `carrier` is what travelled under the serial: the ask itself, or the package that the row has left.
    """
    values: dict[str, Any] = {
        "key": carrier.sent_key or carrier.key,
        "settings": ready.settings,
        "now": now(),
        "asked_at": carrier.asked_at,
        "reference": carrier.reference or "",
        "code": opened.code,
        **_fields(ask, rows, ready, verb, opened),
    }
    # Query and resend use the serial under which it last travelled.
    conversation = ready.partner.talk(verb, **values)
    return conversation, next(conversation)


def _fields(ask: Ask, rows: list[Ask], ready: Ready, verb: str, opened: Opened) -> Mapping[str, Any]:
    if not rows:
        return opened.fields[ask.id]
    numbered = [{"row_no": str(travelling.row_no), **opened.fields[travelling.id]} for travelling in rows]
    return dict.fromkeys(ROWS, ready.partner.rows(verb, numbered))


def _learn_unsent(desk: Desk, ask: Ask, answers: tuple[Answer, ...], question: bool) -> None:
    """The plugin knew the answer without sending (a name that the partner's charset cannot hold)."""
    learnt = outcomes.Learnt(answers, None, question)
    # By way of SENDING, although nothing was sent: QUEUED alone does not lead to DONE or into doubt.
    if ask.state == AskState.QUEUED:
        ledger.step(ask, AskState.SENDING)
    if packages.is_package(ask):
        ledger.move_rows(desk.tx, ask.id, [AskState.QUEUED], AskState.SENDING)
        packages.learn_package(desk, ask, learnt)
    else:
        outcomes.learn(desk, ask, learnt)


def _unsent(desk: Desk, ask: Ask, verb: str, question: bool, fault: Exception, serial: str) -> None:
    """The plugin said no, "not now" or nothing usable before it asked for anything: on record, and no doubt."""
    attempt = journal.open_attempt(desk.tx, ask, verb, serial)
    code, text = (fault.code, fault.text) if isinstance(fault, Setback) else (type(fault).__name__, place_of(fault))
    ending = "busy" if isinstance(fault, Busy) else "refused" if isinstance(fault, Refused) else "fault"
    attempt.ended_at, attempt.outcome, attempt.code, attempt.text = now(), ending, code or None, text or None
    desk.tx.flush()
    if question:
        ask.questions += 1
        learnt = outcomes.Learnt((), None, question)
        outcomes.question_failed(desk, ask, code, text, learnt, refused=ending == "refused")
        return
    if ask.state == AskState.QUEUED:
        ledger.step(ask, AskState.SENDING)
        ledger.move_rows(desk.tx, ask.id, [AskState.QUEUED], AskState.SENDING)
    if ending == "busy":
        unsent.turned_away(desk, ask, code, text, fault.retry_after if isinstance(fault, Busy) else None)
    elif ending == "refused":
        packages.refuse_all(desk, ask, code, text)
    else:
        unsent.broke(desk, ask, code, text)


def _admission(desk: Desk, ask: Ask, ready: Ready) -> Wait | None:
    """Admission by the channel. The clock is read after its row is locked: getting the lock may have taken time."""
    # The row that all calls of the channel wait for: taken last, held until the commit a moment later.
    channel_state.get(desk.tx, ask.channel, lock=True)
    # This process has not picked up the newest settings yet: nothing may leave under the old ones.
    if ready.version is not None and channel_settings.version(desk.tx, ask.channel) != ready.version:
        return Wait("plugin", later(NOT_READY_REST))
    return channel_state.admit(
        desk.tx,
        ask,
        moment=now(),
        gap=ready.gap,
        burst=BURST,
        concurrency=ready.channel.concurrency,
        lease=ready.lease,
    )


def _mark(
    desk: Desk,
    ask: Ask,
    ready: Ready,
    verb: str,
    question: bool,
    permits: list[tuple[Ask, Permit]],
    conversation: Conversation,
    request: Request,
    serial: str,
) -> Begun:
    """Set state, lease, attempt, journal mark and disclosure records: once they are committed, bytes may leave."""
    attempt = journal.open_attempt(desk.tx, ask, verb, serial)
    content = journal.kept_bytes(request)
    charset = ready.charset
    exchange_id = journal.mark_exchange(desk.tx, desk.vault, ask, attempt.id, 1, request.path, content, charset)
    fields = ready.partner.capability.verbs[verb].fields
    sending_gate.leave_receipts(desk, permits, fields, attempt.id)
    ledger.step(ask, AskState.ASKED if question else AskState.SENDING, waits_for="partner_answer")
    # Kept for ever: a row that leaves its package is queried under the package's serial.
    ask.sent_key = ask.sent_key or ask.key
    ask.lease_until = ask.waits_until = now() + ready.lease
    if question:
        ask.questions += 1
    elif packages.is_package(ask):
        ledger.move_rows(desk.tx, ask.id, [AskState.QUEUED], AskState.SENDING)
    return Begun(ask.id, attempt.id, exchange_id, serial, verb, question, ready, conversation, request)
