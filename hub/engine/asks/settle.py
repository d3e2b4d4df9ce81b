"""The second half of a step, in one transaction: the answer into the journal, facts into the registry, the channel's health."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from hub.channels.talk import Outcome, Record
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState, final
from hub.engine.rate_limit import take
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks import outcomes, packages
from hub.operations.asks.outcomes import Learnt
from hub.operations.desk import Desk
from hub.plugin import Request
from hub.ports import jitter, now
from hub.registry.asks import journal, ledger
from hub.registry.channels import breaker
from hub.registry.channels import state as channel_state
from hub.registry.schema import Ask, Attempt

from .begin import Begun

# Delays after a busy answer; the last one repeats.
BUSY_WAITS = tuple(timedelta(seconds=s) for s in (2, 5, 15, 60, 300, 900, 3600))
# Busy for longer than this goes to a person.
BUSY_UNTIL = timedelta(hours=24)
# A partner's Retry-After is obeyed up to this.
LONGEST_WAIT = timedelta(hours=1)
# Reasons for which an ask is queried again early; one that waits for an input or a person is not.
ASKED_FOR = frozenset({"question", "partner_result", "counter"})
ILL = frozenset({"unknown", "busy", "forged", "fault"})


def settle(runtime: WorkerRuntime, begun: Begun, outcome: Outcome) -> None:
    """Record how the talk ended and decide what follows. The late answer of a worker that was taken for dead still counts."""
    with runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, begun.ask_id, lock=True)
        attempt = desk.tx.get(Attempt, begun.attempt_id)
        assert ask is not None and attempt is not None
        ours = attempt.ended_at is None
        _close_attempt(desk, ask, attempt, outcome)
        _health(desk, ask, outcome)
        _wake_next(desk, ask.channel)
        if final(AskState(ask.state)):
            return
        if not ours and (outcome.ending != "answered" or ask.state == AskState.QUEUED):
            return  # to be sent again under its key: the partner will say that it has it already
        if ours:
            ask.lease_until = None
        if not begun.question and outcome.record.sent != "no":
            packages.has_left(desk, ask)
        if outcome.ending != "busy":
            ask.input_sealed = None
        _go_on(desk, ask, begun, outcome)
        _heard_meanwhile(desk, ask, attempt)


def _heard_meanwhile(desk: Desk, ask: Ask, attempt: Attempt) -> None:
    """A callback during the talk may be newer than the talk's answer: query at once."""
    heard = ask.heard_at is not None and ask.heard_at >= attempt.started_at
    if heard and ask.state in (AskState.ACCEPTED, AskState.IN_DOUBT) and ask.waits_for in ASKED_FOR:
        outcomes.wait(desk, ask, "question", now())


def _wake_next(desk: Desk, channel: str) -> None:
    """A call has ended: the ask that has waited longest for that may go."""
    following = channel_state.next_waiting(desk.tx, channel)
    if following is not None:
        following.waits_for, following.waits_until = "worker", now()
        desk.nudge(desk.tx, following.id)


def _close_attempt(desk: Desk, ask: Ask, attempt: Attempt, outcome: Outcome) -> None:
    record = outcome.record
    write_answer(desk, ask, record)
    attempt.ended_at = attempt.ended_at or now()
    attempt.outcome, attempt.code, attempt.text = outcome.ending, outcome.code or None, outcome.text or None


def write_answer(desk: Desk, ask: Ask, record: Record) -> None:
    """Write one exchange into the journal."""
    reply = record.reply
    journal.record_answer(
        desk.tx,
        desk.vault,
        ask,
        UUID(record.exchange_id),
        sent=record.sent,
        tries=record.tries,
        status=reply.status if reply else None,
        reply=reply.body if reply else None,
        elapsed_ms=record.elapsed_ms,
    )


def _go_on(desk: Desk, ask: Ask, begun: Begun, outcome: Outcome) -> None:
    package = packages.is_package(ask)
    channel = begun.ready.channel
    settles, result_after = timedelta(seconds=channel.settles_within), timedelta(seconds=channel.result_after)
    match outcome.ending:
        case "answered":
            exchange_id = UUID(outcome.record.exchange_id)
            learnt = Learnt(
                outcome.facts, exchange_id, begun.question, settles, result_after, timedelta(days=channel.counter_days)
            )
            (packages.learn_package if package else outcomes.learn)(desk, ask, learnt)
        case _ if begun.question:
            outcomes.question_failed(desk, ask, outcome.code, outcome.text, timedelta(days=channel.counter_days))
        case "refused":
            for member in ledger.rows_of(desk.tx, ask.id) if package else []:
                outcomes.refuse(desk, member, "other", outcome.code, outcome.text)
            outcomes.refuse(desk, ask, "other", outcome.code, outcome.text)
        case "busy":
            _busy(desk, ask, outcome)
        case _:
            (packages.doubt_package if package else outcomes.doubt)(desk, ask, outcome.code, outcome.text)


def _busy(desk: Desk, ask: Ask, outcome: Outcome) -> None:
    """Surely nothing was done: retry as a new attempt under the same key, after a growing delay."""
    noted: dict[str, Any] = {"partner_code": outcome.code or None, "partner_text": outcome.text or None}
    ledger.move_rows(desk.tx, ask.id, [AskState.SENDING], AskState.QUEUED)
    if ask.input_sealed is not None:
        ledger.step(ask, AskState.ACCEPTED, **noted)
        outcomes.wait(desk, ask, "partner_busy", now() + jitter(BUSY_WAITS[0]))
        return
    if now() - ask.asked_at > BUSY_UNTIL:
        ledger.step(ask, AskState.PERSON, waits_for="person:partner_busy", waits_until=None, **noted)
        return
    ledger.step(ask, AskState.QUEUED, **noted)
    rest = BUSY_WAITS[min(ask.attempts - 1, len(BUSY_WAITS) - 1)]
    rest = max(rest, min(outcome.retry_after or rest, LONGEST_WAIT))
    outcomes.wait(desk, ask, "partner_busy", now() + jitter(rest))


def _health(desk: Desk, ask: Ask, outcome: Outcome) -> None:
    """Tell the breaker: any verified answer is a sign of health, whatever it says."""
    if outcome.ending in ILL:
        breaker.record_setback(desk.tx, ask.channel, now(), f"{outcome.ending} {outcome.code}".strip())
    elif breaker.record_success(desk.tx, ask.channel, now()):
        for waiting in channel_state.waiting(desk.tx, ask.channel):
            outcomes.wait(desk, waiting, "worker", now())


def next_exchange(runtime: WorkerRuntime, begun: Begun, no: int, request: Request, last: Record) -> Record | datetime:
    """Within a talk: write the last answer and the next mark in one transaction, and extend the lease.

    If the rate does not admit it now, returns the moment at which it may leave; `late_exchange` then writes the mark.
    """
    with runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, begun.ask_id, lock=True)
        assert ask is not None
        write_answer(desk, ask, last)
        moment = take(desk.tx, begun.ready)
        ask.lease_until = ask.waits_until = moment + begun.ready.lease
        return moment if moment > now() else _marked(desk, ask, begun, no, request)


def late_exchange(runtime: WorkerRuntime, begun: Begun, no: int, request: Request) -> Record:
    """Mark an exchange that had to wait for its turn."""
    with runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, begun.ask_id, lock=True)
        assert ask is not None
        ask.lease_until = ask.waits_until = now() + begun.ready.lease
        return _marked(desk, ask, begun, no, request)


def _marked(desk: Desk, ask: Ask, begun: Begun, no: int, request: Request) -> Record:
    content = journal.kept_bytes(request)
    return Record(journal.mark_exchange(desk.tx, desk.vault, ask, begun.attempt_id, no, request.path, content).hex)
