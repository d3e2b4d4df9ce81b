"""Reminders and escalation: each step once, in order, whatever the moments of looking (R17.1, R15.1)."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.staff.posts import HUB, Post
from hub.domain.tasks.escalation import STEPS, bound, owed
from hub.domain.tasks.working_days import Calendar
from hub.operations.office import Office
from hub.operations.tasks import escalation, tasks
from hub.ports import SHANGHAI, new_id, now, set_clock
from hub.registry.schema import StaffNotice, Task
from tests.support import people
from tests.support.posts import person

ENDS = time(17, 30)
FRIDAY = datetime(2026, 11, 20, 9, tzinfo=SHANGHAI)


def at(moment: datetime) -> dict[str, datetime]:
    """The bounds at a moment."""
    return {step.key: bound(step, Calendar(), moment, ENDS) for step in STEPS}


@pytest.mark.article("R17.1")
def test_a_task_due_on_monday_is_told_about_on_friday_and_late_ones_by_working_days() -> None:
    monday = datetime(2026, 11, 23, 17, 30, tzinfo=SHANGHAI)

    def keys(moment: datetime) -> list[str]:
        return [step.key for step in owed(monday, [], moment, at(moment))]

    assert keys(FRIDAY - timedelta(days=1)) == [] and keys(FRIDAY) == ["reminder"]
    assert keys(monday + timedelta(minutes=1)) == ["holder_b"]
    tuesday = monday + timedelta(days=1)
    assert keys(tuesday - timedelta(minutes=1)) == ["holder_b"] and keys(tuesday) == ["holder_b", "section_chief"]
    assert keys(tuesday + timedelta(days=1)) == ["holder_b", "section_chief", "internal_control"]


@given(
    due=st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 20)),
    looks=st.lists(st.integers(-200, 400), min_size=1, max_size=40),
)
@pytest.mark.article("R17.1")
def test_whenever_the_hub_looks_each_step_is_taken_once_and_in_order(due: datetime, looks: list[int]) -> None:
    moment_due = due.replace(tzinfo=SHANGHAI)
    told: list[str] = []
    for hours in sorted(looks):
        moment = moment_due + timedelta(hours=hours)
        told += [step.key for step in owed(moment_due, told, moment, at(moment))]
        assert owed(moment_due, told, moment, at(moment)) == []
    order = [step.key for step in STEPS]
    assert told == [key for key in order if key in told] and len(told) == len(set(told))
    if max(looks) >= 24 * 14:
        assert set(told) >= {"holder_b", "section_chief", "internal_control"}


@pytest.fixture
def friday() -> object:
    """A clock that stands on a Friday morning and is moved by hand."""
    moments = [FRIDAY]
    set_clock(lambda: moments[0].astimezone(UTC))
    yield moments
    set_clock(None)


@pytest.mark.article("R17.1", "R15.1")
def test_who_is_told_about_a_late_task(office: Office, friday: list[datetime]) -> None:
    with office.desk(people.CLERK) as desk:
        second = person(desk, "second", (Post.STATISTICS_CLERK, "b"))
        person(desk, "chief", (Post.SECTION_CHIEF, "a"))
        person(desk, "control", (Post.INTERNAL_CONTROL, "a"), unit="3701")
        second_id = second.id
        about = people.customer(desk, 1)
        for number in range(3):
            tasks.open_task(
                desk,
                "carry_out",
                "R9.2",
                post=Post.STATISTICS_CLERK,
                unit_code=people.UNIT,
                subject=("application", new_id()),
                customer_id=about.id,
                days=number,
            )

    def told() -> set[tuple[str, str, str, bool]]:
        for _ in range(2):
            office.perform(HUB, escalation.escalate)
        with office.store.transaction() as tx:
            rows = tx.query(StaffNotice).all()
            found = {(row.kind, row.post, row.unit_code, row.user_id == second_id) for row in rows}
            assert len(rows) == counted[0], [(row.kind, row.post) for row in rows]
            return found

    counted = [2]
    assert told() == {("task_due", "statistics_clerk", "370101", False)}
    friday[0] = FRIDAY.replace(hour=18)
    counted = [3]
    assert ("task_late", "statistics_clerk", "370101", True) in told()
    friday[0] = datetime(2026, 11, 24, 18, tzinfo=SHANGHAI)
    counted = [3 + 2 + 1 + 1 + 1]
    assert {("task_late", "section_chief", "370101", False), ("task_late", "internal_control", "3701", False)} <= told()
    with office.store.transaction() as tx:
        assert sorted(len(row.escalated_to) for row in tx.query(Task)) == [1, 3, 4], "nobody looked on Monday"
    assert now().date() == date(2026, 11, 24)


@pytest.mark.article("R17.1")
def test_a_worker_that_dies_in_the_middle_has_told_nobody_and_the_next_tells_all_once(
    office: Office, friday: list[datetime]
) -> None:
    with office.desk(people.CLERK) as desk:
        for _ in range(3):
            about = ("application", new_id())
            tasks.open_task(desk, "sign", "I3", post=Post.SECTION_CHIEF, unit_code=people.UNIT, subject=about, days=1)
    with pytest.raises(ZeroDivisionError), office.desk(HUB) as desk:
        assert escalation.escalate(desk) == 3
        raise ZeroDivisionError
    for found in (0, 3):
        with office.store.transaction() as tx:
            assert tx.query(StaffNotice).count() == found
        office.perform(HUB, escalation.escalate)
    assert office.perform(HUB, escalation.escalate) == 0 and len(friday) == 1
