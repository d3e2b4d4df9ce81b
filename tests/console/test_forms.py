"""What a form holds as text, read as an operation's inputs: days, moments, several values of one name."""

from datetime import date, datetime
from typing import Annotated

import pytest

from hub.domain.inputs import Label
from hub.domain.refusals import BadInput
from hub.operations.desk import Desk
from hub.operations.texts import read
from hub.ports import SHANGHAI


def plan(
    desk: Desk,
    units: list[str],
    at: Annotated[datetime, Label("开始", "From")],
    until: Annotated[date | None, Label("截止", "Until")] = None,
) -> None:
    """An operation as it stands in the table."""


def test_a_moment_is_beijing_time_and_a_field_may_come_more_than_once() -> None:
    values = read(plan, {"units": ["370101", "370102"], "at": "2026-03-02T08:30"})
    assert values == {"units": ["370101", "370102"], "at": datetime(2026, 3, 2, 8, 30, tzinfo=SHANGHAI)}
    assert read(plan, {"units": "370101", "at": "2026-03-02 08:30", "until": "2026-03-05"}) == {
        "units": ["370101"],
        "at": datetime(2026, 3, 2, 8, 30, tzinfo=SHANGHAI),
        "until": date(2026, 3, 5),
    }


def rest(desk: Desk, days: list[date]) -> None:
    """Another one, which takes several days."""


@pytest.mark.parametrize("days", [["2026-10-01", "1700000000"], ["2026-02-30"], ["9999-12-31"]])
def test_each_of_several_days_is_one_of_an_offices_calendar(days: list[str]) -> None:
    assert read(rest, {"days": ["2026-10-01", "2026-10-02"]}) == {"days": [date(2026, 10, 1), date(2026, 10, 2)]}
    with pytest.raises(BadInput) as refused:
        read(rest, {"days": days})
    assert refused.value.fields["at"] == "days"


@pytest.mark.parametrize(
    ("at", "until", "wrong"),
    [
        ("1700000000", "", "at"),
        ("9999-12-31T23:59", "", "at"),
        ("2026-03-02T08:30", "1700000000", "until"),
        ("2026-03-02T08:30", "2026-02-30", "until"),
    ],
)
def test_what_is_no_day_of_an_offices_calendar_is_refused_at_its_field(at: str, until: str, wrong: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(plan, {"units": "370101", "at": at, "until": until})
    assert refused.value.fields["at"] == wrong and at not in refused.value.sentence("zh")
