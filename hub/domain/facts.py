"""What a partner can tell us: facts, a request for input, and the four setbacks.

Setback             a partner says no, not now, or nothing usable
├── Refused         a verified business no; final
├── Busy            not now, and nothing was done; retry under the same key
├── Unknown         may or may not have happened; query, never resend
└── Forged          not from the partner; never believed, counted
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta


@dataclass(frozen=True)
class Fact:
    """Something that a partner stated about one customer.

    `row_no` is set in answers to batch verbs. `at` is the partner's own moment (UTC) of what it states, if it gives
    one; facts that arrive out of order are put in order by it.
    """

    customer_code: str
    row_no: str = field(default="", kw_only=True)
    at: datetime | None = field(default=None, kw_only=True)


@dataclass(frozen=True)
class Accepted(Fact):
    """Accepted for processing: not done yet. `reference` is the partner's number for it."""

    reference: str = ""


@dataclass(frozen=True)
class BindingLive(Fact):
    """In force at the partner (I7). `card_ending` is compared with ours: another card is no success."""

    agreement_no: str = ""
    card_ending: str = ""


@dataclass(frozen=True)
class Declined(Fact):
    """The partner said no for good. `reason` is a neutral code of `domain.reasons`; `code` and `text` are the partner's own."""

    reason: str = "other"
    code: str = ""
    text: str = ""


@dataclass(frozen=True)
class Pending(Fact):
    """The partner is still processing it: query again later, resend nothing."""

    code: str = ""
    text: str = ""


@dataclass(frozen=True)
class Absent(Fact):
    """The partner has no trace of it. One such answer proves nothing: the request may still be under way."""


# Names from contract 1, when only bindings were answered with these facts; plugins may keep them.
# Aliases, not subclasses: `isinstance` must see the same fact whichever name a plugin uses.
BindingAccepted, BindingRefused, BindingPending, BindingAbsent = Accepted, Declined, Pending, Absent


@dataclass(frozen=True)
class BindingEnded(Fact):
    """No longer in force at the partner."""

    code: str = ""


@dataclass(frozen=True)
class CardChecked(Fact):
    """The bank's verdict on a card: debit_card or credit_card, usable or not, and whether the holder's name matches."""

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
    """A device does not work, or the partner disabled it; if not `repairable`, another device is needed (R11.2)."""

    device: str = ""
    repairable: bool = True
    reason: str = "other"


@dataclass(frozen=True)
class DeviceEnded(Fact):
    """A device is no longer bound to the customer."""

    device: str = ""


@dataclass(frozen=True)
class UnreadRecord:
    """A record of a list that the plugin does not understand: what is odd (`code`), and whose it is, if known."""

    code: str
    agreement_no: str = ""
    customer_code: str = ""


@dataclass(frozen=True)
class Page:
    """A part of a long list: its facts, and where to continue; the hub stores both in one transaction.

    `unread`: records that are not understood. Staff are told of each, and the list goes on.
    """

    facts: tuple[Fact, ...]
    cursor: str
    unread: tuple[UnreadRecord, ...] = ()


@dataclass(frozen=True)
class ProbeLeg:
    """One leg of a connection test: login, permission, clock … (`ok`, and a word about it)."""

    leg: str
    ok: bool
    text: str = ""


@dataclass(frozen=True)
class NeedsInput(Fact):
    """The partner asks for input (an SMS code): what it needs, and until when it accepts it.

    `until` None: it says nothing new, and the earlier moment still holds. `code` and `text`: the partner's own words
    about an input that it did not accept ("wrong, two tries left"); people read them at the field.
    """

    what: str = ""
    until: datetime | None = None
    code: str = ""
    text: str = ""


Answer = Fact | ProbeLeg
# The hub's own codes for setbacks in which the partner was not reached at all: they say nothing about the request.
AWAY = frozenset({"no_answer", "deadline", "not_sent"})


class Setback(Exception):
    """A partner's answer that is not a success. `code` and `text` are the partner's own, unchanged."""

    def __init__(self, code: object = "", text: str = "", *, retry_after: timedelta | None = None) -> None:
        self.code, self.text, self.retry_after = str(code), text, retry_after
        # Without the text: it is the partner's, may hold a customer's data, and exceptions end in logs.
        super().__init__(f"{type(self).__name__} {self.code}")


class Refused(Setback):
    """A verified business no: final, never retried."""


class Busy(Setback):
    """Not now, and surely nothing was done: retry under the same key, not before `retry_after`."""


class Unknown(Setback):
    """May or may not have happened: query the partner, never resend a change."""


class Forged(Setback):
    """Wrong signature, sender or freshness: nothing in it is believed. After a change was sent the ask is in doubt."""
