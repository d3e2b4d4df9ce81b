"""What ABC's answers state; nothing is concluded from what an answer leaves out."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from hub.plugin import (
    Accepted,
    BindingEnded,
    BindingLive,
    Declined,
    Fact,
    NeedsInput,
    Pending,
    Unknown,
    text_at,
)

from .codes import DONE, UNKNOWN, reason
from .envelope import Settings
from .messages import AgreementRow, FiledRow, day

Row = AgreementRow | FiledRow


def wants_code(customer_code: str, asked: datetime, settings: Settings) -> NeedsInput:
    """The customer must give the code of the SMS."""
    return NeedsInput(customer_code, "sms_code", asked + timedelta(seconds=settings.sms_seconds))


def still_wants(customer_code: str, code: str = "", words: str = "") -> NeedsInput:
    """The same without a time limit from the bank: neither a wrong code nor a query moves the limit."""
    return NeedsInput(customer_code, "sms_code", None, code, words)


def state_of(answer: object, customer_code: str, sign_no: str, now: datetime) -> Fact:
    """What EntrustQuerySign says of one agreement; AgentSignStatus 0 waiting, 1 in force, 2 ended (own convention)."""
    tail, until = text_at(answer, "Last4CardNo"), text_at(answer, "InvaidDate")
    if text_at(answer, "SignNo") != sign_no:
        raise Unknown("other_sign_no")
    match text_at(answer, "AgentSignStatus"):
        case "0":
            return still_wants(customer_code)
        # Days are yyyy/mm/dd, so texts of ten characters compare as days do.
        case "1" if len(until) == 10 and until < day(now):
            return Declined(customer_code, "expired", "InvaidDate", until)
        case "1" if len(tail) == 4 and len(until) == 10 and text_at(answer, "AgentSignNo"):
            return BindingLive(customer_code, sign_no, tail)
        case "2":
            return BindingEnded(customer_code, "2")
    raise Unknown("state")


def lines(answer: object) -> list[Mapping[str, Any]]:
    """The rows of a package's answer, if their count is as stated. Raises Unknown."""
    rows = answer.get("Details") if isinstance(answer, Mapping) else None
    if not isinstance(rows, list) or not all(isinstance(line, Mapping) for line in rows):
        raise Unknown("no_rows")
    if text_at(answer, "TotalCount") != str(len(rows)):
        raise Unknown("count")
    return rows


def row_facts(
    answer: object, rows: Iterable[Row], key_of: Mapping[str, str], *, final: bool, ending: bool = False
) -> list[Fact]:
    """One fact for each row that the answer states; none for a row with state 2, or named twice with two results.

    `final`: it is a receipt, not the answer to the sending; `ending`: the rows end agreements.
    """
    by_number = {agreement.row_no: agreement for agreement in rows}
    facts: dict[str, Fact | None] = {}
    for line in lines(answer):
        agreement = by_number.get(text_at(line, "SeqNo"))
        if agreement is None or text_at(line, "SignNo") != key_of[agreement.row_no]:
            continue
        fact = row_fact(line, agreement, final)
        if ending and text_at(line, "Status") == "0" and text_at(line, "ReturnCode") in ("", DONE):
            fact = BindingEnded(agreement.customer_code, row_no=agreement.row_no)
        # The same row twice with different results proves neither; None stays None whatever comes after.
        facts[agreement.row_no] = fact if facts.setdefault(agreement.row_no, fact) == fact else None
    return [fact for fact in facts.values() if fact is not None]


def row_fact(line: Mapping[str, Any], row: Row, final: bool) -> Fact | None:
    """One row: X not done, 0 done, 1 failed, 2 no response (unknown). A code that says otherwise leaves it unknown."""
    code, words, sign_no = text_at(line, "ReturnCode"), text_at(line, "ErrorMessage"), text_at(line, "SignNo")
    match text_at(line, "Status"):
        case "1" if code not in UNKNOWN | {DONE}:
            return Declined(row.customer_code, reason(code), code, words, row_no=row.row_no)
        # On submission even "done" is only accepted: the receipt decides.
        case "X" | "0" if not final and code in ("", DONE):
            return Accepted(row.customer_code, reference=sign_no, row_no=row.row_no)
        case "X":
            return Pending(row.customer_code, row_no=row.row_no)
        case "0" if code in ("", DONE) and len(tail := text_at(line, "Last4CardNo")) == 4:
            return BindingLive(row.customer_code, sign_no, tail, row_no=row.row_no)
    return None
