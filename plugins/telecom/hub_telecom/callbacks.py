"""Telecom's calls to us: verified over the raw bytes and their moment, then read (the whole of it our own convention)."""

import hmac
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from hub.plugin import Fact, Forged, Heard, Unknown, plain_at, read_json, to_json

from .announcing import ended
from .envelope import Settings
from .records import facts_of, moment

# Events that carry the whole record as it is afterwards, so that they may come twice and in any order.
RECORDS = frozenset(
    {
        "AGREEMENT_SIGNED",
        "AGREEMENT_ENDED",
        "HANDSET_BOUND",
        "HANDSET_RELEASED",
        "HANDSET_BROKEN",
        "HANDSET_BEYOND_REPAIR",
        "NUMBER_STOPPED",
        "NUMBER_RESUMED",
    }
)
# Events that tell how an announcement ended.
ENDINGS = {"CUSTOMER_REGISTERED": "20", "CUSTOMER_REFUSED": "30"}


def signature(stamp: str, body: bytes, settings: Settings) -> str:
    """HMAC-SHA256 over our app id, the timestamp and the raw body, in hexadecimal."""
    text = f"{settings.app_id}\n{stamp}\n".encode() + body
    return hmac.digest(settings.callback_key.reveal().encode(), text, "sha256").hex()


def verify(body: bytes, headers: Mapping[str, str], settings: Settings, now: datetime) -> None:
    """Raise Forged unless the call is Telecom's, complete, for us and fresh."""
    stamp = headers.get("x-ctg-timestamp", "")
    if not re.fullmatch("[0-9]{10}", stamp):
        raise Forged("timestamp")
    # As bytes: `compare_digest` raises on text beyond ASCII, and a stranger may send anything.
    signed = headers.get("x-ctg-signature", "").encode()
    if not hmac.compare_digest(signed, signature(stamp, body, settings).encode()):
        raise Forged("signature")
    if abs(now.timestamp() - int(stamp)) > settings.callback_window:
        raise Forged("not_fresh")


def heard(body: bytes, headers: Mapping[str, str], settings: Settings, now: datetime) -> Heard:
    """The facts of a verified call, and the answer that Telecom expects; without it the call is repeated."""
    verify(body, headers, settings, now)
    message = read_json(body)
    event, kind = plain_at(message, "eventNo"), plain_at(message, "eventType")
    if not re.fullmatch(r"[\w-]{1,64}", event, re.ASCII):
        raise Unknown("event_no")
    facts = told(kind, message.get("data"), now)
    answer = to_json({"eventNo": event, "resultCode": "0000"}).encode()
    return Heard(facts, event, answer, {"Content-Type": "application/json; charset=UTF-8"})


def told(kind: str, data: Any, now: datetime) -> list[Fact]:
    """What an event states; raises Unknown for one that is in no table."""
    if kind in RECORDS:
        return facts_of(data, now)
    # Event and record must say the same: a "registered" with the state of a refusal proves neither.
    if kind not in ENDINGS or plain_at(data, "state") != ENDINGS[kind] or not plain_at(data, "custCode"):
        raise Unknown("event", kind)
    try:
        at = min(moment(plain_at(data, "changedAt")), now.astimezone(UTC))
    except (ValueError, OverflowError):
        raise Unknown("moment") from None
    return [ended(data, plain_at(data, "custCode"), at)]


__all__ = ["heard", "signature", "verify"]
