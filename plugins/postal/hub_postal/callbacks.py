"""The bank's calls to us: verified, decrypted, checked for freshness and addressee; answered in the envelope."""

import re
from datetime import datetime, timedelta
from typing import Any

from hub.plugin import Fact, Forged, Heard, Unknown, read_json, text_at, to_json

from .envelope import enclose, opened, proven
from .records import read
from .settings import Settings
from .talking import BEIJING

# What the counter did, and whether the agreement is in force afterwards (own convention).
IN_FORCE = {"AGR_SIGN": True, "AGR_CHANGE": True, "AGR_END": False}


def heard(body: bytes, settings: Settings, now: datetime) -> Heard:
    """The fact of a verified call, its number, and the answer under the same number.

    Until the signature is verified every fault is Forged, so that a stranger does not learn what was wrong.
    """
    try:
        text, locked = proven(body, settings, "request")
    except Unknown as no:
        raise Forged(no.code) from None
    facts, sequence = understood(read_json(opened(text, locked, settings)), settings, now)
    response = to_json({"respCode": "000000", "respMsg": "成功", "transSeq": sequence})
    # The label makes the answer's key: the same call gets the same answer, another call another key.
    answer = enclose(response, settings, f"answer {sequence}", "response")
    return Heard(facts, sequence, answer, {"Content-Type": "application/json; charset=UTF-8"})


def understood(message: dict[str, Any], settings: Settings, now: datetime) -> tuple[list[Fact], str]:
    """The facts and the number of a message from the bank; raises Forged if it is not for us, or not fresh."""
    if text_at(message, "merchantId") != settings.merchant_id:
        raise Forged("merchant")
    refuse_stale(text_at(message, "transTime"), settings, now)
    sequence = text_at(message, "transSeq")
    if not re.fullmatch("[0-9A-Za-z]{8,64}", sequence):
        raise Unknown("trans_seq")
    return told(message, now), sequence


def refuse_stale(said: str, settings: Settings, now: datetime) -> None:
    """Raise Forged for a message sent too long ago, in the future, or without its moment."""
    try:
        sent = datetime.strptime(said, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    except ValueError:
        raise Forged("no_moment") from None
    # The length too, because strptime accepts months and days of one digit.
    if len(said) != 14 or abs(now - sent) > timedelta(seconds=settings.callback_window):
        raise Forged("not_fresh")


def told(message: dict[str, Any], now: datetime) -> list[Fact]:
    """What the counter did; raises Unknown for an event that is in no table or contradicts its own record."""
    kind = text_at(message, "busiType")
    record = read(read_json(text_at(message, "data").encode("utf-8", "replace")), now)
    if IN_FORCE.get(kind) is not record.in_force:
        raise Unknown("event", kind)
    return [record.fact()]
