"""ICBC 工商银行: agreements travel in packages; a binding is accepted first and live later (notes §1.3)."""

from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.plugin import (
    Answer,
    BindingAbsent,
    BindingAccepted,
    BindingEnded,
    BindingLive,
    BindingPending,
    BindingRefused,
    CardChecked,
    Channel,
    Conversation,
    Fact,
    ProbeLeg,
    Refused,
    Reply,
    Request,
    Secret,
    Unknown,
    hookimpl,
    post,
)

from .codes import DUPLICATE, NO_RECORD, ROW_DONE, ROW_FAILED, judge, reason
from .envelope import Settings, open_reply, sign
from .messages import AREA, CARD_AREA, day, delete_row, head, import_row, unholdable

PAGES = 200
"""Most pages that one list is followed for."""


@dataclass(frozen=True)
class AgreementRow:
    """What ICBC is given of each customer in a package."""

    row_no: str
    customer_code: str
    holder_name: str
    card_number: Secret
    id_number: Secret


@hookimpl
def channel() -> Channel:
    """ICBC: 5 calls a second, packages of 500, debit and credit cards."""
    return Channel(
        key="icbc",
        kind="bank",
        title="中国工商银行",
        settings=Settings,
        rate="5/s",
        concurrency=8,
        batch=500,
        deadline=20.0,
        settles_within=60.0,
        accounts=frozenset({"debit_card", "credit_card"}),
    )


@hookimpl
def seal(request: Request, settings: Settings, exchange: str, now: datetime) -> Request:
    """Sign the sorted public parameters over the path (notes §1.1)."""
    return sign(request, settings, exchange, now)


@hookimpl
def unseal(reply: Reply, settings: Settings) -> Any:
    """Verify over the raw characters, then let the return code judge."""
    content = open_reply(reply, settings)
    judge(content)
    return content


@hookimpl
def probe(settings: Settings, now: datetime) -> Conversation:
    """Ask for an agreement that cannot exist: proves address, keys, clock and rights."""
    try:
        yield post(f"{AREA}/mepbprotocolsingleqry/V1", head(settings, "PROBE", now) | {"pay_no": "0"})
    except Refused as no:
        if no.code not in NO_RECORD:
            return [ProbeLeg("permission", False, f"{no.code} {no.text}")]
    return [ProbeLeg("login", True), ProbeLeg("permission", True), ProbeLeg("clock", True)]


@hookimpl
def check_card(key: str, holder_name: str, card_number: Secret, id_number: Secret, settings: Settings) -> Conversation:
    """The bank's own look at card and name (card verification interface)."""
    asked = {"certType": "0", "certNo": id_number.reveal(), "custName": holder_name, "cardno": card_number.reveal()}
    try:
        answer = yield post(f"{CARD_AREA}/icbccardauth/V1", asked | {"sendMsgFlag": "0"})
    except Refused as no:
        return [CardChecked("", usable=False, name_agrees=reason(no.code) != "name_mismatch")]
    kind = "credit_card" if str(answer.get("crdeflag")) == "1" else "debit_card"
    return [CardChecked("", kind=kind, usable=str(answer.get("cardstat", "0")) == "0")]


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
    row = AgreementRow("1", customer_code, holder_name, card_number, id_number)
    facts = yield from _submit(key, [row], settings, now)
    return facts


@hookimpl
def deliver_agreements(key: str, agreements: Sequence[AgreementRow], settings: Settings, now: datetime) -> Conversation:
    """A package (R7.10): its serial belongs to it, the row's number to the row."""
    facts = yield from _submit(key, agreements, settings, now)
    return facts


def _submit(key: str, rows: Sequence[AgreementRow], settings: Settings, now: datetime) -> Conversation:
    unfit: list[Answer] = [
        BindingRefused(row.customer_code, "other", "charset", unholdable(row.holder_name, settings), row_no=row.row_no)
        for row in rows
        if unholdable(row.holder_name, settings)
    ]
    named = {fact.row_no for fact in unfit if isinstance(fact, Fact)}
    fit = [row for row in rows if row.row_no not in named]
    if not fit:
        return unfit
    body = head(settings, key, now) | {
        "total_num": str(len(fit)),
        "contract_no": settings.contract_no,
        "acct_name": settings.company_name,
        "acct_no": settings.company_account.reveal(),
        "pay_type": "1",
        "rd": [import_row(row) for row in fit],
    }
    try:
        answer = yield post(f"{AREA}/mepbprotocolsubmit/V1", body)
    except Refused as no:
        if no.code in DUPLICATE:
            raise Unknown(no.code, no.text) from None
        return unfit + [
            BindingRefused(row.customer_code, reason(no.code), no.code, no.text, row_no=row.row_no) for row in fit
        ]
    return unfit + list(_row_facts(answer, {row.row_no: row for row in fit}, accepted=True))


def _row_facts(answer: Mapping[str, Any], rows: Mapping[str, AgreementRow], *, accepted: bool) -> Iterator[Fact]:
    """One fact for each row of ours that the answer names; a row that it does not name gets none."""
    serial = str(answer.get("serial_no", ""))
    for line in lines(answer):
        row = rows.get(str(line.get("i_seqno", "")))
        if row is None or str(line.get("pay_no", row.customer_code)) != row.customer_code:
            continue
        yield _row_fact(line, row, serial, accepted=accepted)


def _row_fact(line: Mapping[str, Any], row: AgreementRow, serial: str, *, accepted: bool) -> Fact:
    result, code, text = (str(line.get(name, "")) for name in ("result", "i_ret_code", "i_ret_msg"))
    if result in ROW_FAILED:
        return BindingRefused(row.customer_code, reason(code), code, text, row_no=row.row_no)
    if accepted:
        return BindingAccepted(row.customer_code, reference=serial, row_no=row.row_no)
    if result in ROW_DONE:
        ending = str(line.get("pay_acct_no", ""))[-4:]
        return BindingLive(row.customer_code, str(line.get("order_no", "")), ending, row_no=row.row_no)
    return BindingPending(row.customer_code, result, text, row_no=row.row_no)


def lines(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The rows of an answer; anything malformed is no row."""
    rows = answer.get("rd")
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def _pages(path: str, body: Mapping[str, Any]) -> Generator[Request, Any, list[Mapping[str, Any]]]:
    """All rows of a paged list; raises Unknown when it does not end."""
    rows: list[Mapping[str, Any]] = []
    tag = ""
    for _ in range(PAGES):
        answer = yield post(path, dict(body) | {"next_tag": tag})
        rows += lines(answer)
        following = str(answer.get("next_tag", "") or "")
        if not following:
            return rows
        if following == tag:
            break
        tag = following
    raise Unknown("endless_list", "")


@hookimpl
def query_binding(
    key: str,
    customer_code: str,
    holder_name: str,
    card_number: Secret,
    settings: Settings,
    asked_at: datetime,
    now: datetime,
) -> Conversation:
    """The import's result by our serial, then what is in force: only the latter is "the bank has it" (I7)."""
    row = AgreementRow("1", customer_code, holder_name, card_number, Secret(""))
    found = yield from _results(key, {customer_code: row}, settings, asked_at, now)
    if not found:
        live = yield from _in_force(key, customer_code, settings, now)
        if live is not None and live.card_ending == card_number.reveal()[-4:]:
            return [live]
        return [BindingAbsent(customer_code)]
    if isinstance(found[0], BindingLive):
        live = yield from _in_force(key, customer_code, settings, now)
        return [live or BindingEnded(customer_code)]
    return found


@hookimpl
def query_delivery(
    key: str, agreements: Sequence[AgreementRow], settings: Settings, asked_at: datetime, now: datetime
) -> Conversation:
    """Each row's result by the package's serial; done rows are checked against the list in force."""
    rows = {row.customer_code: row for row in agreements}
    found = yield from _results(key, rows, settings, asked_at, now)
    if not found:
        return [BindingAbsent(row.customer_code, row_no=row.row_no) for row in agreements]
    if not any(isinstance(fact, BindingLive) for fact in found):
        return found
    force = yield from _list_in_force(key, settings, asked_at, now)
    return [_confirmed(fact, force) if isinstance(fact, BindingLive) else fact for fact in found]


def _confirmed(fact: BindingLive, force: Mapping[str, BindingLive]) -> Fact:
    live = force.get(fact.customer_code)
    if live is None:
        return BindingPending(fact.customer_code, "not_in_force_yet", "", row_no=fact.row_no)
    return BindingLive(fact.customer_code, live.agreement_no, live.card_ending, row_no=fact.row_no)


def _results(
    key: str, rows: Mapping[str, AgreementRow], settings: Settings, asked_at: datetime, now: datetime
) -> Generator[Request, Any, list[Fact]]:
    """Facts from the import's result list; an unknown serial gives none."""
    body = head(settings, key, now) | {"start_date": day(asked_at), "end_date": day(now), "qryf_seqno": key}
    try:
        lines_found = yield from _pages(f"{AREA}/mepbprotocolimpinstrqry/V1", body)
    except Refused as no:
        if no.code in NO_RECORD:
            return []
        raise
    return [
        _row_fact(line, rows[str(line.get("pay_no"))], "", accepted=False)
        for line in lines_found
        if str(line.get("pay_no")) in rows
    ]


def _in_force(
    key: str, customer_code: str, settings: Settings, now: datetime
) -> Generator[Request, Any, BindingLive | None]:
    """The one agreement in force for a customer, or None."""
    body = head(settings, key, now) | {"contract_no": settings.contract_no, "pay_no": customer_code}
    try:
        answer = yield post(f"{AREA}/mepbprotocolsingleqry/V1", body)
    except Refused as no:
        if no.code in NO_RECORD:
            return None
        raise
    for line in lines(answer):
        if str(line.get("pay_no", customer_code)) == customer_code and str(line.get("status", "1")) == "1":
            return _live(customer_code, line)
    return None


def _live(customer_code: str, line: Mapping[str, Any]) -> BindingLive:
    return BindingLive(customer_code, str(line.get("agreement_no", "")), str(line.get("pay_acct_no", ""))[-4:])


def _list_in_force(
    key: str, settings: Settings, since: datetime, now: datetime
) -> Generator[Request, Any, dict[str, BindingLive]]:
    """All agreements in force that were signed since a day: {customer code: live}."""
    body = head(settings, key, now) | {
        "contract_no": settings.contract_no,
        "query_type": "1",
        "begin_date": day(since),
        "end_date": day(now),
    }
    try:
        found = yield from _pages(f"{AREA}/mepbprotocolqry/V1", body)
    except Refused as no:
        if no.code in NO_RECORD:
            return {}
        raise
    force = [line for line in found if str(line.get("status", "1")) == "1"]
    return {str(line.get("pay_no")): _live(str(line.get("pay_no")), line) for line in force}


@hookimpl
def unbind_card(
    key: str, customer_code: str, holder_name: str, card_number: Secret, settings: Settings, now: datetime
) -> Conversation:
    """A deletion package of one row (ENDIDEL)."""
    body = head(settings, key, now) | {
        "total_num": "1",
        "contract_no": settings.contract_no,
        "acct_no": settings.company_account.reveal(),
        "rd": [delete_row(customer_code, holder_name, card_number)],
    }
    try:
        answer = yield post(f"{AREA}/mepbprotocoldel/V1", body)
    except Refused as no:
        if no.code in DUPLICATE:
            raise Unknown(no.code, no.text) from None
        if reason(no.code) == "no_agreement":
            return [BindingEnded(customer_code, no.code)]
        return [BindingRefused(customer_code, reason(no.code), no.code, no.text)]
    return [BindingAccepted(customer_code, reference=str(answer.get("serial_no", "")))]


@hookimpl
def query_unbinding(
    key: str, customer_code: str, card_number: Secret, settings: Settings, asked_at: datetime, now: datetime
) -> Conversation:
    """In force or not is the truth about an ending; an unknown serial with the agreement in force is no trace."""
    live = yield from _in_force(key, customer_code, settings, now)
    if live is None or live.card_ending != card_number.reveal()[-4:]:
        return [BindingEnded(customer_code)]
    body = head(settings, key, now) | {"qryf_seqno": key}
    try:
        answer = yield post(f"{AREA}/mepbprotocoldelinstrqry/V1", body)
    except Refused as no:
        if no.code in NO_RECORD:
            return [BindingAbsent(customer_code)]
        raise
    for line in lines(answer):
        if str(line.get("result", "")) in ROW_FAILED:
            code = str(line.get("i_ret_code", ""))
            return [BindingRefused(customer_code, reason(code), code, str(line.get("i_ret_msg", "")))]
    return [BindingPending(customer_code)]


@hookimpl
def list_bindings(since: datetime, settings: Settings, now: datetime) -> Conversation:
    """All agreements in force that were signed since a moment."""
    force = yield from _list_in_force("LIST", settings, since, now)
    return list(force.values())


__all__ = ["AgreementRow", "Settings"]
