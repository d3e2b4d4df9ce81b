"""What ICBC's answers state about rows; nothing is concluded from what an answer leaves out."""

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from hub.plugin import Accepted, BindingLive, Declined, Fact, Pending, Secret, Unknown, plain_at

from .codes import ROW_DONE, ROW_FAILED, ROW_OPEN, reason

# `status` of an agreement that is in force, and of one that has ended (own convention: the bank publishes no values).
IN_FORCE, ENDED = "1", "2"

# The one refusal that may be good news: the agreement that exists can be ours.
EXISTS = "agreement_exists"


class Filed(Protocol):
    """A row that we sent, as far as an answer needs it."""

    @property
    def row_no(self) -> str:
        """Its number in the package."""

    @property
    def customer_code(self) -> str:
        """The payer's number at the company."""

    @property
    def card_number(self) -> Secret:
        """The payer's card."""


Line = Mapping[str, Any]


def lines(answer: Any) -> list[Line]:
    """The rows of an answer. Raises Unknown if there is no list of rows, which does not mean "none"."""
    rows = answer.get("rd") if isinstance(answer, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(line, Mapping) for line in rows):
        raise Unknown("no_rows")
    return rows


def ending(number: str) -> str:
    """The last four digits."""
    return number[-4:]


def refused(row: Filed, code: str, words: str) -> Declined:
    """The bank's no to a row, with its own code and words."""
    return Declined(row.customer_code, reason(code), code, words, row_no=row.row_no)


def taken(answer: Any, rows: Iterable[Filed]) -> list[Fact]:
    """What the answer to a package says of each row of ours; a row that it does not name, or names twice, gets none.

    "Done" at once counts as accepted only: in force is what the list in force shows (I7). So does "exists already": it
    may be ours, from a message whose answer was lost, or from the counter, and the query will tell.
    """
    by_number = {agreement.row_no: agreement for agreement in rows}
    serial = plain_at(answer, "serial_no") if isinstance(answer, Mapping) else ""
    facts: dict[str, Fact | None] = {}
    for line in lines(answer):
        agreement = by_number.get(plain_at(line, "i_seqno"))
        # The bank may leave the payer's number out, but a row with another's number is not ours.
        if agreement is None or plain_at(line, "pay_no") not in ("", agreement.customer_code):
            continue
        fact = row_taken(line, agreement, serial)
        facts[agreement.row_no] = fact if facts.setdefault(agreement.row_no, fact) == fact else None
    return [fact for fact in facts.values() if fact is not None]


def row_taken(line: Line, row: Filed, serial: str) -> Fact | None:
    """One row's result on submission; None for a result that is in no table."""
    outcome, code, words = (plain_at(line, name) for name in ("result", "i_ret_code", "i_ret_msg"))
    exists = outcome in ROW_FAILED and reason(code) == EXISTS
    if outcome in ROW_FAILED and not exists:
        return refused(row, code, words)
    if exists or outcome == ROW_DONE or outcome in ROW_OPEN:
        reference = f"{serial} {plain_at(line, 'order_no')}".strip()
        return Accepted(row.customer_code, reference=reference, row_no=row.row_no)
    return None


def decided(found: Iterable[Line], rows: Iterable[Filed]) -> list[Fact]:
    """What a list of results says of our rows: refused, pending, or done (as BindingLive, still to be confirmed)."""
    filed = list(rows)
    facts: dict[str, Fact | None] = {}
    for line in found:
        owner = whose(line, filed)
        fact = row_decided(line, owner) if owner else None
        if owner and fact:
            facts[owner.row_no] = fact if facts.setdefault(owner.row_no, fact) == fact else None
    return [fact for fact in facts.values() if fact is not None]


def whose(line: Line, rows: Iterable[Filed]) -> Filed | None:
    """The row of ours that a result is about: by payer number, and by card if one payer has several rows.

    Results carry no row number. If two rows still fit, the result is nobody's: a guess could bind the wrong card.
    """
    candidates = [candidate for candidate in rows if candidate.customer_code == plain_at(line, "pay_no")]
    if len(candidates) > 1:
        candidates = [
            candidate
            for candidate in candidates
            if ending(candidate.card_number.reveal()) == ending(plain_at(line, "pay_acct_no"))
        ]
    return candidates[0] if len(candidates) == 1 else None


def row_decided(line: Line, row: Filed) -> Fact | None:
    """One row's result when asked for it; None for a result that is in no table."""
    outcome, code, words = (plain_at(line, name) for name in ("result", "i_ret_code", "i_ret_msg"))
    if outcome in ROW_FAILED:
        return refused(row, code, words)
    if outcome == ROW_DONE:
        return BindingLive(row.customer_code, "", ending(plain_at(line, "pay_acct_no")), row_no=row.row_no)
    if outcome in ROW_OPEN:
        return Pending(row.customer_code, outcome, words, row_no=row.row_no)
    return None


def deleted(found: Iterable[Line], customer_code: str) -> Line:
    """Our row among the results of a deletion; raises Unknown without exactly one, or for a result in no table."""
    mine = [line for line in found if plain_at(line, "pay_no") == customer_code]
    if len(mine) != 1:
        raise Unknown("row_missing")
    if plain_at(mine[0], "result") not in ROW_FAILED | ROW_OPEN | {ROW_DONE}:
        raise Unknown("not_understood")
    return mine[0]


def in_force(found: Iterable[Line]) -> dict[str, BindingLive]:
    """The agreements that a list shows to be in force, by customer code; not one that lacks number, card or status."""
    live: dict[str, BindingLive] = {}
    for line in found:
        code, number, card = (plain_at(line, name) for name in ("pay_no", "agreement_no", "pay_acct_no"))
        if code and number and len(card) >= 4 and plain_at(line, "status") == IN_FORCE:
            live[code] = BindingLive(code, number, ending(card))
    return live


def exists(fact: Fact | None) -> bool:
    """Whether the bank refused a row only because it already holds an agreement, which then decides."""
    return isinstance(fact, Declined) and fact.reason == EXISTS


def ours(live: BindingLive | None, row: Filed) -> bool:
    """Whether what is in force is for the card that we filed."""
    return live is not None and live.card_ending == ending(row.card_number.reveal())


def confirmed(fact: Fact, live: Mapping[str, BindingLive]) -> Fact:
    """A done row as the list in force has it: live with its number and card, or not shown there yet."""
    if not isinstance(fact, BindingLive):
        return fact
    held = live.get(fact.customer_code)
    if held is None:
        return Pending(fact.customer_code, "not_in_force_yet", row_no=fact.row_no)
    return BindingLive(fact.customer_code, held.agreement_no, held.card_ending, row_no=fact.row_no)
