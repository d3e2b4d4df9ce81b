"""Numbers as people type and paste them: full-width digits, spaces, dashes; alike in every field (office-day.md F9)."""

from collections.abc import Callable

import pytest

from hub.console.refusals import NotUnderstood
from hub.console.typed import number
from hub.domain.customers.catalogue import FIELDS
from hub.domain.customers.fields import Field, check_value
from hub.domain.identifiers import (
    Finding,
    check_card,
    check_credit_code,
    check_id_number,
    check_licence_no,
    check_passbook,
    check_phone,
)
from tests.support import people

WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}
WAYS: dict[str, Callable[[str], str]] = {
    "full-width": lambda number: number.translate(WIDE),
    "in groups": lambda number: " ".join(number[at : at + 4] for at in range(0, len(number), 4)),
    "wide spaces": lambda number: "\u3000".join(number[at : at + 4] for at in range(0, len(number), 4)),
    "no-break spaces": lambda number: "\u00a0".join(number[at : at + 4] for at in range(0, len(number), 4)),
    "dashes": lambda number: "-".join(number[at : at + 4] for at in range(0, len(number), 4)),
    "a long dash": lambda number: number[:4] + "—" + number[4:],
    "a non-breaking dash": lambda number: number[:4] + "\u2011" + number[4:],
    "space around": lambda number: f" {number}\n",
}
NUMBERS: dict[str, tuple[Callable[[str], Finding], str]] = {
    "card": (check_card, people.card(7)),
    "passbook": (check_passbook, "6012345678901234567"),
    "ID number": (check_id_number, people.id_number(7)),
    "credit code": (check_credit_code, "91370000163098284E"),
    "mobile": (check_phone, "13900000007"),
    "landline": (check_phone, "053112345678"),
    "licence": (check_licence_no, "370100000007"),
}
AMOUNTS = [field for field in FIELDS.values() if field.kind == "number"]
MINUS = ("-1", "\u22121", "\uff0d1", "—1", "3-5", "3—5")


@pytest.mark.article("G3")
@pytest.mark.parametrize("kind", NUMBERS)
@pytest.mark.parametrize("way", WAYS)
def test_a_number_is_read_alike_however_it_is_typed(kind: str, way: str) -> None:
    check, number = NUMBERS[kind]
    assert (check(number).value, check(number).problem) == (number, None), "the number itself"
    assert check(WAYS[way](number)) == check(number)


@pytest.mark.article("G3")
@pytest.mark.parametrize("amount", AMOUNTS, ids=lambda amount: amount.key)
@pytest.mark.parametrize("typed", MINUS)
def test_an_amount_with_a_minus_or_a_range_is_refused_and_not_read_as_another(amount: Field, typed: str) -> None:
    """Minus one was kept as one."""
    assert check_value(amount, typed).problem == "number"
    with pytest.raises(NotUnderstood):
        number(typed, "送货顺序")


@pytest.mark.article("G3")
@pytest.mark.parametrize("typed", ["12345", "１２３４５", "12 345", " 12345\n", "12\u3000345"])
def test_an_amount_is_read_alike_full_width_and_in_groups(typed: str) -> None:
    assert check_value(FIELDS["stop_order"], typed) == Finding("12345")
    assert number(typed, "送货顺序") == 12345
