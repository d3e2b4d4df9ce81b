"""The bank's calls to us: verified, opened, fresh and ours; answered in the envelope, or the bank calls again."""

import re
from datetime import datetime, timedelta
from typing import Any

from hub.plugin import Fact, Forged, Heard, Unknown, to_json

from .envelope import enclose, opened, parsed, proven
from .records import read
from .settings import Settings
from .talking import BEIJING, word

IN_FORCE = {"AGR_SIGN": True, "AGR_CHANGE": True, "AGR_END": False}
"""What the counter did, and whether the agreement is in force after it (own convention)."""


def heard(body: bytes, settings: Settings, now: datetime) -> Heard:
    """The fact of a verified call, its number, and the answer under the same number.

    Until the signature is verified everything is Forged: at the door nobody learns what was wrong.
    """
    try:
        text, locked = proven(body, settings, "request")
    except Unknown as no:
        raise Forged(no.code) from None
    facts, sequence = understood(parsed(opened(text, locked, settings)), settings, now)
    said = to_json({"respCode": "000000", "respMsg": "成功", "transSeq": sequence})
    answer = enclose(said, settings, f"answer {sequence}", "response")
    return Heard(facts, sequence, answer, {"Content-Type": "application/json; charset=UTF-8"})


def understood(message: dict[str, Any], settings: Settings, now: datetime) -> tuple[list[Fact], str]:
    """The facts and the number of a message of the bank's; raises Forged when it is not for us, or not of now."""
    if word(message, "merchantId") != settings.merchant_id:
        raise Forged("merchant")
    refuse_stale(word(message, "transTime"), settings, now)
    sequence = word(message, "transSeq")
    if not re.fullmatch("[0-9A-Za-z]{8,64}", sequence):
        raise Unknown("trans_seq")
    return told(message, now), sequence


def refuse_stale(said: str, settings: Settings, now: datetime) -> None:
    """Raises Forged for a message sent too long ago, or in the future, or without its moment."""
    try:
        sent = datetime.strptime(said, "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    except ValueError:
        raise Forged("no_moment") from None
    if len(said) != 14 or abs(now - sent) > timedelta(seconds=settings.callback_window):
        raise Forged("not_fresh")


def told(message: dict[str, Any], now: datetime) -> list[Fact]:
    """What the counter did; raises Unknown for an event that stands in no table or contradicts its own record."""
    kind = word(message, "busiType")
    record = read(parsed(word(message, "data").encode("utf-8", "replace")), now)
    if IN_FORCE.get(kind) is not record.in_force:
        raise Unknown("event", kind)
    return [record.fact()]
