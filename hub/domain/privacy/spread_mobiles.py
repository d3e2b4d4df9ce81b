"""Mobiles in parts: without a check digit, they are told by their shape and by what stands around them."""

import re
from collections.abc import Iterator, Sequence

from .number_parts import Part, Span
from .quantities import is_glued, is_list, of_ours, speaks_of_phone

MOBILE = re.compile(r"1[3-9]\d{9}")
COUNTRY = ("0086", "86")
# Sizes of the parts in which people usually write a mobile.
USUAL = frozenset(
    {
        *((11,), (3, 8), (7, 4), (4, 7), (5, 6), (6, 5), (3, 2, 2, 2, 2)),
        *((3, 4, 4), (4, 4, 3), (3, 3, 5), (3, 5, 3), (4, 3, 4), (5, 3, 3)),
    }
)
MOST_PARTS = 4
# Cut anywhere by dashes of any keyboard, but not part of a longer run of digits.
DASH = "[-\u2010-\u2015\u2212\uff0d]"
DASHED = re.compile(
    rf"(?<![\d\-])(?<![A-Za-z])(?:(?:00)?86{DASH}?)?[1１]{DASH}?[3-9３-９](?:{DASH}?\d){{9}}(?!{DASH}?\d)"
)
# A day: dashes within it belong to a date or to a name made from one.
DAY = re.compile(rf"(?<!\d)(?:19|20)\d\d{DASH}(?:0[1-9]|1[0-2]){DASH}(?:0[1-9]|[12]\d|3[01])(?!\d)")


def is_mobile(groups: Sequence[str], *, usual: bool = False) -> bool:
    """Whether these parts are one mobile, with or without its country code: in the usual parts, or in at most four.

    Unusual parts count only if none is a single digit, or if all are.
    """
    number, sizes = "".join(groups), tuple(map(len, groups))
    for country in COUNTRY:
        if number.startswith(country) and sizes[0] >= len(country):
            rest = sizes[0] - len(country)
            number, sizes = number.removeprefix(country), (*((rest,) if rest else ()), *sizes[1:])
    if MOBILE.fullmatch(number) is None:
        return False
    any_parts = not usual and len(sizes) <= MOST_PARTS and min(sizes) > 1
    return sizes in USUAL or any_parts or (not usual and set(sizes) == {1})


def mobiles(text: str, parts: Sequence[Part]) -> Iterator[Span]:
    """Mobiles in parts that the same sign joins."""
    for dashed in DASHED.finditer(text):
        if not dashed[0].isdecimal() and DAY.search(dashed[0]) is None:
            yield dashed.span()
    first = 0
    while first < len(parts) - 1:
        sign, last = parts[first].kind, first + 1
        while sign is not None and last < len(parts) - 1 and parts[last].kind == sign:
            last += 1
        if sign is not None:
            yield from _joined(text, parts[first : last + 1])
        first = last


def _joined(text: str, parts: Sequence[Part]) -> Iterator[Span]:
    """Mobiles among parts joined alike: either all parts together make up mobiles, or a phone is mentioned before them.

    A list of quantities mostly goes on, or leaves parts over.
    """
    pieces, even = _pieces(parts)
    spoken_of = speaks_of_phone(text, parts[0].start)
    if not even and not spoken_of:
        pieces = _usual(parts)
    for piece in pieces:
        if len(piece) > 1 and (spoken_of or not _ours(text, piece)):
            yield piece[0].start, piece[-1].end


def _ours(text: str, piece: Sequence[Part]) -> bool:
    groups = [part.digits for part in piece]
    span, signs = (piece[0].start, piece[-1].end), {part.sign or "" for part in piece[:-1]}
    in_code = is_glued(text, span[0]) and not is_mobile(groups, usual=True)
    return in_code or of_ours(text, span, groups, signs)


def _pieces(parts: Sequence[Part]) -> tuple[list[Sequence[Part]], bool]:
    """Parts read as mobiles one after another, and whether nothing is left over."""
    pieces: list[Sequence[Part]] = []
    first, number = 0, ""
    for place, part in enumerate(parts):
        number += part.digits
        if is_mobile([each.digits for each in parts[first : place + 1]]):
            pieces.append(parts[first : place + 1])
            first, number = place + 1, ""
        elif len(number) >= 15:
            return pieces, False
    return pieces, first == len(parts)


def _usual(parts: Sequence[Part]) -> list[Sequence[Part]]:
    """Mobiles in the usual parts anywhere among these, unless the sign is one of a list."""
    if is_list(parts[0].kind):
        return []
    sizes = range(2, 6)
    windows = (parts[first : first + size] for first in range(len(parts)) for size in sizes)
    return [window for window in windows if is_mobile([each.digits for each in window], usual=True)]
