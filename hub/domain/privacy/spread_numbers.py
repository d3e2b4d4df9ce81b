"""Finds cards, ID numbers and mobiles written in parts, whatever signs stand between them."""

import re
from collections.abc import Iterator, Sequence

from stdnum import luhn

from hub.domain.identifiers import check_id_number
from hub.domain.settlement.card_bins import is_known

from .number_parts import DIGITS, LETTER, Part, Span, is_serial, parts_of, plain_digits
from .spread_mobiles import mobiles

# With fewer digits than a mobile has, a text holds none of these numbers.
FEWEST = 11
# Fifteen or more digits close together: a number may begin and end anywhere in such a run.
CLOSE = re.compile(r"\d(?:[^\w]{0,3}\d){14,}")
BORN = re.compile(r"(?=[1-9]\d{5}(?:19\d\d|20[0-2]\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3})")
LAST_X = re.compile(r"[\W_]{0,6}[Xx\uff38\uff58](?![A-Za-z0-9])")
# Digits of a customer's code or a licence.
OURS = 12
# Parts of a number with letters between them.
MOST_PARTS = 8


def spread_numbers(text: str) -> list[Span]:
    """Where such numbers stand, in order, with overlaps joined."""
    # The digits are counted first: most texts have few, and redaction runs on every text.
    if sum(map(len, DIGITS.findall(text))) < FEWEST:
        return []
    parts = parts_of(text)
    spans = sorted({*_close(text), *_whole(text, parts), *mobiles(text, parts)})
    apart: list[Span] = []
    for start, end in spans:
        if apart and start < apart[-1][1]:
            apart[-1] = (apart[-1][0], max(end, apart[-1][1]))
        else:
            apart.append((start, end))
    return apart


def close_numbers(text: str) -> list[Span]:
    """Where cards of known banks and ID numbers stand, close together."""
    return list(_close(text))


def _close(text: str) -> Iterator[Span]:
    """Cards of known banks and ID numbers within runs of digits, also directly beside another number."""
    for run in CLOSE.finditer(text):
        places = [run.start() + place.start() for place in re.finditer(r"\d", run[0])]
        digits = plain_digits(run[0])
        # A list of customers' codes and licences: a card across two of them would be chance.
        if is_serial(run[0]) or all(len(group) == OURS for group in DIGITS.findall(run[0])):
            continue
        for first in range(len(digits) - 14):
            over = _card_at(digits, first)
            if over:
                yield places[first], places[over - 1] + 1
        for born in BORN.finditer(digits):
            first = born.start()
            if _is_id(digits[first : first + 18]):
                yield places[first], places[first + 17] + 1
        for end in {places[-1] + 1} if len(digits) >= 17 else ():
            over_x = _with_x(text, end, digits[-17:])
            if over_x:
                yield places[-17], over_x


def _card_at(digits: str, first: int) -> int:
    """Index after the longest card of a known bank that begins here; 0 if there is none."""
    if not is_known(digits[first : first + 6]):
        return 0
    ends = (first + length for length in range(19, 14, -1) if first + length <= len(digits))
    return next((end for end in ends if luhn.is_valid(digits[first:end])), 0)


def _is_id(number: str) -> bool:
    """Whether it is an ID number by its birth date and its check digit."""
    return BORN.match(number) is not None and check_id_number(number).problem is None


def _with_x(text: str, end: int, digits: str) -> int:
    """Index after the X that makes these seventeen digits before `end` an ID number; 0 if there is none."""
    last = LAST_X.match(text, end)
    return last.end() if last is not None and _is_id(f"{digits}X") else 0


def _whole(text: str, parts: Sequence[Part]) -> Iterator[Span]:
    """Cards and ID numbers that several parts make up, with more than a few signs or one letter between them."""
    # Letters between parts are common in codes, so with them the parts must be fewer and longer.
    for first, begin in enumerate(parts):
        number, letters, shortest = "", False, 19
        for place in range(first, len(parts)):
            part = parts[place]
            number += part.digits
            shortest = min(shortest, len(part.digits))
            if len(number) > 19 or (letters and (shortest < 2 or place - first >= MOST_PARTS)):
                break
            end = _number_end(text, number, part.end) if len(number) >= 15 and place > first else 0
            if end:
                yield begin.start, end
            if part.sign is None:
                break
            letters = letters or part.sign.startswith(LETTER)


def _number_end(text: str, number: str, end: int) -> int:
    """Where the card or ID number ends that has these digits before `end`; 0 if it is none."""
    if _card_at(number, 0) == len(number) or (len(number) == 18 and _is_id(number)):
        return end
    return _with_x(text, end, number) if len(number) == 17 else 0
