"""Sensitive values as a type, and how they are shown to people."""

from typing import NoReturn


class Secret:
    """A sensitive value: it does not print, format, log or serialise itself, and equals no plain string (ADR 0010)."""

    __slots__ = ("_value",)

    def __init__(self, value: "str | Secret") -> None:
        self._value: str = value.reveal() if isinstance(value, Secret) else value

    def reveal(self) -> str:
        """The value in the clear. Reviewers look at every call."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(("Secret", self._value))

    def __bool__(self) -> bool:
        return bool(self._value)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a Secret is not serialised; seal it in the vault")


def mask_card(number: str) -> str:
    """`622848******0018`: BIN and last four; a number of fewer than 13 digits shows only its last four."""
    # Of a shorter number the ten digits shown would leave two to guess at most.
    if len(number) < 13:
        return "*" * max(len(number) - 4, 0) + number[-4:]
    return number[:6] + "*" * (len(number) - 10) + number[-4:]


def mask_id_number(number: str) -> str:
    """`1****************X`: first and last character."""
    return number[:1] + "*" * max(len(number) - 2, 0) + number[-1:]


def mask_phone(number: str) -> str:
    """`138****8000`: a mobile shows three and four digits, anything shorter its last two."""
    if len(number) >= 11:
        return number[:3] + "*" * (len(number) - 7) + number[-4:]
    return "*" * max(len(number) - 2, 0) + number[-2:]


def mask_name(name: str) -> str:
    """`张*`: the first character."""
    return name[:1] + "*" * (len(name) - 1)
