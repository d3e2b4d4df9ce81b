"""What a partner can tell us: facts, a question back, and the four setbacks.

Setback             a partner says no, not now, or nothing usable
├── Refused         a verified business no; final
├── Busy            not now, and nothing was done; try again under the same key
├── Unknown         may or may not have happened; ask, never resend
└── Forged          not from the partner; never believed, counted
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta


@dataclass(frozen=True)
class Fact:
    """Something that a partner stated about one customer.

    `row_no` is set in answers to batch verbs. `at` is the partner's own moment (UTC) of what it states, when it says
    one: facts that arrive in another order are told apart by it.
    """

    customer_code: str
    row_no: str = field(default="", kw_only=True)
    at: datetime | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class BindingAccepted(Fact):
    """Taken for processing: not done yet. `reference` is the partner's number for it."""

    reference: str = ""


@dataclass(frozen=True)
class BindingLive(Fact):
    """In force at the partner (I7). `card_ending` is compared with ours: another card is no success."""

    agreement_no: str = ""
    card_ending: str = ""


@dataclass(frozen=True)
class BindingRefused(Fact):
    """The partner said no for good. `reason` is a neutral code of `domain.reasons`; its own code and text beside it."""

    reason: str = "other"
    code: str = ""
    text: str = ""


@dataclass(frozen=True)
class BindingPending(Fact):
    """The partner is still at it: ask again later, resend nothing."""

    code: str = ""
    text: str = ""


@dataclass(frozen=True)
class BindingAbsent(Fact):
    """The partner has no trace of it. One such answer is no proof: the request may still be under way."""


@dataclass(frozen=True)
class BindingEnded(Fact):
    """No longer in force at the partner."""

    code: str = ""


@dataclass(frozen=True)
class CardChecked(Fact):
    """The bank's word on a card: debit_card or credit_card, usable or not, and whether the holder's name agrees."""

    kind: str = ""
    usable: bool = True
    name_agrees: bool = True


@dataclass(frozen=True)
class CustomerKnown(Fact):
    """A carrier holds the customer as we announced them (R7.7, R7.8)."""


@dataclass(frozen=True)
class AgreementSigned(Fact):
    """The customer signed at the partner's counter; the agreement is in force there (R7.7, R7.8).

    `customer_code` is empty when the partner does not know it yet: then `licence_no` tells who it is.
    """

    agreement_no: str = ""
    licence_no: str = ""
    valid_until: date | None = None


@dataclass(frozen=True)
class AgreementEnded(Fact):
    """An agreement is no longer in force at the partner."""

    agreement_no: str = ""


@dataclass(frozen=True)
class DeviceBound(Fact):
    """A device (handset, Yanxintong) is bound to the customer. `device` is the partner's number for it."""

    device: str = ""
    agreement_no: str = ""


@dataclass(frozen=True)
class DeviceFailed(Fact):
    """A device does not work, or the partner stopped it; `repairable` False asks for another device (R11.2)."""

    device: str = ""
    repairable: bool = True
    reason: str = "other"


@dataclass(frozen=True)
class DeviceEnded(Fact):
    """A device is no longer bound to the customer."""

    device: str = ""


@dataclass(frozen=True)
class Page:
    """A part of a long list: its facts, and where to go on from; the hub keeps both in one transaction."""

    facts: tuple[Fact, ...]
    cursor: str


@dataclass(frozen=True)
class ProbeLeg:
    """One leg of a connection test: login, permission, clock … (`ok`, and a word about it)."""

    leg: str
    ok: bool
    text: str = ""


@dataclass(frozen=True)
class NeedsInput(Fact):
    """The partner asks back (an SMS code): what is needed, and until when the partner takes it.

    `until` None: it says nothing new of it, and what it said before stands.
    """

    what: str = ""
    until: datetime | None = None


Answer = Fact | ProbeLeg
# The hub's own codes of a setback in which the partner was not there at all.
AWAY = frozenset({"no_answer", "deadline", "not_sent"})


class Setback(Exception):
    """A partner's answer that is not a success. `code` and `text` are the partner's own, kept as they came."""

    def __init__(self, code: object = "", text: str = "", *, retry_after: timedelta | None = None) -> None:
        self.code, self.text, self.retry_after = str(code), text, retry_after
        super().__init__(f"{type(self).__name__} {self.code}")


class Refused(Setback):
    """A verified business no: final, never retried."""


class Busy(Setback):
    """Not now, and surely nothing was done: again under the same key, not before `retry_after`."""


class Unknown(Setback):
    """May or may not have happened: ask the partner, never resend a change."""


class Forged(Setback):
    """Signature, sender or freshness wrong: nothing in it is believed. After a sent change it leaves us in doubt."""
