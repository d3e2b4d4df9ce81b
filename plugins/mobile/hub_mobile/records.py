"""One record of Mobile's: a retailer's two-party agreement with the device on it, as facts (form: own convention)."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from hub.plugin import AgreementEnded, AgreementSigned, DeviceBound, DeviceEnded, DeviceFailed, Fact, Unknown

BEIJING = ZoneInfo("Asia/Shanghai")
NAMES = (
    "agreementNo",
    "signStatus",
    "expDate",
    "licNo",
    "custCode",
    "terminalId",
    "terminalStatus",
    "preTerminalId",
    "bindStatus",
    "updateTime",
)
# One call for all values, and one set of types below: a full list may have a million records, each read here.
VALUES = itemgetter(*NAMES)
TEXT = {str}
# An agreement's number.
NUMBER = re.compile(r"[A-Z0-9-]{4,32}").fullmatch
# A customer's code or licence; either may be empty, not both.
CODE = re.compile(r"[A-Za-z0-9-]{0,32}").fullmatch
# Characters of a value; no real one comes near it.
LONGEST = 64
SIGNED, LEFT = "1", "2"
BOUND, RETURNED = "1", "2"
# Device states in which it cannot be used, and whether Mobile repairs it (R11.2).
FAILED: Mapping[str, bool] = {"3": True, "4": False}
# Published for card-bind-status: 0, card and device are separated, a hint at fraud; 1 not separated; 2 not known.
SEPARATED = "0"


def facts_of(record: Any, now: datetime) -> list[Fact]:
    """What a record states. Raises Unknown unless all of it is understood: half a record is not believed.

    A customer that Mobile cannot name yet (before R7.8's answer) has an empty code: the licence tells who.
    """
    try:
        values = VALUES(record)
        agreement, status, until, licence, customer, device, condition, former, together, changed = values
        if not set(map(type, values)) == TEXT or len(max(values, key=len)) > LONGEST:
            raise Unknown("record")
        if not (NUMBER(agreement) and CODE(customer) and CODE(licence)):
            raise Unknown("number")
        if not all(map(is_device, filter(None, (device, former)))):
            raise Unknown("terminal")
        # A carrier's clock may be ahead of ours; a fact from the future would win over every later one.
        at = min(moment(changed), now)
        valid = date.fromisoformat(until) if until else None
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Unknown("record") from None
    facts = [_of_agreement(status, customer, agreement, licence, valid, at)]
    if former and former != device:
        facts.append(DeviceEnded(customer, former, at=at))
    if device or condition:
        facts.append(_of_device(condition, together, customer, device, agreement, at))
    return facts


def is_device(said: str) -> bool:
    """Whether it is a device's number: fifteen digits."""
    return len(said) == 15 and said.isascii() and said.isdigit()


def moment(said: str) -> datetime:
    """A moment as Mobile writes it, Beijing time to the second or the millisecond, in UTC; raises ValueError."""
    if len(said) not in (14, 17) or not (said.isascii() and said.isdigit()):
        raise ValueError("no moment")
    at = datetime.strptime(said[:14], "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
    return (at + timedelta(milliseconds=int(said[14:] or "0"))).astimezone(UTC)


def _of_agreement(status: str, customer: str, agreement: str, licence: str, valid: date | None, at: datetime) -> Fact:
    if status == SIGNED and (customer or licence):
        return AgreementSigned(customer, agreement, licence, valid, at=at)
    if status == LEFT:
        return AgreementEnded(customer, agreement, at=at)
    raise Unknown("sign_status", status)


def _of_device(condition: str, together: str, customer: str, device: str, agreement: str, at: datetime) -> Fact:
    if together not in ("", "0", "1", "2"):
        raise Unknown("bind_status", together)
    if device and condition == BOUND and together == SEPARATED:
        return DeviceFailed(customer, device, True, "other", at=at)
    if device and condition == BOUND:
        return DeviceBound(customer, device, agreement, at=at)
    if device and condition == RETURNED:
        return DeviceEnded(customer, device, at=at)
    if device and condition in FAILED:
        return DeviceFailed(customer, device, FAILED[condition], "other", at=at)
    raise Unknown("terminal_status", condition)


__all__ = ["NAMES", "facts_of", "moment"]
