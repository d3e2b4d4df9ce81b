"""ICBC's codes: which are busy, which refuse, which prove nothing."""

import pytest
from hub_icbc.codes import BUSY, DUPLICATE, NOT_TAKEN, REASONS, judge, reason

from hub.domain import reasons
from hub.plugin import Busy, Refused, Unknown


@pytest.mark.parametrize(
    ("codes", "setback"),
    [
        ([500031, "500032", 5205, "0500031"], Busy),
        ([400011, 400016, 400017, 400019, 500018, 500020, 500091, 400051, 500052, 80008009], Busy),
        ([-31, -30, -500041, -500042, -500044, -500099, -1, "-7"], Unknown),
        ([500043, 404404, 80008005, 96111452, "02313", "99999", "B9997", "B9998", "B0002"], Unknown),
        (["B0012", "B0249", "B0033", "96110012", "X", "", " ", "0.0", "00-1", None, True, False, 0.0, [], {}], Unknown),
        ([9990, 80008001, 80008002, 80008004, 80008006, 80008010, "08563", "B0116", "B2043", "B2028"], Refused),
    ],
)
def test_each_code_of_the_gateway_is_what_it_proves(codes: list[object], setback: type[Exception]) -> None:
    for code in codes:
        with pytest.raises(setback):
            judge({"return_code": code})


@pytest.mark.parametrize("code", [0, "0", "00000", " 0 "])
def test_zero_is_an_answer_also_as_text(code: object) -> None:
    judge({"return_code": code})


def test_no_code_is_two_things() -> None:
    groups = [BUSY, NOT_TAKEN, DUPLICATE, frozenset(REASONS)]
    assert sum(map(len, groups)) == len(frozenset().union(*groups))
    assert set(REASONS.values()) <= set(reasons.REASONS)
    assert (reason("B2043"), reason("02252"), reason("nothing")) == ("name_mismatch", "id_mismatch", "other")
