"""The order of the home page: by urgency (I1, R17.1)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.tasks.urgency import Line, urgency

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def line(
    name: str, late: float | None = None, order: int | None = None, kind: str = "carry_out", row: str = "R10.1"
) -> tuple[str, Line]:
    """A task so many hours late, its customer's order day in so many days."""
    due = None if late is None else NOW - timedelta(hours=late)
    days = None if due is None else (due.date() - NOW.date()).days
    return name, Line(kind, row, late, days, order, due, NOW - timedelta(days=9))


@pytest.mark.article("R17.1")
def test_late_and_blocking_comes_first_then_blocking_then_late_then_by_due_moment() -> None:
    rows = [
        line("in time", -20),
        line("no moment"),
        line("late alone", 30),
        line("later alone", 90),
        line("blocks tomorrow", -40, 1),
        line("late, orders in three days", 99, 3),
        line("late, orders tomorrow", 1, 1),
        line("in time for its order day", -5, 4),
        line("due on the order day", -26, 1),
        line("late filing", 200, 1, "file"),
        line("late grade", 150, 1, row="R14.1"),
    ]
    assert [name for name, each in sorted(rows, key=lambda row: urgency(row[1]))] == [
        "late, orders tomorrow",
        "late, orders in three days",
        "due on the order day",
        "blocks tomorrow",
        "late filing",
        "late grade",
        "later alone",
        "late alone",
        "in time for its order day",
        "in time",
        "no moment",
    ]


LATE = st.one_of(st.none(), st.floats(-300, 300))
LINES = st.builds(
    lambda late, order, kind, row: line("", late, order, kind, row)[1],
    LATE,
    st.one_of(st.none(), st.integers(1, 7)),
    st.sampled_from(["carry_out", "sign", "file"]),
    st.sampled_from(["R8.1", "R14.1"]),
)


@given(rows=st.lists(LINES, max_size=20))
def test_nothing_that_harms_more_stands_behind_what_harms_less(rows: list[Line]) -> None:
    ordered = sorted(rows, key=urgency)
    groups = [(each.late and each.blocks, each.blocks, each.late) for each in ordered]
    assert groups == sorted(groups, reverse=True)
