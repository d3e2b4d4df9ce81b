"""Announces a customer's code and order day to Telecom (R7.7), and queries the outcome."""

from collections.abc import Generator
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
    plain_at,
    post,
)

from .codes import ALREADY, NO_RECORD, reason, said
from .envelope import SERIAL

AREA = "/handset-order/v1"
CUSTOMERS, QUERY, HELD = f"{AREA}/customers", f"{AREA}/customers/query", f"{AREA}/customers/held"
# Received, and being worked on.
OPEN = frozenset({"10", "11"})
IN_EFFECT, FAILED = "20", "30"
Told = Generator[Request, Any, list[Fact]]


@dataclass(frozen=True)
class Customer:
    """The customer's fields that go to Telecom, and no others."""

    customer_code: str
    order_day: str
    phone: Secret
    agreement_no: str


def announced(key: str, who: Customer, now: datetime) -> Told:
    """Announce under our serial. The answer says only that it was received."""
    if missing := [name for name, text in vars(who).items() if not text and name != "agreement_no"]:
        return [Declined(who.customer_code, "other", "incomplete", ", ".join(missing))]
    content = {
        "requestId": key,
        "custCode": who.customer_code,
        "orderDay": who.order_day,
        "accNbr": who.phone,
        "agreementNo": who.agreement_no,
    }
    try:
        answer = yield from said(Request("POST", CUSTOMERS, content, headers={SERIAL: key}), now)
    except Refused as no:
        if no.code == ALREADY:
            fact = yield from as_announced(who, no, now)
            return [fact]
        return [refused(who.customer_code, no.code, no.text)]
    # The echo may be missing, but another request's answer is not ours.
    if plain_at(answer, "echo") not in ("", key):
        raise Unknown("other_request")
    return [Accepted(who.customer_code, reference=plain_at(answer, "GROUP_TRANSACTIONID"))]


def as_announced(who: Customer, no: Refused, now: datetime) -> Generator[Request, Any, Fact]:
    """What "already ordered" means: a success if Telecom holds exactly what we announced, otherwise a refusal.

    Raises Unknown if Telecom has no such customer after all.
    """
    try:
        held = yield from said(post(HELD, {"custCode": who.customer_code}), now)
    except Refused:
        raise Unknown(no.code, no.text) from None
    order_day, agreement_no = plain_at(held, "orderDay"), plain_at(held, "agreementNo")
    if plain_at(held, "custCode") != who.customer_code or not order_day or not agreement_no:
        raise Unknown(no.code, no.text)
    if order_day == who.order_day and who.agreement_no in (agreement_no, ""):
        return CustomerKnown(who.customer_code)
    return refused(who.customer_code, no.code, no.text)


def question(key: str, customer_code: str) -> Request:
    """How did the change with this serial end?"""
    return post(QUERY, {"origRequestId": key, "custCode": customer_code})


def outcome(key: str, customer_code: str, now: datetime) -> Told:
    """How the announcement with our serial ended. An answer about another serial or customer proves nothing."""
    try:
        answer = yield from said(question(key, customer_code), now)
    except Refused as no:
        if NO_RECORD.fullmatch(no.code):
            return [Absent(customer_code)]
        raise
    if (plain_at(answer, "origRequestId"), plain_at(answer, "custCode")) != (key, customer_code):
        raise Unknown("other_request")
    return [ended(answer, customer_code)]


def ended(answer: Any, customer_code: str, at: datetime | None = None) -> Fact:
    """The state of an announcement as a fact; raises Unknown for a state that is in no table."""
    state, code, words = (plain_at(answer, name) for name in ("state", "failCode", "failDesc"))
    if state == IN_EFFECT:
        return CustomerKnown(customer_code, at=at)
    if state == FAILED and code:
        return refused(customer_code, code, words, at)
    if state in OPEN:
        return Pending(customer_code, state, words, at=at)
    raise Unknown("state", state)


def refused(customer_code: str, code: str, words: str, at: datetime | None = None) -> Declined:
    """Telecom's no, with its own code and words."""
    return Declined(customer_code, reason(code), code, words, at=at)


__all__ = ["AREA", "CUSTOMERS", "HELD", "QUERY", "Customer", "Told", "announced", "ended", "outcome", "question"]
