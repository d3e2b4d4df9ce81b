"""Values that no form expects: what faces are tried with so that none of them answers by a fault."""

from collections.abc import Iterator
from typing import Any

NUL = "ab\x00cd"
LONE = "ab\ud800cd"
"""Half of a pair: JSON and some encodings can say it, UTF-8 cannot."""
TEXTS = (
    NUL,
    "a\x01\x1b[31mb",
    "a\x7fb",
    "ab\ufffdcd",
    "\ufdd0\uffff",
    "%zz%00%",
    "9" * 30,
    "-9223372036854775809",
    "2147483648",
    "99999999999",
    "1e999",
    "NaN",
    "-1",
    "0",
    "²",
    "٣",
    "0001-01-01",
    "9999-12-31",
    "10000-01-01",
    "0001-01-01T00:00",
    "9999-12-31T23:59",
    "2026-02-30",
    "9999-12",
    "0001-01",
    "x" * 30_000,
    "张" * 5_000,
    "x" * 60_000,
    "{0}{x!r}",
    "%s%(x)s",
    "[",
    "{}",
    "'\"\\",
    "\u202e\u200b💳",
    "",
    " ",
    "\r\n\t",
    "00000000-0000-0000-0000-000000000000",
    "http://[",
)
NUMBERS: tuple[Any, ...] = (2**31, 2**63, -(2**63) - 1, 10**400, 0, -1, 1e308, True, None)


def leaves(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Each text and number of a JSON value, with the way to it."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from leaves(inner, (*place, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*place, number))
    elif isinstance(value, str | int | float):
        yield place, value


def replaced(value: Any, place: tuple[Any, ...], by: Any) -> Any:
    """The JSON value with another one at a place."""
    if not place:
        return by
    first, *rest = place
    if isinstance(value, dict):
        return {name: replaced(inner, tuple(rest), by) if name == first else inner for name, inner in value.items()}
    return [replaced(inner, tuple(rest), by) if number == first else inner for number, inner in enumerate(value)]
