"""Whose word counts for each field that a partner and we both hold (R7.7–R7.9, R8.4, R11.2): one table."""

from collections.abc import Mapping
from enum import StrEnum


class Word(StrEnum):
    """Whose word counts, and what becomes of another."""

    ASKED = "asked"
    """The bank's, once it was asked: a list or callback alone changes nothing of ours."""
    FOLLOWED = "followed"
    """The carrier's: ours follows automatically, with history."""
    ANNOUNCED = "announced"
    """Ours: the partner was told; anything else from them goes to staff."""
    CUSTOMERS = "customers"
    """The customer's: staff ask the customer before either side is corrected."""


# Each field of a twin, by kind. Banks are asked, carriers followed; who somebody is is ours to say.
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
    """Whose word counts for a field."""
    return AUTHORITY[kind][field]


def follows(kind: str) -> bool:
    """Whether our side follows the partner's state of a thing automatically."""
    return word(kind, "state") == Word.FOLLOWED


def settles(kind: str, what: str) -> Word | None:
    """Whose word settles a difference; None for one that is about no field of the partner's."""
    field = ABOUT.get(what)
    return None if field is None or kind not in AUTHORITY else word(kind, field)
