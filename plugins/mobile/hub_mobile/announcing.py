"""Announces customer codes and order days to Mobile (R7.8), singly or in batches with a job, and queries the outcome."""

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.plugin import (
    Absent,
    Accepted,
    CustomerKnown,
    Declined,
    Fact,
    Pending,
    Refused,
    Request,
    Secret,
    Unknown,
    post,
    text_at,
)

from .codes import ALREADY, NO_RECORD, reason
from .visits import Visit, said

AREA = "/v5/yxt"
ANNOUNCE, BATCH, HELD = f"{AREA}/operate/customer", f"{AREA}/operate/customer-batch", f"{AREA}/query/customer"
RESULT, BATCH_RESULT = f"{AREA}/query/customer-result", f"{AREA}/query/customer-batch-result"
# States of an announcement (own convention).
AT_WORK, IN_EFFECT, FAILED = "1", "2", "3"
Told = Generator[Request, Any, list[Fact]]


@dataclass(frozen=True)
class CustomerRow:
    """The customer's fields that go to Mobile, and no others."""

    row_no: str
    customer_code: str
    order_day: str
    phone: Secret
    agreement_no: str


def missing(who: CustomerRow) -> list[str]:
    """The fields still missing before a customer can be announced."""
    return [name for name in ("customer_code", "order_day", "phone", "agreement_no") if not getattr(who, name)]


def row(who: CustomerRow) -> dict[str, Any]:
    """A customer as the platform takes it."""
    return {
        "custCode": who.customer_code,
        "orderDay": who.order_day,
        "msisdn": who.phone,
        "agreementNo": who.agreement_no,
    }


def announced(visit: Visit, key: str, who: CustomerRow) -> Told:
    """Announce under our serial. The answer says only that a job was opened."""
    if lacking := missing(who):
        return [Declined(who.customer_code, "other", "incomplete", ", ".join(lacking))]
    try:
        answer = yield from said(visit, post(ANNOUNCE, {"requestId": key, **row(who)}))
    except Refused as no:
        if no.code == ALREADY:
            fact = yield from as_announced(visit, who, no)
            return [fact]
        return [Declined(who.customer_code, reason(no.code), no.code, no.text)]
    job = text_at(answer, "jobId")
    if not job:
        raise Unknown("no_job")
    return [Accepted(who.customer_code, reference=job)]


def as_announced(visit: Visit, who: CustomerRow, no: Refused) -> Generator[Request, Any, Fact]:
    """What "held already" means: a success if Mobile holds exactly what we announced, otherwise a refusal.

    Raises Unknown if Mobile has no such customer after all.
    """
    try:
        held = yield from said(visit, post(HELD, {"custCode": who.customer_code}))
    except Refused:
        raise Unknown(no.code, no.text) from None
    identity = (text_at(held, "custCode"), text_at(held, "orderDay"), text_at(held, "agreementNo"))
    # An answer with a field missing could agree by chance: it proves nothing.
    if identity[0] != who.customer_code or not all(identity):
        raise Unknown(no.code, no.text)
    if identity[1:] == (who.order_day, who.agreement_no):
        return CustomerKnown(who.customer_code)
    return Declined(who.customer_code, reason(no.code), no.code, no.text)


def question(key: str, customer_code: str) -> Request:
    """How did the announcement with this serial end?"""
    return post(RESULT, {"requestId": key, "custCode": customer_code})


def outcome(visit: Visit, key: str, customer_code: str) -> Told:
    """How the announcement with our serial ended. An answer about another serial or customer proves nothing.

    A refused query says nothing about the announcement: Unknown.
    """
    try:
        answer = yield from said(visit, question(key, customer_code))
    except Refused as no:
        if no.code == NO_RECORD:
            return [Absent(customer_code)]
        raise Unknown(no.code, no.text) from None
    # Both, since a serial and a customer that do not belong together are somebody else's answer.
    if (text_at(answer, "requestId"), text_at(answer, "custCode")) != (key, customer_code):
        raise Unknown("other_request")
    return [ended(answer, customer_code)]


def ended(answer: Any, customer_code: str, row_no: str = "", at: datetime | None = None) -> Fact:
    """The state of an announcement as a fact; raises Unknown for a state in no table."""
    state, code, words = (text_at(answer, name) for name in ("state", "errorCode", "errorDes"))
    if state == IN_EFFECT:
        return CustomerKnown(customer_code, row_no=row_no, at=at)
    if state == FAILED and code:
        return Declined(customer_code, reason(code), code[:40], words[:200], row_no=row_no, at=at)
    if state == AT_WORK:
        return Pending(customer_code, state, words[:200], row_no=row_no)
    raise Unknown("state", state[:40])


def batch_announced(visit: Visit, key: str, rows: Sequence[CustomerRow]) -> Told:
    """A batch under our serial: sent again, it is the same batch. Incomplete rows never leave."""
    facts: list[Fact] = [
        Declined(customer.customer_code, "other", "incomplete", ", ".join(lacking), row_no=customer.row_no)
        for customer in rows
        if (lacking := missing(customer))
    ]
    whole = [customer for customer in rows if not missing(customer)]
    if not whole:
        return facts
    content = {"requestId": key, "customers": [{"rowNo": customer.row_no, **row(customer)} for customer in whole]}
    try:
        answer = yield from said(visit, post(BATCH, content))
    except Refused as no:
        why = reason(no.code)
        return facts + [
            Declined(customer.customer_code, why, no.code, no.text, row_no=customer.row_no) for customer in whole
        ]
    job = text_at(answer, "jobId")
    if not job:
        raise Unknown("no_job")
    return facts + [Accepted(customer.customer_code, reference=job, row_no=customer.row_no) for customer in whole]


def batch_outcome(visit: Visit, key: str, rows: Sequence[CustomerRow]) -> Told:
    """How each row ended.

    A row stays unknown if the job does not show it, or shows it for another customer, in an unknown state, or in two.
    """
    try:
        answer = yield from said(visit, post(BATCH_RESULT, {"requestId": key}))
    except Refused as no:
        if no.code == NO_RECORD:
            return [Absent(customer.customer_code, row_no=customer.row_no) for customer in rows]
        raise Unknown(no.code, no.text) from None
    shown = answer.get("rows")
    if text_at(answer, "requestId") != key or not isinstance(shown, list):
        raise Unknown("other_request")
    wanted = {customer.row_no: customer.customer_code for customer in rows}
    facts: dict[str, Fact | None] = {}
    for customer in shown:
        number, code = text_at(customer, "rowNo"), text_at(customer, "custCode")
        if code and wanted.get(number) == code:
            # A row shown twice with two ends proves neither: None stays None whatever comes after.
            fact = row_ended(customer, code, number)
            facts[number] = fact if facts.setdefault(number, fact) == fact else None
    return [fact for fact in facts.values() if fact]


def row_ended(shown: Any, customer_code: str, row_no: str) -> Fact | None:
    """One row's end; None if it proves nothing, so that one odd row does not make the others unknown."""
    try:
        return ended(shown, customer_code, row_no)
    except Unknown:
        return None


__all__ = [
    "ANNOUNCE",
    "AREA",
    "BATCH",
    "HELD",
    "CustomerRow",
    "announced",
    "batch_announced",
    "batch_outcome",
    "ended",
    "outcome",
    "question",
]
