"""One record of the counter: an agreement as it is after its last change, in an answer, a list or a callback."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hub.plugin import BindingEnded, BindingLive, Fact, Unknown

from .talking import BEIJING

NAMES = ("customerCode", "qpayAgrNo", "mediumNo", "agrSta", "changeTime")
IN_FORCE, ENDED = "1", "2"
# Characters of a value; no real one comes near it.
LONGEST = 64


@dataclass(frozen=True)
class Record:
    """An agreement: whose, with which passbook or card (its last four digits), in force or not, since when."""

    customer_code: str
    agreement_no: str
    ending: str
    in_force: bool
    at: datetime

    def fact(self) -> Fact:
        """What it states."""
        if self.in_force:
            return BindingLive(self.customer_code, self.agreement_no, self.ending, at=self.at)
        return BindingEnded(self.customer_code, at=self.at)


def moment(said: str, now: datetime) -> datetime:
    """yyyyMMddHHmmssSSS in Beijing, never later than our clock; raises ValueError."""
    if not re.fullmatch("[0-9]{17}", said):
        raise ValueError("17 digits")
    month, day, hour, minute, second = (int(said[place : place + 2]) for place in range(4, 14, 2))
    at = datetime(int(said[:4]), month, day, hour, minute, second, int(said[14:]) * 1000, tzinfo=BEIJING)
    return min(at.astimezone(UTC), now.astimezone(UTC))


def read(given: Any, now: datetime) -> Record:
    """A record; raises Unknown unless all of it is understood. Numbers may be masked but for their last four digits."""
    values = [given.get(name) for name in NAMES] if isinstance(given, Mapping) else []
    if not values or not all(isinstance(text, str) and 0 < len(text) <= LONGEST for text in values):
        raise Unknown("record")
    customer, number, medium, state, changed = map(str, values)
    if not re.fullmatch(r"[\w-]+", customer + number, re.ASCII) or state not in (IN_FORCE, ENDED):
        raise Unknown("record")
    if not re.fullmatch("[0-9*]{4,28}[0-9]{4}", medium):
        raise Unknown("medium")
    try:
        return Record(customer, number, medium[-4:], state == IN_FORCE, moment(changed, now))
    except (ValueError, OverflowError):
        raise Unknown("moment") from None


def read_all(given: Any, now: datetime) -> list[Record]:
    """The records of a list; raises Unknown if there is no list, which does not mean "none"."""
    if not isinstance(given, list):
        raise Unknown("no_records")
    return [read(record, now) for record in given]
