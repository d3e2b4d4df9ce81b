"""Removes sensitive values from text that people or logs will see, or that is stored."""

import re
from collections.abc import Iterable, Sequence

from stdnum import luhn

from hub.domain.identifiers import UNPRINTED, WIDE, check_id_number
from hub.domain.settlement.card_bins import is_known

from .number_parts import WITH_MOMENT, is_serial, plain_digits
from .quantities import speaks_of_phone
from .spread_mobiles import COUNTRY, MOBILE, is_mobile
from .spread_numbers import FEWEST, close_numbers, spread_numbers

# Signatures and sealed contents: nothing that people read is so long without a space.
LONG_BASE64 = re.compile(r"[A-Za-z0-9+/]{80,}={0,2}")
CHINESE_NAME = re.compile(r'("(?:pay_)?(?:acct_name|blv_name|custName|holder_name|name)"\s*:\s*")([^"]+)(")')
ID = "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
UUID = re.compile(rf"(?<![0-9A-Za-z]){ID}(?![0-9A-Za-z])")
# Versions 4 and 7, and the variant that goes with them.
MACHINE_MADE = re.compile("[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[47][0-9A-Fa-f]{3}-[89ABab][0-9A-Fa-f]{3}-[0-9A-Fa-f]{12}")
# A whole id of this kind, with or without dashes: a mobile among its digits is chance. One of digits only was made up.
MADE = re.compile(rf"(?=[0-9-]*[A-Fa-f])(?:{ID}|[0-9A-Fa-f]{{32}})")
# Letters that are read as digits.
READ_AS_DIGITS = str.maketrans("lIi|Oo", "111100")
# What people put between the parts of one number; commas and semicolons separate numbers.
BETWEEN = r"[\s.\-\u00ad\u00b7\u2010-\u2015\u2022\u2212\u200b-\u200f\u2060\ufeff_/\\|()\uff08\uff09\[\]+\uff0b\uff0d\uff0e\uff3f\uff0f]{1,3}"
CHAIN = re.compile(rf"\d+(?:{BETWEEN}\d+)*(?:(?:{BETWEEN})?[Xx\uff38\uff58](?![A-Za-z0-9]))?")
GROUP = re.compile(r"\d+|[Xx\uff38\uff58]")
DAY = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
BORN = re.compile(r"[1-9]\d{5}(?:19\d\d|200\d)(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX]")
AREA = re.compile(r"0(?:10|2\d|[3-9]\d\d)")
LOCAL = re.compile(r"[2-9]\d{6,7}")
LOCAL_PARTS = frozenset({(8,), (7,), (4, 4), (3, 4)})
# A place on the map, however many digits it has, unless its digits make a bank card.
DECIMAL = re.compile(r"\d{1,3}\.\d+")
# Digits of the longest number that is looked for in parts: a passbook has 22, and two may precede it.
LONGEST = 24


def redact(text: str) -> str:
    """The text with anything masked that could be a card, account, ID number or phone, even in parts, and signatures cut.

    Days, moments, serials, ids and numbers of twelve digits (customers, licences) stay. Redacting twice changes nothing.
    In a text with enough digits for a number, signs that print as nothing are removed, because they would hide it.
    """
    if UNPRINTED.search(text) and len(plain_digits(text)) >= FEWEST:
        text = UNPRINTED.sub("", text)
    text = CHINESE_NAME.sub(lambda found: found[1] + found[2][:1] + "**" + found[3], text)
    text = LONG_BASE64.sub(lambda found: found[0][:8] + "…", text)
    kept, last = "", 0
    for place in UUID.finditer(text):
        if is_machine_made(place[0]):
            kept, last = kept + _masked(text[last : place.start()]) + place[0], place.end()
    return kept + _masked(text[last:])


def is_machine_made(identity: str) -> bool:
    """Whether it is an id as machines make them (UUID 4 or 7), and not a number that somebody cut to look like one.

    If its digits contain a card or an ID number somebody made it up; a mobile may be there by chance.
    """
    return MACHINE_MADE.fullmatch(identity) is not None and not close_numbers(identity)


def redact_known(text: str, known: Iterable[str]) -> str:
    """Redacted text with these values masked too, whatever their form. Longest first, as one may contain another."""
    for secret in sorted(filter(None, known), key=len, reverse=True):
        text = text.replace(secret, _stars(secret) if len(secret) > 4 else secret[:1] + "**")
    return redact(text)


def shortened(text: str, most: int) -> str:
    """A typed text, redacted and only then cut: the beginning of a number that was cut would not be recognised."""
    return redact(text.strip())[:most]


def holds_number(code: str) -> bool:
    """Whether a chosen code, which is stored as it is, spells a card, an ID number or a mobile if letters are ignored.

    Stricter than `redact`, because another code is easily chosen. In a machine-made id only what `redact` sees counts.
    """
    if redact(code) != code or MADE.fullmatch(code):
        return redact(code) != code
    digits = plain_digits(code.translate(READ_AS_DIGITS))
    return MOBILE.search(digits) is not None or bool(spread_numbers(" ".join(digits)))


def _masked(text: str) -> str:
    """The text with its numbers masked, until nothing changes: what two leave between them may be a third."""
    while (masked := CHAIN.sub(_chain, _without_spread(text))) != text:
        text = masked
    return text


def _without_spread(text: str) -> str:
    """The text with those numbers masked that are recognisable whatever signs separate their parts."""
    made, last = "", 0
    for start, end in spread_numbers(text):
        made += text[last:start] + _stars("".join(GROUP.findall(text[start:end])).translate(WIDE))
        last = end
    return made + text[last:]


def _chain(found: re.Match[str]) -> str:
    """Mask adjacent groups of digits: the longest number that some of them form is masked as one."""
    places = list(GROUP.finditer(found[0]))
    groups = [place[0].translate(WIDE).upper() for place in places]
    if DECIMAL.fullmatch(found[0]) and not _card(groups, "".join(groups)):
        return found[0]
    spoken_of = speaks_of_phone(found.string, found.start())
    made, last, first = "", 0, 0
    while first < len(groups):
        over = _end(groups, first, spoken_of and first == 0)
        start, end = places[first].start(), places[over - 1].end()
        whole = found[0][start:end]
        alone = over == first + 1 and not _secret(groups[first:over], spoken_of and first == 0)
        made += found[0][last:start] + (whole if alone else _stars("".join(groups[first:over])))
        last, first = end, over
    return made + found[0][last:]


def _end(groups: Sequence[str], first: int, spoken_of: bool) -> int:
    """Index after the last group of the longest number that begins with this one."""
    over, digits = first + 1, len(groups[first])
    fours = _fours(groups, first)
    for end in range(first + 2, len(groups) + 1):
        digits += len(groups[end - 1])
        if digits > LONGEST:
            break
        if _in_parts(groups[first:end], spoken_of):
            over = end
    return max(over, fours)


def _fours(groups: Sequence[str], first: int) -> int:
    """Index after groups of four digits as embossed on a card: masked even if a mistyped digit spoils the check."""
    end = first
    while end < len(groups) and len(groups[end]) == 4:
        end += 1
    if end - first >= 3 and end < len(groups) and len(groups[end]) < 4:
        end += 1
    return end if sum(map(len, groups[first:end])) > 12 else first


def _in_parts(groups: Sequence[str], spoken_of: bool) -> bool:
    """Whether these groups together form one number that must be masked."""
    number, sizes = "".join(groups), tuple(map(len, groups))
    if set(sizes) == {1}:
        return len(number) >= 15 or MOBILE.fullmatch(number) is not None
    return (
        _card(groups, number)
        or (BORN.fullmatch(number) is not None or (len(number) == 18 and check_id_number(number).problem is None))
        or is_mobile(groups, usual=True)
        or _landline(groups, spoken_of)
    )


def _card(groups: Sequence[str], number: str) -> bool:
    """Whether it is a card by its check digit: of a known bank in any parts, of another only if no part is ours."""
    if not 15 <= len(number) <= 19 or not number.isdecimal() or not luhn.is_valid(number):
        return False
    ours = any(len(group) == 12 or DAY.fullmatch(group) for group in groups)
    likely = number[0] in "456" and len(groups[0]) >= 4 and min(map(len, groups)) > 1 and not ours
    return likely or is_known(number)


def _landline(groups: Sequence[str], spoken_of: bool) -> bool:
    """Whether it is a landline with its area code; without one only after a word for a phone."""
    parts = list(groups)
    if parts[0] in COUNTRY and len(parts) > 2:
        parts = [f"0{parts[1].removeprefix('0')}", *parts[2:]]
    local = parts[1:] if AREA.fullmatch(parts[0]) else parts if spoken_of else []
    return LOCAL.fullmatch("".join(local)) is not None and tuple(map(len, local)) in LOCAL_PARTS


def _secret(groups: Sequence[str], spoken_of: bool) -> bool:
    """Whether a single run of digits must be masked, because it is none of our own numbers."""
    # Twelve digits are a customer or a licence, unless they begin like a landline or a country code.
    run = groups[0]
    if len(run) in WITH_MOMENT:
        return not is_serial(run)
    if 10 <= len(run) <= 12 and (run[0] == "0" != run[1] or (len(run) == 12 and run.startswith("86"))):
        return True
    if len(run) in (7, 8):
        return spoken_of and LOCAL.fullmatch(run) is not None and DAY.fullmatch(run) is None
    return len(run) == 11 or len(run) > 12


def _stars(run: str) -> str:
    return run[:2] + "*" * (len(run) - 4) + run[-2:]
