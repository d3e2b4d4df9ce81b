"""Postal Savings Bank 邮政储蓄银行: the counter keeps the agreements; we query, listen, and may end one (R7.9, R8.4)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from hub.plugin import (
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

from . import talking
from .agreements import HELD, ended, ending_of, in_force, listed, state_of
from .callbacks import heard
from .codes import CLOCK, LOGIN, NO_AGREEMENT, NOT_TAKEN
from .settings import Settings

# A customer code that cannot exist, for the harmless query of the probe.
NOBODY = "000000000000"


# Public BIN lists (protocol notes §12).
CARD_BINS = {
    "debit_card": (
        "621799, 621797, 621798, 621095, 621096, 621098, 621285, 621582, 621599, 621674, 622150, 622151, 622180-622182, "
        "622187-622189, 623218, 623698, 623699, 620062, 955100"
    ),
    "credit_card": ("622810-622812 622835 625367 625368 625603 625919 628310 518905 557928"),
}


@hookimpl
def channel() -> Channel:
    """The bank: five calls a second, passbooks and cards; no verb to bind, because the counter does that."""
    return Channel(
        key="postal",
        kind="bank",
        title="中国邮政储蓄银行",
        title_en="Postal bank",
        settings=Settings,
        rate="5/s",
        concurrency=4,
        deadline=20.0,
        settles_within=120.0,
        # Binding waits for the customer to come to the counter, so days and not seconds.
        counter_days=15.0,
        accounts=frozenset({"passbook", "debit_card"}),
        replaces="in_place",
        card_bins=CARD_BINS,
        number_paper="passbook_copy",
    )


@hookimpl
def seal(request: Request, settings: Settings, exchange: str) -> Request:
    """Encrypt under a key of this message alone, and sign."""
    return talking.seal(request, settings, exchange)


@hookimpl
def unseal(reply: Reply, settings: Settings) -> Any:
    """Verify over the characters as sent, then decrypt."""
    return talking.unseal(reply, settings)


@hookimpl
def probe(settings: Settings, now: datetime) -> Conversation:
    """Ask for a customer who cannot exist: proves address, keys, clock and rights, and changes nothing."""
    serial = talking.question_serial("", now, "probe")
    try:
        yield from talking.ask(HELD, serial, {"customerCode": NOBODY}, settings, now)
    except (Refused, Busy) as no:
        if no.code == NO_AGREEMENT:
            return [ProbeLeg("clock", True), ProbeLeg("login", True), ProbeLeg("permission", True)]
        if no.code in NOT_TAKEN:
            leg = "clock" if no.code in CLOCK else "login" if no.code in LOGIN else "permission"
            return [ProbeLeg(leg, False, f"{no.code} {no.text}".strip())]
        raise
    raise Unknown("not_understood")


@hookimpl
def query_binding(
    key: str, customer_code: str, card_number: Secret, settings: Settings, asked_at: datetime, now: datetime
) -> Conversation:
    """Was the retailer at the counter, and is it our passbook that is in force there (R7.9)?"""
    answers = yield from state_of(key, customer_code, card_number, settings, asked_at, now)
    return answers


@hookimpl
def unbind_card(
    key: str, customer_code: str, card_number: Secret, reference: str, settings: Settings, now: datetime
) -> Conversation:
    """End the agreement by quickTerminate (R10.1)."""
    answers = yield from ended(key, customer_code, card_number, reference, settings, now)
    return answers


@hookimpl
def query_unbinding(
    key: str,
    customer_code: str,
    card_number: Secret,
    reference: str,
    settings: Settings,
    asked_at: datetime,
    now: datetime,
) -> Conversation:
    """Is it still in force, and if so, what became of our serial?"""
    answers = yield from ending_of(key, customer_code, card_number, reference, settings, asked_at, now)
    return answers


@hookimpl
def query_binding_in_force(key: str, customer_code: str, settings: Settings, now: datetime) -> Conversation:
    """What the counter holds for the customer."""
    answers = yield from in_force(key, customer_code, settings, now)
    return answers


@hookimpl
def list_bindings(key: str, since: datetime | None, cursor: str, settings: Settings, now: datetime) -> Listing:
    """The counter's agreements, for the nightly comparison."""
    return listed(key, since, cursor, settings, now)


@hookimpl
def receive(body: bytes, headers: Mapping[str, str], settings: Settings, now: datetime) -> Heard:
    """A call of the bank's: the counter signed, changed a passbook (R8.4) or ended an agreement."""
    return heard(body, settings, now)


__all__ = ["Settings"]
