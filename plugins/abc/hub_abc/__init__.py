"""ABC 农业银行: an agreement is confirmed with the customer's SMS code, or travels in a package (protocol notes §2.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hub.plugin import (
    Absent,
    Answer,
    BindingEnded,
    BindingLive,
    Busy,
    CardChecked,
    Channel,
    Conversation,
    Declined,
    Heard,
    NeedsInput,
    Pending,
    ProbeLeg,
    Refused,
    Reply,
    Request,
    Secret,
    Unknown,
    hookimpl,
    text_at,
)

from . import by_file, files
from .answers import row_facts, state_of, still_wants, wants_code
from .callbacks import heard
from .codes import (
    CLOCK,
    CODE_EXPIRED,
    LOGIN,
    NO_RECORD,
    NOT_IN_FORCE,
    NOT_TAKEN,
    REASONS,
    SIGNED,
    TOO_EARLY,
    WAITING,
    WRONG_CODE,
    reason,
)
from .envelope import Settings, open_reply, sign
from .messages import AgreementRow, FiledRow, base36, call, day, package, row_sign_no, sign_request, unholdable

# A SignNo that no agreement has, for the harmless query of the probe.
NOBODY = "0"
# Reasons that are about the card; any other refusal of the check is about the question and says nothing.
UNUSABLE = frozenset({"name_mismatch", "id_mismatch", "account_closed", "account_blocked", "account_type"})


# Public BIN lists (protocol notes §12).
CARD_BINS = {
    "debit_card": (
        "622848, 622841, 622843-622847, 622849, 622821-622828, 620059, 620501, 621282, 621336, 621619, 621671, 623018, "
        "623052, 623206, 95595-95599, 601427"
    ),
    "credit_card": (
        "622836-622839, 625336, 625826, 625827, 625996-625998, 628268, 628269, 403361, 404117-404121, 463758, 514027, "
        "519412, 519413, 520082, 520083"
    ),
}


@hookimpl
def channel() -> Channel:
    """ABC: 5 calls a second, packages of 500, debit and credit cards."""
    return Channel(
        key="abc",
        kind="bank",
        title="中国农业银行",
        title_en="ABC",
        settings=Settings,
        rate="5/s",
        batch=500,
        accounts=frozenset({"debit_card", "credit_card"}),
        replaces="beside",
        card_bins=CARD_BINS,
        charset="GB18030",
    )


@hookimpl
def seal(request: Request, settings: Settings) -> Request:
    """A signed MSG message, or the bytes of a file."""
    if request.method == "PUT":
        return files.seal(request, settings)
    if request.method == "GET":
        return request
    return sign(request, settings)


@hookimpl
def unseal(reply: Reply, settings: Settings) -> Any:
    """Verify over the raw text, then judge by the code; a file's answer has no code."""
    return files.unseal(reply) if settings.way == "file" else open_reply(reply, settings)


@hookimpl
def receive(body: bytes, headers: Mapping[str, str], settings: Settings, now: datetime) -> Heard:
    """A notification: MSG form, base64 of a signed GBK message."""
    return heard(body, settings, now)


@hookimpl
def probe(settings: Settings) -> Conversation:
    """Ask for an agreement, or a reply file, that cannot exist: proves address, keys and rights, and changes nothing."""
    if settings.way == "file":
        legs = yield from by_file.probe(settings)
        return legs
    try:
        yield call("EntrustQuerySign", SignNo=NOBODY)
    except (Refused, Busy) as no:
        if no.code in NOT_TAKEN:
            leg = "clock" if no.code in CLOCK else "login" if no.code in LOGIN else "permission"
            return [ProbeLeg(leg, False, f"{no.code} {no.text}".strip())]
        if no.code not in NO_RECORD:
            raise
    return [ProbeLeg("login", True), ProbeLeg("permission", True)]


@hookimpl
def check_card(holder_name: str, card_number: Secret, id_number: Secret, settings: Settings) -> Conversation:
    """Card, name and ID together (StaticIdentifyVerifyReq, R7.12); the bank does not say what kind of card it is."""
    if settings.way == "file":
        return []  # by file there is no one to ask
    asked = {"CardNo": card_number, "CustomName": holder_name, "CertificateType": "I", "CertificateNo": id_number}
    try:
        answer = yield call("StaticIdentifyVerifyReq", **asked)
    except Refused as no:
        if reason(no.code) not in UNUSABLE:
            raise
        return [CardChecked("", usable=False, name_agrees=reason(no.code) != "name_mismatch")]
    if text_at(answer, "VerifyResult") != "1":
        raise Unknown("not_understood")
    return [CardChecked("")]


def refused(customer_code: str, no: Refused) -> Declined:
    """The bank's refusal, if the code is a known one; any other code proves nothing about the agreement."""
    if no.code not in REASONS:
        raise Unknown(no.code, no.text) from None
    return Declined(customer_code, reason(no.code), no.code, no.text)


@hookimpl
def bind_card(
    key: str,
    customer_code: str,
    holder_name: str,
    card_number: Secret,
    id_number: Secret,
    phone: Secret,
    settings: Settings,
    now: datetime,
) -> Conversation:
    """Request the agreement (R7.9); if the serial waits already, request another SMS. By file: a package of one row."""
    if settings.way == "file":
        wanted = AgreementRow("1", customer_code, holder_name, card_number, id_number, phone)
        taken = yield from by_file.deliver(key, [wanted], settings, now)
        return taken
    if wrong := unholdable(holder_name, "GB18030"):
        return [Declined(customer_code, "other", "charset", wrong)]
    fields = sign_request(key, customer_code, holder_name, card_number, id_number, phone, settings)
    try:
        answer = yield call("EntrustSignReq", **fields)
    except Refused as no:
        if no.code == WAITING:
            answers = yield from resend(key, customer_code, card_number, settings, now)
            return answers
        if no.code == SIGNED:
            raise Unknown(no.code, no.text) from None
        return [refused(customer_code, no)]
    if text_at(answer, "SignNo") != key:
        raise Unknown("other_sign_no")
    return [wants_code(customer_code, now, settings)]


def resend(key: str, customer_code: str, card: Secret, settings: Settings, now: datetime) -> Conversation:
    """Request another SMS for a waiting request; if it is too early, wait."""
    try:
        answer = yield call("EntrustSignResendSMS", SignNo=key, CustomAccNo=card)
    except Refused as no:
        if no.code == TOO_EARLY:
            raise Busy(no.code, no.text, retry_after=timedelta(seconds=settings.resend_seconds)) from None
        return [refused(customer_code, no)]
    if text_at(answer, "SignNo") != key:
        raise Unknown("other_sign_no")
    return [wants_code(customer_code, now, settings)]


@hookimpl
def confirm_binding(key: str, customer_code: str, code: Secret, now: datetime) -> Conversation:
    """Hand in the SMS code. A wrong one may be tried again while it is valid; an expired one is useless."""
    try:
        answer = yield call("EntrustSignConfirm", SignNo=key, VerificationCode=code)
    except Refused as no:
        if no.code == WRONG_CODE:
            return [still_wants(customer_code, no.code, no.text)]
        if no.code == CODE_EXPIRED:
            return [NeedsInput(customer_code, "sms_code", now, no.code, no.text)]
        return [refused(customer_code, no)]
    tail = text_at(answer, "Last4CardNo")
    if text_at(answer, "SignNo") != key or not text_at(answer, "AgentSignNo") or len(tail) != 4:
        raise Unknown("not_understood")
    return [BindingLive(customer_code, key, tail)]


@hookimpl
def query_binding(key: str, customer_code: str, card_number: Secret, settings: Settings, now: datetime) -> Conversation:
    """How the agreement with our SignNo stands; by file, how the package of one row ended."""
    if settings.way == "file":
        facts = yield from by_file.binding(key, customer_code, card_number, settings)
        return facts
    try:
        answer = yield call("EntrustQuerySign", SignNo=key)
    except Refused as no:
        if no.code in NO_RECORD:
            return [Absent(customer_code)]
        return [refused(customer_code, no)]
    return [state_of(answer, customer_code, key, now)]


@hookimpl
def unbind_card(key: str, customer_code: str, reference: str, settings: Settings, now: datetime) -> Conversation:
    """End the agreement (R10.1): `reference` is its SignNo, our serial the order number."""
    if settings.way == "file":
        taken = yield from by_file.unbind(key, customer_code, reference, settings, now)
        return taken
    try:
        answer = yield call("EntrustUnSign", SignNo=reference, OrderNo=key)
    except Refused as no:
        if no.code == NOT_IN_FORCE:
            return [BindingEnded(customer_code, no.code)]
        return [refused(customer_code, no)]
    # An answer about another agreement must not end ours.
    if text_at(answer, "SignNo") != reference:
        raise Unknown("other_sign_no")
    return [BindingEnded(customer_code)]


@hookimpl
def query_unbinding(key: str, customer_code: str, reference: str, settings: Settings, now: datetime) -> Conversation:
    """An ending is decided by whether the agreement is still in force; by file there is only the receipt."""
    if settings.way == "file":
        facts = yield from by_file.ending(key, customer_code, reference, settings)
        return facts
    facts = yield from standing(customer_code, reference, now)
    return facts


@hookimpl
def query_binding_in_force(customer_code: str, reference: str, settings: Settings, now: datetime) -> Conversation:
    """The agreement under its SignNo; by file nobody can be asked, nor about an agreement without a number."""
    if settings.way == "file" or not reference:
        return []
    facts = yield from standing(customer_code, reference, now)
    return facts


def standing(customer_code: str, sign_no: str, now: datetime) -> Conversation:
    """How the agreement with this SignNo stands: in force, ended or expired; if the bank does not know it, Unknown."""
    try:
        answer = yield call("EntrustQuerySign", SignNo=sign_no)
    except Refused as no:
        if no.code in NO_RECORD:
            raise Unknown(no.code, no.text) from None
        return [refused(customer_code, no)]
    fact = state_of(answer, customer_code, sign_no, now)
    # The state is that of an agreement which was in force: "expired" is its end, no refusal.
    if isinstance(fact, Declined):
        return [BindingEnded(customer_code, fact.code)]
    return [Pending(customer_code) if isinstance(fact, NeedsInput) else fact]


@hookimpl
def deliver_agreements(key: str, agreements: Sequence[AgreementRow], settings: Settings, now: datetime) -> Conversation:
    """A package (R7.10), by interface or as a file. A name that the bank's charset cannot hold is refused here, never sent."""
    if settings.way == "file":
        taken = yield from by_file.deliver(key, agreements, settings, now)
        return taken
    unfit = {agreement.row_no: unholdable(agreement.holder_name, "GB18030") for agreement in agreements}
    answers: list[Answer] = [
        Declined(agreement.customer_code, "other", "charset", unfit[agreement.row_no], row_no=agreement.row_no)
        for agreement in agreements
        if unfit[agreement.row_no]
    ]
    fit = [agreement for agreement in agreements if not unfit[agreement.row_no]]
    if not fit:
        return answers
    try:
        answer = yield package(key, fit, settings, now)
    except Refused as no:
        return [
            *answers,
            *(replace(refused(agreement.customer_code, no), row_no=agreement.row_no) for agreement in fit),
        ]
    return [*answers, *row_facts(answer, fit, numbers(key, fit), final=False)]


@hookimpl
def query_delivery(
    key: str, agreements: Sequence[FiledRow], settings: Settings, asked_at: datetime, now: datetime
) -> Conversation:
    """Each row's receipt, by the package's serial. If a single row has none, its agreement itself is queried."""
    if settings.way == "file":
        facts = yield from by_file.receipts(key, agreements, settings)
        return facts
    try:
        answer = yield call("EntrustSignBatchQuery", BatchNo=base36(key), BatchDate=day(asked_at))
    except Refused as no:
        if no.code in NO_RECORD:
            return [Absent(agreement.customer_code, row_no=agreement.row_no) for agreement in agreements]
        raise Unknown(no.code, no.text) from None
    facts = row_facts(answer, agreements, numbers(key, agreements), final=True)
    # More rows would take a query each; those stay open until the bank's receipt names them.
    if facts or len(agreements) != 1:
        return facts
    held = yield from agreement_of(key, agreements[0], now)
    return held


def agreement_of(key: str, row: FiledRow, now: datetime) -> Conversation:
    """The agreement of a row, by its own SignNo, if it is or was in force: it may be done without a receipt."""
    sign_no = row_sign_no(key, row.row_no)
    try:
        answer = yield call("EntrustQuerySign", SignNo=sign_no)
    except Refused as no:
        if no.code in NO_RECORD:
            return []
        raise Unknown(no.code, no.text) from None
    fact = state_of(answer, row.customer_code, sign_no, now)
    return [replace(fact, row_no=row.row_no)] if isinstance(fact, BindingLive | BindingEnded) else []


def numbers(key: str, rows: Sequence[AgreementRow | FiledRow]) -> dict[str, str]:
    """Each row's SignNo."""
    return {agreement.row_no: row_sign_no(key, agreement.row_no) for agreement in rows}


__all__ = ["AgreementRow", "BindingLive", "FiledRow", "Settings"]
