"""Queries what the counter keeps, and ends agreements: the only change that a company can make by itself."""

from collections.abc import Generator
from datetime import datetime
from typing import Any

from hub.plugin import (
    Absent,
    Accepted,
    Answer,
    BindingEnded,
    Conversation,
    Declined,
    Fact,
    Listing,
    Pending,
    Refused,
    Request,
    Secret,
    Unknown,
    page_of,
    text_at,
)

from .codes import NO_AGREEMENT, NO_SERIAL, reason
from .records import Record, read, read_all
from .settings import Settings
from .talking import BEIJING, ask, question_serial

HELD, LIST = "agreement.query", "agreement.list"
TERMINATE, RESULT = "onlinepay.quickTerminate", "onlinepay.queryOrderSta"
# Most pages of a list; far more than any list has.
PAGES = 1_000_000
Found = Generator[Request, Any, list[Record]]
# `pbankTxAccTpCd`: which of the two an ending is about.
CARD, PASSBOOK = "00", "01"


def held(key: str, customer_code: str, settings: Settings, now: datetime) -> Found:
    """The customer's agreements, ended ones too; none if the bank says so."""
    try:
        answer = yield from ask(HELD, question_serial(key, now, "held"), {"customerCode": customer_code}, settings, now)
    except Refused as no:
        if no.code == NO_AGREEMENT:
            return []
        raise
    records = read_all(answer.get("records"), now)
    if not records or {record.customer_code for record in records} != {customer_code}:
        raise Unknown("other_customer")
    # The bank keeps one agreement for each customer: two in force would leave open which one is ended or live.
    if sum(record.in_force for record in records) > 1:
        raise Unknown("two_in_force")
    return records


def state_of(
    key: str, customer_code: str, card_number: Secret, settings: Settings, asked_at: datetime, now: datetime
) -> Conversation:
    """What the counter has done about the customer since we asked."""
    records = yield from held(key, customer_code, settings, now)
    return [judged(customer_code, card_number.reveal()[-4:], records, asked_at)]


def in_force(key: str, customer_code: str, settings: Settings, now: datetime) -> Conversation:
    """The agreement in force, whatever its passbook; if the counter has none, that is an end."""
    records = yield from held(key, customer_code, settings, now)
    live = [record.fact() for record in records if record.in_force]
    return live or [BindingEnded(customer_code)]


def judged(customer_code: str, ending: str, records: list[Record], asked_at: datetime) -> Fact:
    """What decides: our passbook in force, another one entered since we asked, or ours ended since. Otherwise Pending.

    Until the retailer comes to the counter, the old passbook is in force, which is no answer to us (R8.4).
    """
    for record in records:
        fresh = record.at >= asked_at
        if record.in_force and (record.ending == ending or fresh):
            return record.fact()
        if not record.in_force and record.ending == ending and fresh and not any(other.in_force for other in records):
            return record.fact()
    waits = "other_passbook" if any(record.in_force for record in records) else "not_at_counter"
    return Pending(customer_code, waits)


def ended(
    key: str, customer_code: str, card_number: Secret, reference: str, settings: Settings, now: datetime
) -> Conversation:
    """End the agreement under its number (R10.1); without a number, the one in force with our passbook."""
    number = reference
    if not number:
        records = yield from held(key, customer_code, settings, now)
        ours = matching(records, "", card_number)
        if not ours:
            return [BindingEnded(customer_code)]
        number = ours[0].agreement_no
    content = {
        "txnCode": "6002",
        "sourceId": settings.source_id,
        "reqTraceId": key,
        "reqDate": key[:8],
        "reqReserved": "",
        "netInteTxTpCd": "0110",
        # The verb is not told the kind; the bank's cards begin with these digits, its passbooks do not.
        "pbankTxAccTpCd": CARD if card_number.reveal().startswith(("62", "9551")) else PASSBOOK,
        "vendorNo": key,
        "qpayAgrNo": number,
    }
    try:
        answer = yield from ask(TERMINATE, key, content, settings, now)
    except Refused as no:
        return [undone(customer_code, no.code, no.text)]
    if text_at(answer, "qpayAgrNo") != number:
        raise Unknown("other_agreement")
    return [Accepted(customer_code, reference=number)]


def matching(records: list[Record], reference: str, card_number: Secret) -> list[Record]:
    """The agreements in force that are ours, by number or by passbook."""
    ending = card_number.reveal()[-4:]
    return [
        record
        for record in records
        if record.in_force and (record.agreement_no == reference or record.ending == ending)
    ]


def undone(customer_code: str, code: str, words: str) -> Answer:
    """A refused ending: if there was nothing to end it is an end, otherwise the agreement stays in force."""
    if code == NO_AGREEMENT:
        return BindingEnded(customer_code, code)
    return Declined(customer_code, reason(code), code, words)


def ending_of(
    key: str,
    customer_code: str,
    card_number: Secret,
    reference: str,
    settings: Settings,
    asked_at: datetime,
    now: datetime,
) -> Conversation:
    """An ending is decided by whether the agreement is in force; only if it is, our serial's outcome matters."""
    records = yield from held(key, customer_code, settings, now)
    if not matching(records, reference, card_number):
        return [BindingEnded(customer_code)]
    content = {
        "txnCode": "6010",
        "sourceId": settings.source_id,
        "oldTxDate": key[:8],
        "oldQpayAgrNo": reference,
        "oriVendorNo": key,
        "queryType": "02",
    }
    try:
        answer = yield from ask(RESULT, question_serial(key, now, "result"), content, settings, now)
    except Refused as no:
        if no.code == NO_SERIAL:
            return [Absent(customer_code)]
        raise
    if text_at(answer, "oriVendorNo") != key:
        raise Unknown("other_serial")
    # 01 is Pending, not an end: the bank says "done" while its counter still shows the agreement in force.
    match text_at(answer, "orderSta"):
        case ("00" | "01") as state:
            return [Pending(customer_code, state)]
        case "02" if text_at(answer, "orderCode"):
            return [undone(customer_code, text_at(answer, "orderCode"), text_at(answer, "orderMsg"))]
    raise Unknown("order_state")


def whose(record: Any) -> tuple[str, str]:
    """The agreement's number and the customer's code of a record that cannot be read otherwise."""
    return text_at(record, "qpayAgrNo"), text_at(record, "customerCode")


def listed(key: str, since: datetime | None, cursor: str, settings: Settings, now: datetime) -> Listing:
    """Agreements as they are after their last change, all or those changed since; the cursor is the bank's own.

    The last page's cursor is a tag: asked again with it, only later changes come. Raises Unknown for a list that does
    not move on.
    """
    after = since.astimezone(BEIJING).strftime("%Y%m%d%H%M%S") + "000" if since else ""
    for number in range(PAGES):
        content = {"changedSince": after, "cursor": cursor, "limit": str(settings.page_size)}
        try:
            answer = yield from ask(LIST, question_serial(key, now, f"list {number}"), content, settings, now)
        except Refused as no:
            if no.code == NO_AGREEMENT:
                return []
            raise
        records = answer.get("records")
        following, more = text_at(answer, "cursor"), text_at(answer, "more")
        if not isinstance(records, list) or not following or more not in ("0", "1"):
            raise Unknown("no_records")
        if more == "1" and (following == cursor or not records):
            break
        yield page_of(records, lambda record: [read(record, now).fact()], whose, following)
        if more == "0":
            return []
        cursor = following
    raise Unknown("endless_list")
