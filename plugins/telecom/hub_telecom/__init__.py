"""China Telecom 中国电信: it tells us of agreements and handsets; we tell it who the customer is (R7.7)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.plugin import (
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

from .announcing import Customer, announced, outcome, question
from .callbacks import heard
from .codes import NO_RECORD, said
from .envelope import Settings, dress, undress
from .lists import listed, one

# A serial and a customer code that cannot exist, for the harmless query of the probe.
NOBODY = "0"


@hookimpl
def channel() -> Channel:
    """Telecom: two calls a second; the full list is slow."""
    return Channel(
        key="telecom",
        kind="carrier",
        title="中国电信",
        title_en="Telecom",
        settings=Settings,
        rate="2/s",
        concurrency=4,
        deadline=20.0,
        settles_within=300.0,
    )


@hookimpl
def seal(request: Request, settings: Settings, exchange: str) -> Request:
    """JSON under the platform's headers."""
    return dress(request, settings, exchange)


@hookimpl
def unseal(reply: Reply) -> Any:
    """Status, then JSON, XML or text, then the answer's own code."""
    return undress(reply)


@hookimpl
def probe(now: datetime) -> Conversation:
    """Ask for a customer who cannot exist: proves address, key, region and right, and changes nothing."""
    try:
        yield from said(question(NOBODY, NOBODY), now)
    except Refused as no:
        if NO_RECORD.fullmatch(no.code):
            return [ProbeLeg("login", True), ProbeLeg("permission", True)]
        raise
    raise Unknown("not_understood")


@hookimpl
def announce_customer(
    key: str, customer_code: str, order_day: str, phone: Secret, agreement_no: str, now: datetime
) -> Conversation:
    """Customer code, order day and order phone, within a working day of the agreement (R7.7)."""
    answers = yield from announced(key, Customer(customer_code, order_day, phone, agreement_no), now)
    return answers


@hookimpl
def query_announcement(key: str, customer_code: str, now: datetime) -> Conversation:
    """How did the announcement with our serial end?"""
    answers = yield from outcome(key, customer_code, now)
    return answers


@hookimpl
def list_devices(since: datetime | None, cursor: str, settings: Settings, now: datetime) -> Listing:
    """Agreements and handset bindings in Telecom's books."""
    return listed(since, cursor, settings, now)


@hookimpl
def query_device(agreement_no: str, device_no: str, now: datetime) -> Conversation:
    """What is in Telecom's books under a number that its list did not show (R11.2)."""
    answers = yield from one(agreement_no, device_no, now)
    return answers


@hookimpl
def receive(body: bytes, headers: Mapping[str, str], settings: Settings, now: datetime) -> Heard:
    """A push: an agreement signed or ended, a handset bound, broken, beyond repair (R11.2), a number stopped."""
    return heard(body, headers, settings, now)


__all__ = ["Settings"]
