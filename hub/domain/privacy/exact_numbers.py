"""Numbers that are stored as they are, such as an agreement's: none may contain a customer's own number (G4)."""

import re

from stdnum import luhn

from hub.domain.identifiers import check_id_number, plain

from .number_parts import plain_digits
from .spread_mobiles import COUNTRY, MOBILE
from .spread_numbers import spread_numbers

# What is said of such a number; it is not repeated.
CUSTOMERS_NUMBER = {
    "field": "协议编号",
    "field_en": "Agreement number",
    "problem": "含有卡号、证件号或手机号",
    "problem_en": "holds a card, an ID number or a mobile",
    "mend": "请填写协议书上的编号,不要填写客户的号码。",
    "mend_en": "Enter the number on the agreement, none of the customer's.",
}
# First digits of cards: a number that begins with a year, as partners' own numbers do, is no card.
FIRST = "3456"
GROUP = re.compile(r"\d+[Xx]?")
RUN = re.compile(r"\d(?:[^\w]*\d)*[Xx]?")


def holds_customers_number(number: str) -> bool:
    """Whether it contains a card (Luhn), an ID number (check digit) or a mobile, in whatever parts."""
    # Groups on their own, and runs across signs: a number may stand beside another one, or be cut in pieces.
    text = plain(number)
    runs = [*GROUP.findall(text), *RUN.findall(text)]
    return any(_is_customers(run) for run in runs) or bool(spread_numbers(text))


def _is_customers(run: str) -> bool:
    digits = plain_digits(run)
    if 15 <= len(digits) <= 19 and digits[0] in FIRST and luhn.is_valid(digits):
        return True
    if check_id_number(digits + "X" * run.upper().endswith("X")).problem is None:
        return True
    return any(MOBILE.fullmatch(digits.removeprefix(country)) for country in ("", *COUNTRY))
