"""ICBC 工商银行: agreements travel in packages; a binding is accepted first and live later (protocol notes §1.3)."""

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hub.plugin import (
    Absent,
    Accepted,
    Answer,
    BindingEnded,
    Busy,
    CardChecked,
    Channel,
    Conversation,
    Declined,
    Heard,
    Listing,
    Pending,
    ProbeLeg,
    Refused,
    Reply,
    Request,
    Secret,
    Unknown,
    hookimpl,
    plain_at,
    post,
)

from .answers import confirmed, deleted, ending, exists, lines, ours, taken
from .callbacks import heard
from .codes import CLOCK, LOGIN, NO_COMPANY, NO_RECORD, NOT_TAKEN, ROW_DONE, ROW_FAILED, judge, reason
from .envelope import judge_status, open_reply, sign
from .messages import AREA, CARD_AREA, delete_row, head, import_row, query_head, unholdable
from .nc import SIGNED, first_signed, instruct, opened, sealed
from .questions import deletion, held_now, list_in_force, listed, one_in_force, results
from .settings import Settings

# A payer number that no customer has, for the harmless query of the probe.
NOBODY = "0"
# Reasons that are about the card; any other refusal of the check is about the question and says nothing.
UNUSABLE = frozenset({"name_mismatch", "id_mismatch", "other_card", "account_closed", "account_blocked"})
# `cardstat`: 0 means in use, any other number of one or two digits not in use; anything else says nothing.
CARD_STATE = re.compile("[0-9]{1,2}", re.ASCII)


@dataclass(frozen=True)
class AgreementRow:
    """What ICBC is given of each customer in a package."""

    row_no: str
    customer_code: str
    holder_name: str
    card_number: Secret
    id_number: Secret


@dataclass(frozen=True)
class FiledRow:
    """What a question about a package needs of each row; nothing of it is sent."""

    row_no: str
    customer_code: str
    card_number: Secret


# Public BIN lists (protocol notes §12).
CARD_BINS = {
    "debit_card": (
        "622200, 622202, 622203, 622208, 621225-621227, 621229, 621230, 621240, 621281, 621288, 621476, 621558, 621559, "
        "621670, 621720-621724, 620058, 623062, 623163, 621205-621211, 622020, 622302-622313, 622510, 622806, 623002, "
        "623100, 9558"
    ),
    "credit_card": (
        "622210-622215, 622230-622240, 622245, 622246, 622158, 622159, 622597, 622599, 622910, 625247, 625249, "
        "625858-625859, 625915-625917, 628286, 427020, 427030, 451810, 451811, 524047, 524091, 528856, 530970, 370247"
    ),
}


@hookimpl
def channel() -> Channel:
    """ICBC: 5 calls a second, packages of 500, debit and credit cards."""
    return Channel(
        key="icbc",
        kind="bank",
        title="中国工商银行",
        title_en="ICBC",
        settings=Settings,
        rate="5/s",
        concurrency=8,
        batch=500,
        deadline=20.0,
        settles_within=60.0,
        accounts=frozenset({"debit_card", "credit_card"}),
        card_bins=CARD_BINS,
        charset="GBK",
    )


@hookimpl
def seal(request: Request, settings: Settings, exchange: str, now: datetime) -> Request:
    """Sign the sorted public parameters over the path (protocol notes §1.1), or frame the XML of the link (§1.4)."""
    if settings.way == "nc":
        return sealed(request, settings, now)
    return sign(request, settings, exchange, now)


@hookimpl
def unseal(reply: Reply, settings: Settings) -> Any:
    """Verify over the raw characters, then let the return code judge."""
    if settings.way == "nc":
        judge_status(reply)
        content = opened(reply)
        if SIGNED in content:
            return content
    else:
        content = open_reply(reply, settings)
    judge(content)
    return content


@hookimpl
def probe(settings: Settings, now: datetime) -> Conversation:
    """Ask for an agreement that cannot exist: proves address, keys, clock and rights, and changes nothing."""
    path, question = f"{AREA}/mepbprotocolsingleqry/V1", query_head(settings, "", now) | {"pay_no": NOBODY}
    try:
        if settings.way == "nc":
            yield first_signed(path, question)
        yield post(path, question)
    except (Refused, Busy) as no:
        if no.code in NOT_TAKEN:
            return turned_away(no.code, no.text)
        if no.code not in NO_RECORD:
            raise
    return [ProbeLeg("login", True), ProbeLeg("permission", True), ProbeLeg("clock", True)]


def turned_away(code: str, words: str) -> list[Answer]:
    """Which leg failed, and which passed before it: the gateway checks the clock, then the key, then the permission."""
    explanation = f"{code} {words}".strip()
    if code in CLOCK:
        return [ProbeLeg("clock", False, explanation)]
    if code in LOGIN:
        return [ProbeLeg("clock", True), ProbeLeg("login", False, explanation)]
    return [ProbeLeg("clock", True), ProbeLeg("login", True), ProbeLeg("permission", False, explanation)]


@hookimpl
def check_card(key: str, holder_name: str, card_number: Secret, id_number: Secret, settings: Settings) -> Conversation:
    """The bank's own check of card and name (R7.12), by its card verification interface."""
    if settings.way == "nc":
        raise Refused("not_on_this_way", "the XML link has no card check")
    asked = {"certType": "0", "certNo": id_number, "custName": holder_name, "cardno": card_number}
    try:
        answer = yield post(f"{CARD_AREA}/icbccardauth/V1", asked | {"sendMsgFlag": "0"})
    except Refused as no:
        if reason(no.code) not in UNUSABLE:
            raise
        return [CardChecked("", usable=False, name_agrees=reason(no.code) != "name_mismatch")]
    # Both or nothing: a kind without a state, or the other way round, would be half an answer.
    flag, state = plain_at(answer, "crdeflag"), plain_at(answer, "cardstat")
    if flag not in ("0", "1") or not CARD_STATE.fullmatch(state):
        raise Unknown("not_understood")
    return [CardChecked("", kind="credit_card" if flag == "1" else "debit_card", usable=state == "0")]


@hookimpl
def bind_card(
    key: str,
    customer_code: str,
    holder_name: str,
    card_number: Secret,
    id_number: Secret,
    settings: Settings,
    now: datetime,
) -> Conversation:
    """A package of one row under the ask's own serial (R7.9)."""
    wanted = AgreementRow("1", customer_code, holder_name, card_number, id_number)
    answers = yield from submit(key, [wanted], settings, now)
    return answers


@hookimpl
def deliver_agreements(key: str, agreements: Sequence[AgreementRow], settings: Settings, now: datetime) -> Conversation:
    """A package (R7.10): its serial belongs to it, the row's number to the row."""
    answers = yield from submit(key, agreements, settings, now)
    return answers


def submit(key: str, rows: Sequence[AgreementRow], settings: Settings, now: datetime) -> Conversation:
    """Send a package. Rows with a name that the bank's charset cannot hold are refused here and never sent."""
    unfit = {agreement.row_no: unholdable(agreement.holder_name, settings) for agreement in rows}
    answers: list[Answer] = [
        Declined(agreement.customer_code, "other", "charset", unfit[agreement.row_no], row_no=agreement.row_no)
        for agreement in rows
        if unfit[agreement.row_no]
    ]
    fit = [agreement for agreement in rows if not unfit[agreement.row_no]]
    if not fit:
        return answers
    package = head(settings, key, now) | {
        "total_num": str(len(fit)),
        "contract_no": settings.contract_no,
        "acct_name": settings.company_name,
        "acct_no": settings.company_account,
        "pay_type": "1",
        "rd": [import_row(agreement) for agreement in fit],
    }
    try:
        answer = yield from send(f"{AREA}/mepbprotocolsubmit/V1", package, settings)
    except Refused as no:
        codes = [
            Declined(agreement.customer_code, reason(no.code), no.code, no.text, row_no=agreement.row_no)
            for agreement in fit
        ]
        return [*answers, *codes]
    return [*answers, *taken(answer, fit)]


def send(path: str, package: dict[str, Any], settings: Settings) -> Generator[Request, Any, Any]:
    """Send a package. A missing contract of the company is ours to repair: Busy, and no customer is refused for it."""
    try:
        answer = yield from instruct(path, package) if settings.way == "nc" else alone(path, package)
    except Refused as no:
        # In answer to a package this code is about the company; to a question it means "no record".
        if no.code in NO_COMPANY:
            raise Busy(no.code, no.text) from None
        raise
    return answer


def alone(path: str, package: dict[str, Any]) -> Generator[Request, Any, Any]:
    """A package that its envelope signs."""
    answer = yield post(path, package)
    return answer


@hookimpl
def query_binding(
    key: str, customer_code: str, card_number: Secret, settings: Settings, asked_at: datetime, now: datetime
) -> Conversation:
    """The import's result by our serial, then what is in force: only the latter proves that the bank has it (I7)."""
    filed = FiledRow("", customer_code, card_number)
    facts = yield from results(key, [filed], settings, asked_at, now)
    decided = facts[0] if facts else None
    if isinstance(decided, Declined | Pending) and not exists(decided):
        return [decided]
    live = yield from one_in_force(key, customer_code, settings, now)
    if live is not None and ours(live, filed) and (decided is None or exists(decided)):
        return [live]
    if decided is not None:
        return [confirmed(decided, {live.customer_code: live} if live else {})]
    if facts is None:
        return [Absent(customer_code)]
    raise Unknown("row_missing")


@hookimpl
def query_delivery(
    key: str, agreements: Sequence[FiledRow], settings: Settings, asked_at: datetime, now: datetime
) -> Conversation:
    """Each row's result by the package's serial; done rows are checked against the list in force."""
    facts = yield from results(key, agreements, settings, asked_at, now)
    if facts is None:
        return [Absent(agreement.customer_code, row_no=agreement.row_no) for agreement in agreements]
    # The list in force is long, so it is read only if some row is said to be done.
    if not all(isinstance(fact, Declined | Pending) for fact in facts):
        live = yield from list_in_force(key, settings, asked_at, now)
        facts = [confirmed(fact, live) for fact in facts]
    # A row refused because an agreement exists may be ours after all, from a message whose answer was lost.
    by_number = {agreement.row_no: agreement for agreement in agreements}
    for place, fact in enumerate(facts):
        if exists(fact):
            held = yield from one_in_force(key, fact.customer_code, settings, now)
            if held is not None and ours(held, by_number[fact.row_no]):
                facts[place] = replace(held, row_no=fact.row_no)
    return facts


@hookimpl
def unbind_card(
    key: str, customer_code: str, holder_name: str, card_number: Secret, settings: Settings, now: datetime
) -> Conversation:
    """A deletion package of one row (ENDIDEL, R10.1). An agreement that no longer exists counts as ended."""
    if wrong := unholdable(holder_name, settings):
        return [Declined(customer_code, "other", "charset", wrong)]
    package = head(settings, key, now) | {
        "trans_code": "ENDIDEL",
        "total_num": "1",
        "contract_no": settings.contract_no,
        "acct_no": settings.company_account,
        "rd": [delete_row(customer_code, holder_name, card_number)],
    }
    try:
        answer = yield from send(f"{AREA}/mepbprotocoldel/V1", package, settings)
    except Refused as no:
        return [undone(customer_code, no.code, no.text)]
    # We sent one row: no row, or more than one, is no answer to it.
    [line, *more] = lines(answer) or [{}]
    if more or plain_at(line, "i_seqno") != "1":
        raise Unknown("row_missing")
    if plain_at(line, "result") in ROW_FAILED:
        return [undone(customer_code, plain_at(line, "i_ret_code"), plain_at(line, "i_ret_msg"))]
    return [Accepted(customer_code, reference=f"{plain_at(answer, 'serial_no')} {plain_at(line, 'order_no')}".strip())]


def undone(customer_code: str, code: str, words: str) -> Answer:
    """A refused deletion: if there was nothing to delete it is an end, otherwise the agreement stays in force."""
    if reason(code) == "no_agreement":
        return BindingEnded(customer_code, code)
    return Declined(customer_code, reason(code), code, words)


@hookimpl
def query_unbinding(
    key: str, customer_code: str, card_number: Secret, settings: Settings, now: datetime
) -> Conversation:
    """An end needs both: nothing in force, and the deletion's own result. "No such deletion" is a result too (R10.1).

    If the two contradict each other, Unknown; an unknown serial with the agreement in force means no trace.
    """
    live = yield from one_in_force(key, customer_code, settings, now)
    held = live is not None and live.card_ending == ending(card_number.reveal())
    results_shown = yield from deletion(key, settings, now)
    if results_shown is None:
        return [Absent(customer_code) if held else BindingEnded(customer_code)]
    line = deleted(results_shown, customer_code)
    if plain_at(line, "result") in ROW_FAILED:
        no = undone(customer_code, plain_at(line, "i_ret_code"), plain_at(line, "i_ret_msg"))
        # "Nothing to delete" while it is in force, or "not deleted" while nothing is: one of the two answers is wrong.
        if isinstance(no, BindingEnded) is held:
            raise Unknown("contradiction")
        return [no]
    if plain_at(line, "result") == ROW_DONE and not held:
        return [BindingEnded(customer_code)]
    return [Pending(customer_code)]


@hookimpl
def query_binding_in_force(key: str, customer_code: str, settings: Settings, now: datetime) -> Conversation:
    """The agreement in force for the customer, whoever made it; the bank's "no record" is an end."""
    held = yield from held_now(key, customer_code, settings, now)
    return [held]


@hookimpl
def list_bindings(key: str, since: datetime | None, cursor: str, settings: Settings, now: datetime) -> Listing:
    """All agreements in force, or those signed since a moment."""
    return listed(key, settings, since, cursor, now)


@hookimpl
def receive(body: bytes, settings: Settings, now: datetime) -> Heard:
    """A notification of an agreement: verified over path and fields, answered signed (notes §1.6)."""
    return heard(body, settings, now)


__all__ = ["AgreementRow", "FiledRow", "Settings"]
