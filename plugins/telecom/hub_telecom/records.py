"""One record of Telecom's: a customer's agreement with the handset on it, in a list or in a callback, as facts."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

from hub.plugin import AgreementEnded, AgreementSigned, DeviceBound, DeviceEnded, DeviceFailed, Fact, Unknown

NAMES = (
    "agreementNo",
    "agreementState",
    "validUntil",
    "licenceNo",
    "custCode",
    "imei",
    "deviceState",
    "formerImei",
    "changedAt",
)
# One call for all values, and one set of types below: a full list may have a million records, each read here.
VALUES = itemgetter(*NAMES)
TEXT = {str}
# Characters of a value; no real one comes near it.
LONGEST = 64
# States in which a handset cannot be used: whether the carrier repairs it, and why (R11.2).
FAILED: Mapping[str, tuple[bool, str]] = {
    "BROKEN": (True, "other"),
    "BEYOND_REPAIR": (False, "other"),
    "STOPPED": (True, "account_blocked"),
}


def facts_of(record: Any, now: datetime) -> list[Fact]:
    """What a record states. Raises Unknown unless all of it is understood: half a record is not believed.

    A customer that Telecom cannot name yet (before R7.7's answer) has an empty code: agreement and licence tell who.
    """
    try:
        values = VALUES(record)
        agreement, state, until, licence, customer, device, condition, former, changed = values
        if not set(map(type, values)) == TEXT or len(max(values, key=len)) > LONGEST or not agreement:
            raise Unknown("record")
        if not all(map(is_imei, filter(None, (device, former)))):
            raise Unknown("imei")
        # A carrier's clock may be ahead of ours; a fact from the future would win over every later one.
        at = min(moment(changed), now)
        valid = date.fromisoformat(until) if until else None
    except (KeyError, TypeError, ValueError, OverflowError):
        raise Unknown("record") from None
    facts = [_of_agreement(state, customer, agreement, licence, valid, at)]
    if former and former != device:
        facts.append(DeviceEnded(customer, former, at=at))
    if device or condition:
        facts.append(_of_device(condition, customer, device, agreement, at))
    return facts


def is_imei(said: str) -> bool:
    """Whether it is a handset's number: fifteen digits. The check digit is not verified."""
    return len(said) == 15 and said.isascii() and said.isdigit()


def moment(said: str) -> datetime:
    """A moment with its zone, in UTC; raises ValueError for one without a zone."""
    at = datetime.fromisoformat(said)
    if at.tzinfo is None:
        raise ValueError("no zone")
    return at.astimezone(UTC)


def _of_agreement(state: str, customer: str, agreement: str, licence: str, valid: date | None, at: datetime) -> Fact:
    if state == "SIGNED" and (customer or licence):
        return AgreementSigned(customer, agreement, licence, valid, at=at)
    if state == "ENDED":
        return AgreementEnded(customer, agreement, at=at)
    raise Unknown("agreement_state", state)


def _of_device(condition: str, customer: str, device: str, agreement: str, at: datetime) -> Fact:
    if device and condition == "BOUND":
        return DeviceBound(customer, device, agreement, at=at)
    if device and condition == "RELEASED":
        return DeviceEnded(customer, device, at=at)
    if device and condition in FAILED:
        repairable, why = FAILED[condition]
        return DeviceFailed(customer, device, repairable, why, at=at)
    raise Unknown("device_state", condition)


__all__ = ["NAMES", "facts_of", "moment"]
