"""China Mobile 中国移动: it tells us who signed for a Yanxintong device; we tell it who the customer is (R7.8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from hub.plugin import (
    Answer,
    Busy,
    Channel,
    Conversation,
    Heard,
    Listing,
    ProbeLeg,
    Refused,
    Reply,
    Request,
    Secret,
    Unknown,
    hookimpl,
)

from .announcing import CustomerRow, announced, batch_announced, batch_outcome, outcome, question
from .callbacks import heard
from .codes import CLOCK, LOGIN, NO_RECORD, RIGHT, TOKEN_OVER
from .envelope import Settings, dress, undress
from .lists import listed, one
from .visits import TOKEN_REFUSED, Visit, said

# A serial and a customer code that cannot exist, for the harmless query of the probe.
NOBODY = "0"
# Numbers in a batch, as published; it is the channel's `batch`, so the hub never plans a larger one.
MOST = 100


@hookimpl
def channel() -> Channel:
    """Mobile: five calls a second, batches of a hundred; the full list is slow."""
    return Channel(
        key="mobile",
        kind="carrier",
        title="中国移动",
        title_en="Mobile",
        settings=Settings,
        rate="5/s",
        concurrency=4,
        batch=MOST,
        deadline=20.0,
        settles_within=300.0,
        device="yanxintong",
        agreement="two_party",
    )


@hookimpl
def seal(request: Request, settings: Settings, exchange: str, now: datetime) -> Request:
    """JSON with a transaction number; under WSSE also the digest."""
    return dress(request, settings, exchange, now)


@hookimpl
def unseal(reply: Reply) -> Any:
    """Status, then JSON, then the answer's own status string."""
    return undress(reply)


@hookimpl
def probe(settings: Settings, now: datetime) -> Conversation:
    """Ask for a request that cannot exist: proves address, account, clock and right, and changes nothing."""
    first = "token" if settings.way == "token" else "login"
    try:
        yield from said(Visit(settings), question(NOBODY, NOBODY))
    except (Refused, Busy) as no:
        if no.code == NO_RECORD:
            return [ProbeLeg("clock", True), ProbeLeg(first, True), ProbeLeg("permission", True)]
        return turned_away(no, first)
    raise Unknown("not_understood")


def turned_away(no: Refused | Busy, first: str) -> list[Answer]:
    """Which leg failed; the permission can be judged only once the account was accepted. Raises any other setback."""
    words = f"{no.code} {no.text}".strip()
    if no.code in CLOCK:
        return [ProbeLeg("clock", False, words)]
    if no.code in LOGIN or no.code in ("http_401", TOKEN_OVER) or no.code.startswith(TOKEN_REFUSED):
        return [ProbeLeg(first, False, words)]
    if no.code in RIGHT or no.code == "http_403":
        return [ProbeLeg(first, True), ProbeLeg("permission", False, words)]
    raise no


@hookimpl
def announce_customer(
    key: str, customer_code: str, order_day: str, phone: Secret, agreement_no: str, settings: Settings
) -> Conversation:
    """Customer code and order day, within a working day of the agreement (R7.8)."""
    who = CustomerRow("1", customer_code, order_day, phone, agreement_no)
    answers = yield from announced(Visit(settings), key, who)
    return answers


@hookimpl
def query_announcement(key: str, customer_code: str, settings: Settings) -> Conversation:
    """How did the announcement with our serial end?"""
    answers = yield from outcome(Visit(settings), key, customer_code)
    return answers


@hookimpl
def announce_customers(key: str, customers: Sequence[CustomerRow], settings: Settings) -> Conversation:
    """A batch of at most a hundred under our serial; its job is queried later."""
    answers = yield from batch_announced(Visit(settings), key, customers)
    return answers


@hookimpl
def query_announcements(key: str, customers: Sequence[CustomerRow], settings: Settings) -> Conversation:
    """How did each row of the batch end? A row that the job does not show stays unknown."""
    answers = yield from batch_outcome(Visit(settings), key, customers)
    return answers


@hookimpl
def list_devices(since: datetime | None, cursor: str, settings: Settings, now: datetime) -> Listing:
    """Signed retailers and their devices in Mobile's books."""
    return listed(Visit(settings), since, cursor, now)


@hookimpl
def query_device(agreement_no: str, device_no: str, settings: Settings, now: datetime) -> Conversation:
    """What is in Mobile's books under a number that its list did not show (R11.2)."""
    answers = yield from one(Visit(settings), agreement_no, device_no, now)
    return answers


@hookimpl
def receive(body: bytes, headers: Mapping[str, str], settings: Settings, now: datetime) -> Heard:
    """An order-relation push: who signed, who left, what became of a device (R7.8, R11.2)."""
    return heard(body, headers, settings, now)


__all__ = ["CustomerRow", "Settings"]
