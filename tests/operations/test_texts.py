"""What a form or a command line gives becomes an operation's arguments, as people mean it (G3)."""

from datetime import date, datetime, timedelta
from typing import Annotated

import pytest

from hub.domain.inputs import Label
from hub.domain.refusals import BadInput
from hub.operations.desk import Desk
from hub.operations.texts import read

DAY = Annotated[date, Label("日期", "Day")]
MOMENT = Annotated[datetime, Label("时间", "Moment")]


def book(desk: Desk, day: DAY, moment: MOMENT, sure: bool = False, no: int = 1) -> None:
    """An operation's parameters, of each kind that a text is read into; only they are looked at."""


def test_days_and_moments_are_read_as_people_write_them() -> None:
    arguments = read(book, {"day": " 2026-03-01 ", "moment": "2026-03-01T08:30", "sure": "", "no": "7"})
    assert arguments["day"] == date(2026, 3, 1) and arguments["no"] == 7 and "sure" not in arguments
    assert arguments["moment"].isoformat() == "2026-03-01T08:30:00+08:00", "a moment without a zone is Beijing's"


def test_what_a_page_places_itself_stays_what_it_is() -> None:
    """A page that knows the day gives it as a day."""
    arguments = read(book, {"day": date(2026, 3, 1), "moment": datetime(2026, 3, 1, 8, 30)})
    assert arguments["day"] == date(2026, 3, 1) and arguments["moment"].utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize("text", ["86400", "20260101x", "1.3.2026", "0001-01-01", "9999-12-31", "", "  ", "次日"])
def test_no_other_text_is_a_day(text: str) -> None:
    """A number is no count of seconds, and an office has no year one."""
    with pytest.raises(BadInput) as refusal:
        read(book, {"day": text, "moment": "2026-03-01T08:30"})
    assert refusal.value.fields["field"] == "日期"


@pytest.mark.parametrize("text", ["1767225600", "2026-03-01T25:00", "08:30", ""])
def test_no_other_text_is_a_moment(text: str) -> None:
    with pytest.raises(BadInput) as refusal:
        read(book, {"day": "2026-03-01", "moment": text})
    assert refusal.value.fields["field"] == "时间"
