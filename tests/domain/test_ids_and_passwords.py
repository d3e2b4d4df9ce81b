"""Ids, passwords and check digits come from libraries; here is what we need of them."""

import ast
from datetime import UTC, datetime, timedelta

import pytest

from hub import ports
from hub.domain.staff.passwords import weakness
from tests.house.sources import product, suite

DAY = datetime(2026, 11, 23, 2, 30, 0, 123000, tzinfo=UTC)


def test_an_id_is_a_version_7_by_the_hubs_clock_and_sorts_by_it() -> None:
    try:
        ports.set_clock(lambda: DAY)
        first = ports.new_id()
        ports.set_clock(lambda: DAY + timedelta(milliseconds=1))
        second = ports.new_id()
        ports.set_clock(lambda: DAY - timedelta(days=1))
        earlier = ports.new_id()
    finally:
        ports.set_clock(None)
    assert (first.version, first.variant) == (7, "specified in RFC 4122")
    assert earlier < first < second
    assert earlier < ports.first_id(DAY) <= first


@pytest.mark.article("R6.1")
@pytest.mark.parametrize(
    "password",
    [
        "Passw0rd!!2026",
        "Qwerty!23456asdf",
        "P@ssw0rd2026",
        "Admin123456!",
        "Abc123Abc123!",
        "Yancao-2026-Gold",
        "烟草Tobak-2026x",
    ],
)
def test_what_anybody_would_try_first_is_no_password(password: str) -> None:
    assert weakness(password, "anna") == "common"


@pytest.mark.article("R6.1")
def test_a_password_holds_no_login_and_a_long_one_is_taken() -> None:
    assert weakness("Correct-horse-9-Anna-battery", "anna") == "common"
    assert weakness("Correct-horse-9-battery", "anna") is None
    assert weakness("Correct-horse-9-battery" * 100, "anna") is None


BY_HAND = ("value - 9 if value > 9 else value", "value & ~(15 << 76)", "-total % 10")


def test_nobody_counts_check_digits_or_makes_ids_by_hand() -> None:
    by_hand = [
        source.at(node)
        for source in (*product(), *suite())
        if any(piece in source.text for piece in ("value - 9", "15 << 76", "-total"))
        for node in ast.walk(source.tree)
        if isinstance(node, ast.BinOp | ast.IfExp) and ast.unparse(node) in BY_HAND
    ]
    assert not by_hand
