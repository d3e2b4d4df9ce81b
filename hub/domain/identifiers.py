"""Numbers that can be checked on their own: ID, credit code, phones, cards, passbooks, licences."""

import re
from dataclasses import dataclass
from datetime import date

from stdnum import luhn
from stdnum.cn import uscc

# GB 11643: powers of two modulo 11, and the check character for each remainder (ISO 7064, MOD 11-2).
ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
ID_CHECKS = "10X98765432"
# First two digits of an ID number: the provinces by GB/T 2260.
PERMITS = (81, 82, 83)
REGIONS = frozenset(
    map(
        str,
        (
            *range(11, 16),
            *range(21, 24),
            *range(31, 38),
            *range(41, 47),
            *range(50, 55),
            *range(61, 66),
            71,
            81,
            82,
            83,
        ),
    )
)


# Full-width characters of a Chinese keyboard, as plain ones.
WIDE = {0xFEE0 + code: code for code in range(0x21, 0x7F)} | {0x3000: 0x20}
# What prints as nothing: Unicode's default ignorable code points, unassigned ones included, and Braille's blank.
UNPRINTED = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
    "\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+"
)


@dataclass(frozen=True)
class Finding:
    """A checked number: the value in its normal form, or the problem's key in `input_problems`."""

    value: str = ""
    problem: str | None = None
    warnings: tuple[str, ...] = ()


def plain(text: str) -> str:
    """Stripped, with full-width characters as ASCII; digits of other scripts stay, and are refused later."""
    return text.translate(WIDE).strip()


# Spaces of every width, and the dashes of any keyboard: people type and paste numbers in groups.
BETWEEN = re.compile("[\\s\u2010-\u2015\u2212\ufe58\ufe63-]+")


def number_of(text: str) -> str:
    """A number as it is checked, compared and stored: ASCII, without spaces and dashes, alike on every face."""
    return BETWEEN.sub("", plain(text))


def amount_of(text: str) -> str:
    """An amount as it is read: ASCII, without spaces. Dashes stay: before digits a minus, between them a range."""
    return "".join(plain(text).split())


def agreement_number(text: str) -> str:
    """An agreement's number as it is compared and stored: ASCII, without spaces; dashes are part of it."""
    return "".join(plain(text).split())


def search_words(text: str) -> str:
    """The words of a search: a number in the form in which it is stored, other words as typed."""
    number = re.sub(r"[()]", "", number_of(text))
    if not re.fullmatch(r"\+?[0-9]{3,}[Xx]?", number):
        return text.strip()
    return number.removeprefix("+86").upper()


def check_id_number(text: str) -> Finding:
    """A resident's ID number (GB 11643): 18 characters, a real date, its check digit. The region only warns.

    81, 82 and 83 are the permits of residents from Hong Kong, Macao and Taiwan.
    """
    number = number_of(text).upper()
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return Finding(problem="id_number.shape")
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return Finding(problem="id_number.date")
    # Nobody alive was born before; a year in the future is judged against today (`impossible_days`).
    if not 1880 <= born.year <= 2100:
        return Finding(problem="id_number.date")
    total = sum(int(digit) * weight for digit, weight in zip(number, ID_WEIGHTS, strict=False))
    if ID_CHECKS[total % 11] != number[17]:
        return Finding(problem="id_number.check")
    return Finding(number, warnings=() if number[:2] in REGIONS else ("id_number.region",))


# GB 32100 leaves out I, O, S, V and Z. The first character, the department, may be a letter: N for rural collectives,
# Y for others.
CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")


def check_credit_code(text: str) -> Finding:
    """A unified social credit code (GB 32100): 18 characters and check digit."""
    code = number_of(text).upper()
    if not CREDIT_CODE.fullmatch(code) or uscc.calc_check_digit(code[:17]) != code[17]:
        return Finding(problem="credit_code")
    return Finding(code)


def check_mobile(text: str) -> Finding:
    """A mobile phone number: 1, then 3–9, then nine digits."""
    number = number_of(text).removeprefix("+86")
    return Finding(number) if re.fullmatch(r"1[3-9][0-9]{9}", number) else Finding(problem="mobile_phone")


def check_phone(text: str) -> Finding:
    """A mobile or a landline with or without area code."""
    mobile = check_mobile(text)
    number = re.sub(r"[()]", "", number_of(text))
    if mobile.problem is None or re.fullmatch(r"0[0-9]{9,11}|[2-9][0-9]{6,7}", number):
        return mobile if mobile.problem is None else Finding(number)
    return Finding(problem="phone")


def check_card(text: str) -> Finding:
    """A bank card: 15 to 19 digits and the Luhn digit."""
    number = number_of(text)
    if not re.fullmatch(r"[0-9]{15,19}", number):
        return Finding(problem="card.shape")
    return Finding(number) if luhn.is_valid(number) else Finding(problem="card.check")


def check_passbook(text: str) -> Finding:
    """A passbook's account: 15 to 22 digits. Its inner rules are not published, so nothing more is checked."""
    number = number_of(text)
    return Finding(number) if re.fullmatch(r"[0-9]{15,22}", number) else Finding(problem="passbook.shape")


def check_licence_no(text: str) -> Finding:
    """A tobacco retail licence number: 12 digits (its structure is not published)."""
    number = number_of(text)
    return Finding(number) if re.fullmatch(r"[0-9]{12}", number) else Finding(problem="licence_no")
