"""The single entry point for outcomes, however learnt: answer, question, callback, file or person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from hub.domain.capabilities import AT_COUNTER, RECHECK
from hub.domain.facts import (
    Absent,
    Accepted,
    Answer,
    BindingEnded,
    BindingLive,
    CustomerKnown,
    Declined,
    Fact,
    NeedsInput,
    Pending,
)
from hub.domain.states import AskState, final
from hub.operations.desk import Desk
from hub.operations.outbox import new_key, open_fields
from hub.ports import jitter, now
from hub.registry.asks import ledger
from hub.registry.reconciliation import marks, twins
from hub.registry.schema import Ask
from hub.registry.settlement import accounts
from hub.registry.vault import Destroyed, Unreadable

from .consequences import announced, binding_live, binding_refused, ended

# Rests before the first, second … question about an ask in doubt; the last one repeats.
QUESTION_WAITS = tuple(timedelta(seconds=s) for s in (1, 2, 5, 15, 60, 300, 900, 3600, 7200))
# Rests before the questions about an ask that the partner has taken: it works at its own pace.
RESULT_WAITS = tuple(timedelta(seconds=s) for s in (3, 10, 30, 120, 600, 1800, 3600, 7200))
# Doubt older than this goes to a person, with its questions and answers.
GIVE_UP = timedelta(hours=24)
# An accepted ask without a result for this long goes to a person.
PATIENCE = timedelta(days=3)
# "No trace of it" answers needed before a request is taken for lost and sent again under its key.
ABSENCES = 2

# Prefix of `waits_for` while the partner waits for a person's input; what it wants follows.
INPUT = "input:"
# Code of an ask handed to a person because the requested input never came.
NO_INPUT = "no_input"
# Time after the last sending until a missing input hands the ask to a person (own convention).
INPUT_PATIENCE = timedelta(days=1)
# Shortest rest before the partner is asked about an ask that waits for an input.
INPUT_LEAST = timedelta(seconds=30)
# Code of an ask handed to a person because its sealed fields cannot be read (they were not destroyed).
UNREADABLE = "unreadable"
# The reason of a recheck that brought no decisive answer.
CANNOT_SAY = "cannot_say"
# The partner did not take the last input, and waits for another: it was wrong, or came too late.
INPUT_REFUSED, INPUT_LAPSED = "input_refused", "input_lapsed"
# The customer gave up while the ask waited for an input.
GIVEN_UP = "given_up"
# A request that is older than GIVE_UP goes to a person after this many sendings without a trace at the partner.
SENDINGS = 3


@dataclass(frozen=True)
class Learnt:
    """What was learnt in one talk (or callback, or file): the answers, and where the proof lies."""

    answers: Sequence[Answer]
    exchange_id: UUID | None
    question: bool
    settles_within: timedelta = field(default=timedelta(seconds=60))
    result_after: timedelta = field(default=timedelta(seconds=3))
    counter_patience: timedelta = field(default=timedelta(days=15))
    """A customer who has not been to the bank's counter for this long is called by a person (the channel's setting)."""
    began_at: datetime | None = None
    """When the talk began: a message that the partner sent after it may be newer than its answer."""
    handed_in: bool = False
    """Whether this answers a person's input."""
    busy_is_stored: bool = False
    """Whether the partner's "busy" is its answer to that serial for ever (the channel's declaration)."""


def learn(desk: Desk, ask: Ask, learnt: Learnt) -> None:
    """Turn what the partner said about one ask into its next state and the registry's change. Locked ask required.

    On a final ask nothing changes, whatever is said. Without a usable fact the ask is in doubt.
    """
    if final(AskState(ask.state)):
        return
    _learn(desk, ask, learnt)
    if not final(AskState(ask.state)) or ask.package_id is not None or not ask.customer_code:
        return
    # What held a difference up has ended, so it is compared again. A recheck marks the customer itself.
    if ask.verb != RECHECK:
        marks.mark_if_different(desk.tx, ask.channel, ask.customer_code, f"ask {ask.id}", now())


def _learn(desk: Desk, ask: Ask, learnt: Learnt) -> None:
    fact = fact_for(ask, learnt.answers)
    # The customer gave up: if the bank still waits or knows nothing, the ask ends; what is in force stays in force.
    if ask.given_up_by and isinstance(fact, NeedsInput | Absent):
        refuse(desk, ask, GIVEN_UP, "", "")
        ask.ended_by = ask.given_up_by
        return
    if ask.verb == RECHECK:
        learn_in_force(desk, ask, fact, learnt)
        return
    match fact:
        case Accepted():
            forget_no(ask)
            ask.partner_code = ask.partner_text = None
            accept(desk, ask, fact.reference or ask.reference, learnt)
        case Pending():
            ask.partner_code, ask.partner_text = fact.code or None, fact.text or None
            accept(desk, ask, ask.reference, learnt)
        case BindingLive():
            learn_live(desk, ask, fact, learnt)
        case Declined():
            refuse(desk, ask, fact.reason, fact.code, fact.text)
        case BindingEnded():
            learn_ended(desk, ask, learnt)
        case CustomerKnown():
            ledger.step(ask, AskState.DONE, doubt_since=None)
            announced(desk, ask)
        case Absent():
            learn_absence(desk, ask, learnt)
        case NeedsInput():
            await_input(desk, ask, fact, handed_in=learnt.handed_in)
        case _:
            doubt(desk, ask, "no_fact", "")


def fact_for(ask: Ask, answers: Sequence[Answer]) -> Fact | None:
    """The fact about this ask among the answers: by row in a package, else by customer code."""
    for answer in answers:
        if not isinstance(answer, Fact) or answer.customer_code != ask.customer_code:
            continue
        # A partner that names no row in its answer is matched by customer code alone.
        if ask.row_no is None or not answer.row_no or answer.row_no == str(ask.row_no):
            return answer
    return None


def forget_no(ask: Ask) -> None:
    """Forget what the partner said to the last code: another was handed in, or the partner went on."""
    if ask.reason in (INPUT_REFUSED, INPUT_LAPSED):
        ask.reason = ask.partner_code = ask.partner_text = None


def accept(desk: Desk, ask: Ask, reference: str | None, learnt: Learnt) -> None:
    """The partner has accepted it: ask for the result later, until patience runs out."""
    ledger.step(ask, AskState.ACCEPTED, reference=reference, doubt_since=None, absences=0)
    at_counter = ask.verb == AT_COUNTER
    if now() - ask.asked_at > (learnt.counter_patience if at_counter else PATIENCE):
        to_person(ask, "not_at_counter" if at_counter else "no_result")
        return
    ask_later(desk, ask, "counter" if at_counter else "partner_result", learnt.result_after)


def learn_live(desk: Desk, ask: Ask, fact: BindingLive, learnt: Learnt) -> None:
    """In force at the partner: a success for a binding with our card; no success for an ending."""
    if ask.verb == "unbind_card":
        # The bank has not ended it yet: go on asking until patience runs out.
        accept(desk, ask, ask.reference, learnt)
        return
    try:
        card = open_fields(desk.vault, ask).get("card_number")
    except (Unreadable, Destroyed):
        # Without our number nobody can tell whether it is our card that is in force.
        to_person(ask, UNREADABLE)
        return
    if fact.card_ending and card is not None and not card.reveal().endswith(fact.card_ending):
        refuse(desk, ask, "other_card", "", "")
        return
    ledger.step(ask, AskState.DONE, doubt_since=None, reference=fact.agreement_no or ask.reference)
    binding_live(desk, ask, fact.agreement_no, learnt.exchange_id, at=fact.at, said=fact.card_ending)


def learn_ended(desk: Desk, ask: Ask, learnt: Learnt) -> None:
    """No longer in force: a success for an ending. For a binding it means that the customer withdrew."""
    if ask.verb != "unbind_card":
        refuse(desk, ask, "withdrawn_by_customer", "", "")
        return
    ledger.step(ask, AskState.DONE, doubt_since=None)
    ended(desk, ask)


def learn_absence(desk: Desk, ask: Ask, learnt: Learnt) -> None:
    """No trace of it at the partner: after several such answers, and late enough, it is sent again under its serial.

    Under a new serial if the partner's "busy" is its last word on the old one; the attempts keep the serial they used.
    A package's row is never sent again: the serial is the package's, so it stays in doubt until the outcome is known.
    """
    if ask.verb == AT_COUNTER:
        # Nothing was sent: the customer has not been to the counter yet.
        accept(desk, ask, ask.reference, learnt)
        return
    if ask.row_no is not None:
        doubt(desk, ask, "row_missing", "")
        return
    # `attempts` counts both kinds of talk; without the questions it counts the sendings.
    if now() - ask.asked_at > GIVE_UP and ask.attempts - ask.questions >= SENDINGS:
        to_person(ask, "doubt_too_old")
        return
    ask.absences += 1
    # Before that the request may still be on its way inside the partner.
    settled = ask.sent_at is not None and now() - ask.sent_at >= learnt.settles_within
    if ask.absences >= ABSENCES and settled:
        if learnt.busy_is_stored and ledger.turned_away(desk.tx, ask):
            ask.sent_key = new_key()
        ledger.step(ask, AskState.QUEUED, absences=0, doubt_since=None)
        wait(desk, ask, "worker", now())
        return
    if ask.doubt_since is None:
        ask.doubt_since = now()
    again(desk, ask)


def refuse(desk: Desk, ask: Ask, reason: str, code: str, text: str) -> None:
    """The partner's no: final, with its own code and text beside the neutral reason."""
    ledger.step(
        ask, AskState.REFUSED, reason=reason, partner_code=code or None, partner_text=text or None, doubt_since=None
    )
    binding_refused(desk, ask, reason)


def doubt(desk: Desk, ask: Ask, code: str, text: str) -> None:
    """The request may have been carried out: ask, never resend; after GIVE_UP a person takes over."""
    # A person has it already, and another doubt tells them nothing new.
    if ask.state == AskState.PERSON:
        return
    if ask.doubt_since is None:
        ask.doubt_since = now()
    ask.partner_code, ask.partner_text = code or ask.partner_code, text or ask.partner_text
    # An accepted ask stays accepted: the partner has it for certain, only the result is open.
    if ask.state not in (AskState.IN_DOUBT, AskState.ACCEPTED):
        ledger.step(ask, AskState.IN_DOUBT)
    again(desk, ask)


def learn_in_force(desk: Desk, ask: Ask, fact: Fact | None, learnt: Learnt) -> None:
    """What the bank holds now: only "in force" confirms, only "ended" ends; anything else is no answer (R7.9, I7)."""
    newer = ask.heard_at is not None and learnt.began_at is not None and ask.heard_at >= learnt.began_at
    match fact:
        case BindingLive() | BindingEnded() if newer:
            # A message came during the talk, and either may be the later one; the next answer takes in both.
            ledger.step(ask, AskState.ACCEPTED)
            ask_later(desk, ask, "question")
        case BindingLive():
            _confirm(desk, ask, fact)
        case BindingEnded():
            ledger.step(ask, AskState.DONE)
            ended(desk, ask)
            mark_asked(desk, ask)
        case Pending():
            unsaid(desk, ask, fact.code, fact.text, GIVE_UP)
        case _:
            # Answered without an exchange: the plugin knew, without sending, that its bank has no such question.
            asked = learnt.exchange_id is not None
            unsaid(desk, ask, "", "", learnt.settles_within if asked else None)


def _confirm(desk: Desk, ask: Ask, fact: BindingLive) -> None:
    """The bank does hold it, whatever a list or message said; if its card is not ours, that is a difference."""
    account = accounts.account(desk.tx, ask.subject_id)
    ours, moment = account.ending if account is not None else "", now()
    twins.record_binding(
        desk.tx,
        ask.channel,
        fact.customer_code,
        agreement_no=fact.agreement_no,
        our_ending=ours,
        stated_ending=fact.card_ending,
        at=moment,
        asked_at=ask.asked_at,
        moment=moment,
    )
    if fact.card_ending and ours and fact.card_ending != ours:
        refuse(desk, ask, "other_card", "", "")
    else:
        ledger.step(ask, AskState.DONE)
    mark_asked(desk, ask)


def unsaid(desk: Desk, ask: Ask, code: str, text: str, patience: timedelta | None) -> None:
    """Nothing decisive was said: ask again while it may settle, then leave what was told before to people.

    `patience` counts from the ask; None: there is nothing to wait for.
    """
    ask.absences += 1
    if patience is None or (ask.absences >= ABSENCES and now() - ask.asked_at >= patience):
        refuse(desk, ask, CANNOT_SAY, code, text)
        mark_asked(desk, ask)
        return
    ledger.step(ask, AskState.ACCEPTED, partner_code=code or None, partner_text=text or None)
    ask_later(desk, ask, "question")


def mark_asked(desk: Desk, ask: Ask) -> None:
    """Compare the customer again, now that the bank was asked; if it could not say, the earlier evidence stays."""
    evidence = ask.evidence if ask.reason == CANNOT_SAY else None
    marks.mark(desk.tx, ask.channel, [ask.customer_code or ""], [], evidence or f"ask {ask.id}", now())


def question_failed(desk: Desk, ask: Ask, code: str, text: str, learnt: Learnt, *, refused: bool = False) -> None:
    """A question brought nothing: what we knew before stands; ask again later. `refused`: by a verified no."""
    if ask.verb == RECHECK:
        unsaid(desk, ask, code, text, learnt.settles_within if refused else GIVE_UP)
        return
    if ask.doubt_since is None:
        ledger.step(ask, AskState.ACCEPTED)
        if now() - ask.asked_at > (learnt.counter_patience if ask.verb == AT_COUNTER else PATIENCE):
            to_person(ask, "no_result")
            return
    else:
        ledger.step(ask, AskState.IN_DOUBT, partner_code=code or None, partner_text=text or None)
    again(desk, ask)


def again(desk: Desk, ask: Ask) -> None:
    """The next question, or a person when the doubt is too old."""
    if ask.doubt_since is not None and now() - ask.doubt_since > GIVE_UP:
        to_person(ask, "doubt_too_old")
        return
    ask_later(desk, ask, "question")


def ask_later(desk: Desk, ask: Ask, reason: str, at_least: timedelta = timedelta()) -> None:
    """Plan the next question; rests grow with the number of questions."""
    rests = QUESTION_WAITS if reason == "question" else RESULT_WAITS
    rest = max(rests[min(ask.questions, len(rests) - 1)], at_least)
    wait(desk, ask, reason, now() + jitter(rest))


def await_input(desk: Desk, ask: Ask, fact: NeedsInput, *, handed_in: bool = False) -> None:
    """The partner asks for input: a person hands it in, in time; if nobody does, the partner is asked how it stands.

    If the partner names no limit, the one it named before stays. No wait is endless. If it asks again for what was just
    `handed_in`, it did not accept that: the person reads so where the code was typed.
    """
    if handed_in:
        ask.reason = INPUT_LAPSED if fact.until is not None and fact.until <= now() else INPUT_REFUSED
        ask.partner_code, ask.partner_text = fact.code or None, fact.text or None
    ledger.step(ask, AskState.ACCEPTED, doubt_since=None, input_until=fact.until or ask.input_until)
    # From the last sending: each further SMS gives the customer a new day.
    patience = (ask.sent_at or ask.asked_at) + INPUT_PATIENCE
    if now() > patience:
        to_person(ask, NO_INPUT)
        return
    rest = max(INPUT_LEAST, RESULT_WAITS[min(ask.questions, len(RESULT_WAITS) - 1)])
    # Look when the code lapses, but right after the patience ends at the latest: then a person gets the ask.
    look = max(ask.input_until or now(), now() + rest)
    wait(desk, ask, f"{INPUT}{fact.what}", min(look, patience + INPUT_LEAST))


def to_person(ask: Ask, why: str) -> None:
    """Hand the ask to a person, with the reason."""
    ledger.step(ask, AskState.PERSON, waits_for=f"person:{why}", waits_until=None)


def wait(desk: Desk, ask: Ask, reason: str, until: datetime) -> None:
    """Declare what the ask waits for and until when, and set its job. A package's row has none: its package has it."""
    ask.waits_for, ask.waits_until = reason, until
    if ask.package_id is None:
        desk.nudge(desk.tx, ask.id, at=until)
