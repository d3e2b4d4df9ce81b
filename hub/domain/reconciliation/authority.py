"""Who has authority over each field that a partner and we both hold (R7.7–R7.9, R8.4, R11.2): one table."""

from collections.abc import Mapping
from enum import StrEnum


class Word(StrEnum):
    """Who has authority, and what happens to a deviating value."""

    ASKED = "asked"
    """The bank, but only once it was queried: a list or a callback alone changes nothing of ours."""
    FOLLOWED = "followed"
    """The carrier: our value follows automatically, with history."""
    ANNOUNCED = "announced"
    """We: the partner was informed, and a deviating value of theirs goes to staff."""
    CUSTOMERS = "customers"
    """The customer: both sides only record it, so people ask the customer before one is corrected."""


# Each field of a twin, by kind. Banks are queried, carriers are followed; who a customer is, is ours to say.
AUTHORITY: Mapping[str, Mapping[str, Word]] = {
    "binding": {
        "state": Word.ASKED,
        "agreement_no": Word.ASKED,
        "ending": Word.CUSTOMERS,
        "customer_code": Word.ANNOUNCED,
    },
    "agreement": {
        "state": Word.FOLLOWED,
        "agreement_no": Word.FOLLOWED,
        "valid_until": Word.FOLLOWED,
        "licence_no": Word.ANNOUNCED,
        "customer_code": Word.ANNOUNCED,
    },
    "device": {
        "state": Word.FOLLOWED,
        "agreement_no": Word.FOLLOWED,
        "customer_code": Word.ANNOUNCED,
    },
}
# The field that a kind of difference is about.
ABOUT: Mapping[str, str] = {
    "ended_there": "state",
    "unknown_here": "state",
    "other_card": "ending",
    "unknown_customer": "customer_code",
    "device_moved": "customer_code",
}


def word(kind: str, field: str) -> Word:
    """Who has authority over a field."""
    return AUTHORITY[kind][field]


def follows(kind: str) -> bool:
    """Whether our side follows the partner's state automatically."""
    return word(kind, "state") == Word.FOLLOWED


def settles(kind: str, what: str) -> Word | None:
    """Who settles a difference; None for one that concerns no field of the partner's."""
    field = ABOUT.get(what)
    return None if field is None or kind not in AUTHORITY else word(kind, field)
