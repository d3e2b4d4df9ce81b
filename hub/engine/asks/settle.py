"""The second half of a step, in one transaction: the answer into the journal, facts into the registry, the channel's health."""

from datetime import datetime, timedelta
from uuid import UUID

from hub.channels.talk import Outcome, Record
from hub.domain.privacy.charsets import named_in
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState, final
from hub.engine.rate_limit import take
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks import outcomes, packages, unsent
from hub.operations.asks.outcomes import Learnt
from hub.operations.desk import Desk
from hub.plugin import Request
from hub.ports import now
from hub.registry.asks import journal, ledger
from hub.registry.channels import breaker
from hub.registry.channels import state as channel_state
from hub.registry.schema import Ask, Attempt

from .begin import CONFIRM, Begun

# Reasons for which an ask is queried again early; one that waits for an input or a person is not.
ASKED_FOR = frozenset({"question", "partner_result", "counter"})
# Endings that count against the channel's breaker.
ILL = frozenset({"unknown", "busy", "forged", "fault"})


def settle(runtime: WorkerRuntime, begun: Begun, outcome: Outcome) -> None:
    """Record how the talk ended and decide what follows. A late answer of a worker that was presumed dead still counts."""
    with runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, begun.ask_id, lock=True)
        attempt = desk.tx.get(Attempt, begun.attempt_id)
        assert ask is not None and attempt is not None
        # If this worker was presumed dead, another one has ended the attempt.
        ours = attempt.ended_at is None
        _close_attempt(desk, ask, attempt, outcome)
        _health(desk, ask, outcome)
        # Before the ask's own fate: the free call is others' in any case.
        _wake_next(desk, ask.channel)
        if final(AskState(ask.state)):
            return
        if not ours and (outcome.ending != "answered" or ask.state == AskState.QUEUED):
            return  # to be sent again under its key: the partner will say that it has it already
        # Not if it was taken over: the lease is then another worker's.
        if ours:
            ask.lease_until = None
        if not begun.question and outcome.record.sent != "no":
            packages.has_left(desk, ask)
        # Only a busy that leaves nothing behind, or a fault before it left, proves that the input was not used.
        unused = outcome.ending == "busy" and not _stored(begun, outcome)
        if not unused and not _never_left(begun, outcome):
            ask.input_sealed = None
        _go_on(desk, ask, attempt, begun, outcome)
        _heard_meanwhile(desk, ask, attempt)


def _heard_meanwhile(desk: Desk, ask: Ask, attempt: Attempt) -> None:
    """A callback during the talk may be newer than the talk's answer: query at once."""
    heard = ask.heard_at is not None and ask.heard_at >= attempt.started_at
    if heard and ask.state in (AskState.ACCEPTED, AskState.IN_DOUBT) and ask.waits_for in ASKED_FOR:
        outcomes.wait(desk, ask, "question", now())


def _wake_next(desk: Desk, channel: str) -> None:
    """A call has ended: wake the ask that has waited longest for a free place."""
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
        charset=named_in(reply.headers) if reply else None,
    )


def _go_on(desk: Desk, ask: Ask, attempt: Attempt, begun: Begun, outcome: Outcome) -> None:
    package = packages.is_package(ask)
    channel = begun.ready.channel
    learnt = Learnt(
        outcome.facts,
        UUID(outcome.record.exchange_id),
        begun.question,
        settles_within=timedelta(seconds=channel.settles_within),
        result_after=timedelta(seconds=channel.result_after),
        counter_patience=timedelta(days=channel.counter_days),
        began_at=attempt.started_at,
        handed_in=begun.verb == CONFIRM,
        busy_is_stored=channel.busy == "answer_stored",
    )
    match outcome.ending:
        case "answered":
            (packages.learn_package if package else outcomes.learn)(desk, ask, learnt)
        case _ if begun.question:
            refused = outcome.ending == "refused"
            outcomes.question_failed(desk, ask, outcome.code, outcome.text, learnt, refused=refused)
        case "refused":
            packages.refuse_all(desk, ask, outcome.code, outcome.text)
        case "busy" if _stored(begun, outcome):
            (packages.doubt_package if package else outcomes.doubt)(desk, ask, outcome.code, outcome.text)
            _keep_away(desk, ask, outcome)
        case "busy":
            unsent.turned_away(desk, ask, outcome.code, outcome.text, outcome.retry_after)
        case "fault" if _never_left(begun, outcome):
            unsent.broke(desk, ask, outcome.code, outcome.text)
        case _:
            (packages.doubt_package if package else outcomes.doubt)(desk, ask, outcome.code, outcome.text)


def _stored(begun: Begun, outcome: Outcome) -> bool:
    """Whether "busy" is the partner's final answer to this serial: it is queried first, then sent under another."""
    return (
        begun.ready.channel.busy == "answer_stored" and outcome.ending == "busy" and outcome.record.sent == "answered"
    )


def _never_left(begun: Begun, outcome: Outcome) -> bool:
    """Whether the plugin broke before the first byte of the whole attempt."""
    first = outcome.record.exchange_id == begun.exchange_id.hex
    return outcome.ending == "fault" and outcome.record.sent == "no" and first


def _keep_away(desk: Desk, ask: Ask, outcome: Outcome) -> None:
    """Put the next question off if the partner asked for a longer rest than we would leave it."""
    if outcome.retry_after is not None and ask.waits_until is not None:
        rest = now() + min(outcome.retry_after, unsent.LONGEST_WAIT)
        outcomes.wait(desk, ask, "question", max(ask.waits_until, rest))


def _health(desk: Desk, ask: Ask, outcome: Outcome) -> None:
    """Tell the breaker: any verified answer is a sign of health, whatever it says."""
    if outcome.ending in ILL:
        breaker.record_setback(desk.tx, ask.channel, now(), f"{outcome.ending} {outcome.code}".strip())
    elif breaker.record_success(desk.tx, ask.channel, now()):
        # The breaker closed: everything that waited for it may go.
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
        # The answer is committed with the reservation: a crash while waiting for the turn loses neither.
        moment = take(desk.tx, begun.ready)
        # Counted from the turn, not from now: waiting for it must not look like dying.
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
    content, charset = journal.kept_bytes(request), begun.ready.charset
    marked = journal.mark_exchange(desk.tx, desk.vault, ask, begun.attempt_id, no, request.path, content, charset)
    return Record(marked.hex)
