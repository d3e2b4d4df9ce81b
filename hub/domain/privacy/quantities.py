"""What an office writes daily that looks like a mobile: amounts, quantities, places, days, codes, network addresses."""

import re
from collections.abc import Sequence

PHONE_WORD = re.compile(r"(?:电话|座机|固话|手机|来电|致电|拨打|号码|tel|phone|mobile)[^\d]{0,3}$", re.IGNORECASE)
# Signs between the entries of a list.
LIST = frozenset(",、;")
# Words of measure and of things counted, including parts of an address (号弄幢栋室楼): a number before one is a quantity.
UNIT = "条元万亿户件箱包支盒个家人吨份次千里米克单笔批天日月年时分秒度号弄幢栋室楼页行"
COUNTED = re.compile(rf"\s*(?:[{UNIT}]|公里|kg|%|％)(?!\w)", re.IGNORECASE)
LONGITUDE = re.compile(r"(?:经度|东经|lng|lon|longitude)\W{0,4}$", re.IGNORECASE)
PLACE_AFTER = re.compile(r"\s*[,，;；、/ ]\s*\d{1,2}\.\d")
PLACE_BEFORE = re.compile(r"\d\.\d+\s*[,，;；、/ ]\s*$")
# The country's easternmost degrees: longitudes that begin like a mobile (13x).
EAST = ("130", "131", "132", "133", "134", "135")
DAY = re.compile(r"(?:19|20)\d\d (?:0[1-9]|1[0-2]) (?:0[1-9]|[12]\d|3[01])")


def speaks_of_phone(text: str, start: int) -> bool:
    """Whether a word for a phone stands right before."""
    return PHONE_WORD.search(text[max(start - 12, 0) : start]) is not None


def is_glued(text: str, start: int) -> bool:
    """Whether a letter stands right before, as in a code."""
    return text[max(start - 1, 0) : start].isascii() and text[max(start - 1, 0) : start].isalpha()


def is_list(sign: str | None) -> bool:
    """Whether such a sign separates the entries of a list."""
    return sign is not None and not LIST.isdisjoint(sign)


def of_ours(text: str, span: tuple[int, int], groups: Sequence[str], signs: set[str]) -> bool:
    """Whether parts that could be a mobile are rather a number that is no secret; `signs` are those between them."""
    start, end = span
    before, after = text[max(start - 24, 0) : start], text[end : end + 24]
    sizes = tuple(map(len, groups))
    if signs == {"."}:
        return _decimal(before, after, groups, sizes)
    # 13,800,138,000: an amount with commas at its thousands.
    if signs == {","} and sizes == (2, 3, 3, 3):
        return True
    if DAY.search(" ".join(groups)):
        return True
    if any(sign[-1:].isalnum() for sign in signs):
        return len(groups) < 3 or any(sign[-1] in UNIT for sign in signs)
    # A quantity does not begin with a zero.
    counts = not any(group.startswith("0") for group in groups)
    return counts and any(is_list(sign) or not sign for sign in signs) and COUNTED.match(after) is not None


def _decimal(before: str, after: str, groups: Sequence[str], sizes: tuple[int, ...]) -> bool:
    """Whether it is an amount with two decimals, a small decimal, an address on the network, or a longitude."""
    if sizes in {(9, 2), (2, 9)}:
        return True
    if len(sizes) == 4:
        return all(int(group) <= 255 for group in groups)
    beside = PLACE_AFTER.match(after) or PLACE_BEFORE.search(before) or LONGITUDE.search(before)
    return sizes == (3, 8) and groups[0] in EAST and beside is not None
