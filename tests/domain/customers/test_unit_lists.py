"""The values of a unit's lists stand in the order in which people count them (R2.2)."""

import random

import pytest

from hub.domain.customers.unit_lists import in_use

ORDERS = (
    ["一批", "二批", "三批", "九批", "十批", "十一批", "二十批", "二十二批"],
    ["甲线", "乙线", "丙线", "癸线"],
    ["2线", "9线", "10线"],
    ["A", "B", "C"],
)


@pytest.mark.article("R2.2")
@pytest.mark.parametrize("order", ORDERS)
def test_values_are_offered_in_the_order_in_which_people_count(order: list[str]) -> None:
    """By their characters 三 precedes 二, 丙 precedes 乙, and 10 precedes 9."""
    mixed = random.Random(3).sample(order, len(order))
    assert in_use("visit_batch", [dict.fromkeys(mixed, True)]) == order
