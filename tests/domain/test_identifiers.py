"""Numbers that can be checked by themselves: right ones are taken, one wrong digit is found, no text crashes."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.channels import host
from hub.domain.customers.catalogue import CATALOGUE, FIELDS
from hub.domain.customers.fields import CHECKS, Field, check_value
from hub.domain.customers.input_problems import PROBLEMS
from hub.domain.identifiers import (
    ID_CHECKS,
    ID_WEIGHTS,
    PERMITS,
    REGIONS,
    Finding,
    check_card,
    check_credit_code,
    check_id_number,
    check_licence_no,
    check_mobile,
    check_passbook,
    check_phone,
)
from hub.domain.settlement.card_bins import BINS, is_known, longest, spread
from tests.support import people

pytestmark = pytest.mark.article("R2.1")
ALL: list[Callable[[str], Finding]] = [
    *(check_id_number, check_credit_code, check_mobile, check_phone),
    *(check_card, check_passbook, check_licence_no),
]
CREDIT_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BORN = st.dates(date(1900, 1, 1), date(2026, 12, 31))
ORDER = st.integers(0, 999)


def id_number(region: str, born: date, order: int) -> str:
    """An ID number with its check digit, by GB 11643."""
    body = f"{region}{born:%Y%m%d}{order:03d}"
    return body + ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=False)) % 11]


def credit_code(body: str) -> str:
    """A credit code with its check digit, by GB 32100."""
    total = sum(CREDIT_SIGNS.index(sign) * pow(3, place, 31) for place, sign in enumerate(body))
    return body + CREDIT_SIGNS[-total % 31]


def wrong_at(number: str, place: int, by: int) -> str:
    """The number with another digit at a place."""
    place %= len(number)
    if not number[place].isdigit():
        return number[:place] + str(by % 10) + number[place + 1 :]
    return number[:place] + str((int(number[place]) + 1 + by % 9) % 10) + number[place + 1 :]


CREDIT_CODES = st.builds(
    lambda kind, region, rest: credit_code(f"{kind}{region:06d}{rest}"),
    st.sampled_from(["11", "51", "91", "92", "93", "N2", "Y1"]),
    st.integers(110000, 659999),
    st.text(CREDIT_SIGNS, min_size=9, max_size=9),
)
ID_NUMBERS = st.builds(id_number, st.sampled_from(sorted(REGIONS)).map(lambda two: f"{two}9999"), BORN, ORDER)
CARDS = st.builds(
    lambda bin, number: people.card(number, bin), st.sampled_from(["621214", "622424"]), st.integers(0, 10**12 - 1)
)
SLIP = (st.integers(0, 18), st.integers(0, 8))


@given(ID_NUMBERS)
def test_a_right_id_number_is_taken_in_small_letters_too(number: str) -> None:
    assert (
        check_id_number(number) == check_id_number(number.lower()) == check_id_number(f" {number}\n") == Finding(number)
    )


@given(ID_NUMBERS, *SLIP)
def test_an_id_number_with_one_digit_changed_is_refused(number: str, place: int, by: int) -> None:
    assert check_id_number(wrong_at(number, place, by)).problem is not None


@given(BORN, ORDER, st.sampled_from(PERMITS))
def test_a_residence_permit_is_an_id_number(born: date, order: int, permit: int) -> None:
    assert check_id_number(id_number(f"{permit}0000", born, order)).warnings == ()


@given(st.integers(0, 99).map(lambda two: f"{two:02d}").filter(lambda two: two not in REGIONS), BORN, ORDER)
def test_an_unknown_region_is_only_warned_about(region: str, born: date, order: int) -> None:
    found = check_id_number(id_number(f"{region}0101", born, order))
    assert found.problem is None and found.warnings == ("id_number.region",)


@pytest.mark.parametrize("day", ["19900230", "19901301", "19900001", "18500101", "29900101", "20230229"])
def test_a_day_that_never_was_is_refused(day: str) -> None:
    body = f"110101{day}001"
    check = ID_CHECKS[sum(int(digit) * weight for digit, weight in zip(body, ID_WEIGHTS, strict=False)) % 11]
    assert check_id_number(body + check).problem == "id_number.date"


def test_the_published_examples_are_taken() -> None:
    """GB 11643's own example, and a credit code that a ministry publishes for itself."""
    assert check_id_number("11010519491231002X").problem is None
    assert check_credit_code("91110000600037341L").problem is None


@given(CREDIT_CODES)
def test_a_right_credit_code_is_taken(code: str) -> None:
    assert check_credit_code(code) == check_credit_code(code.lower()) == Finding(code)


@given(CREDIT_CODES, *SLIP)
def test_a_credit_code_with_one_digit_changed_is_refused(code: str, place: int, by: int) -> None:
    assert check_credit_code(wrong_at(code, place, by)).problem == "credit_code"


@given(CARDS)
def test_a_right_card_is_taken(card: str) -> None:
    assert check_card(card) == Finding(card)


@given(CARDS, *SLIP)
def test_a_card_with_one_digit_changed_is_refused(card: str, place: int, by: int) -> None:
    assert check_card(wrong_at(card, place, by)).problem == "card.check"


@given(st.sampled_from(sorted(BINS)), st.integers(0, 10**12 - 1))
def test_the_longest_bin_is_the_one_that_counts(bin: str, number: int) -> None:
    card = f"{bin}{number:012d}0"
    longer = [known for known in BINS if len(known) > len(bin) and card.startswith(known)]
    assert longest(BINS, card) == (max(longer, key=len) if longer else bin) and is_known(card)


@pytest.mark.parametrize(
    ("bin", "bank", "kind"),
    [
        ("622202", "icbc", "debit_card"),
        ("955880", "icbc", "debit_card"),
        ("622848", "abc", "debit_card"),
        ("955990", "abc", "debit_card"),
        ("621799", "postal", "debit_card"),
        ("622230", "icbc", "credit_card"),
        ("621214", None, None),
    ],
)
def test_a_bin_names_bank_and_kind(bin: str, bank: str | None, kind: str | None) -> None:
    number = people.card(1, bin)
    tables = {
        key: partner.capability.card_bins for key, partner in host.load(("icbc", "abc", "postal")).partners.items()
    }
    issuers = {key: table[longest(table, number)] for key, table in tables.items() if longest(table, number)}
    assert issuers == ({bank: kind} if bank else {})


def test_the_bins_of_every_bank_are_masked_wherever_they_stand() -> None:
    for partner in host.load(("icbc", "abc", "postal")).partners.values():
        assert partner.capability.card_bins.keys() <= BINS


@pytest.mark.parametrize("words", ["62x", "622200-", "a-b"])
def test_a_range_that_cannot_be_read_is_refused(words: str) -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        spread(words)


@given(st.text(max_size=25))
def test_a_bin_is_looked_for_in_any_text(text: str) -> None:
    assert not is_known("") and (not is_known(text) or text[:4].isdecimal())


@given(st.integers(3, 9), st.integers(0, 10**9 - 1))
def test_a_right_phone_is_taken_as_people_write_it(second: int, rest: int) -> None:
    number = f"1{second}{rest:09d}"
    for written in (number, f"{number[:3]} {number[3:7]} {number[7:]}", f"+86{number}", f"{number[:3]}-{number[3:]}"):
        assert check_phone(written) == check_mobile(written) == Finding(number)


@pytest.mark.parametrize("text", ["0531-88888888", "(0531)88888888", "(0531)8888 8888"])
def test_a_landline_is_taken_as_people_write_it(text: str) -> None:
    assert check_phone(text) == Finding("053188888888")


@given(st.integers(0, 10**11 - 1).map(lambda number: f"{number:011d}"), st.integers(0, 10))
def test_a_phone_with_a_digit_too_many_or_too_few_is_refused(number: str, place: int) -> None:
    assert check_mobile("1" + number).problem == check_mobile(number[:-1]).problem == "mobile_phone"


@given(ID_NUMBERS, st.sampled_from(["٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]))
def test_digits_of_another_script_are_no_digits(number: str, digits: str) -> None:
    table = str.maketrans("0123456789", digits)
    for check, value in [(check_id_number, number), (check_licence_no, number[:12]), (check_mobile, "13900000001")]:
        assert check(value.translate(table)).problem is not None
    assert check_card(people.card(1).translate(table)).problem and check_passbook(number.translate(table)).problem
    assert CHECKS["number"]("12".translate(table)).problem


@given(ID_NUMBERS)
def test_the_wide_digits_of_a_chinese_keyboard_become_plain_ones(number: str) -> None:
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in number)
    assert check_id_number(wide) == Finding(number)
    assert check_card(wide) == check_card(number)


@pytest.mark.article("R8.2")
@pytest.mark.parametrize("between", [" ", "\u3000", "-", "－", "\u2014", "\u2009", "  "])
def test_a_card_may_be_typed_as_it_is_printed(between: str) -> None:
    """In groups of four, with whatever stands between them, and full-width: one value, one cleaning for all ways in."""
    for check, number in ((check_card, "6222020000000000004"), (check_passbook, "600000000000000010")):
        if check is check_card:
            number = next(number[:-1] + digit for digit in "0123456789" if check(number[:-1] + digit).problem is None)
        grouped = between.join(number[at : at + 4] for at in range(0, len(number), 4))
        wide = "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in grouped)
        assert check(grouped) == check(wide) == check(f" {number} ") == Finding(number)


@settings(max_examples=300)
@given(st.text() | st.text("0123456789Xx .+-Ee", max_size=25) | st.text(st.characters(categories=["Nd", "Nl", "No"])))
def test_no_text_crashes_a_check_and_no_problem_repeats_it(text: str) -> None:
    for found in [check(text) for check in [*ALL, *CHECKS.values()]]:
        assert (found.problem is None) == bool(found.value)
        assert found.problem is None or found.problem in PROBLEMS
        assert all(warning in PROBLEMS for warning in found.warnings)


@settings(max_examples=300)
@given(st.sampled_from(CATALOGUE), st.text(max_size=30))
def test_what_a_field_takes_it_takes_again_and_keeps(field: Field, text: str) -> None:
    found = check_value(field, text)
    if found.problem is None:
        assert check_value(field, found.value).value == found.value


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_a_day_is_taken_as_spreadsheets_write_it(day: date) -> None:
    year = f"{day.year:04d}"
    spellings = [
        day.isoformat(),
        f"{year}/{day.month}/{day.day}",
        f"{year}年{day.month}月{day.day}日",
        f"{year}.{day.month}.{day.day}",
    ]
    assert {check_value(FIELDS["licence_valid_from"], each).value for each in spellings} == {day.isoformat()}


def test_a_choice_is_given_by_code_or_title() -> None:
    field = FIELDS["market_type"]
    assert {check_value(field, each).value for each in ("city", "城镇", "Town", " 城镇 ")} == {"city"}
    assert check_value(field, "镇").problem == "choice"
