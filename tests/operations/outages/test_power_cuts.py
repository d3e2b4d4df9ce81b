"""Planned power cuts: whom to warn, by when, what was arranged, who hears of those not warned (R11.5)."""

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.outages.power_cuts import order_day_hit, warn_by
from hub.domain.refusals import BadInput, NotFound
from hub.domain.staff.posts import HUB, Actor, Post
from hub.domain.states import POWER_CUT, PowerCutState
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.outages import power_cuts, warning_lists
from hub.operations.outages.power_cuts import CutBegun, CutRequest
from hub.operations.tasks.tasks import inbox
from hub.ports import SHANGHAI, today
from hub.registry.schema import Customer, PowerCut, PowerCutWarning, StaffNotice
from tests.support import people, posts
from tests.support.clocks import Clock
from tests.support.databases import by_owner
from tests.support.selection import examples

MANAGER = Actor(people.CLERK_ID, "经理甲", frozenset({(Post.ACCOUNT_MANAGER, "370101")}))
CHIEF = Actor(people.CLERK_ID, "科长", frozenset({(Post.SECTION_CHIEF, "3701")}))


def shop(desk: Desk, number: int, day: int, **values: str) -> UUID:
    """A web customer with an order day."""
    row = people.customer(desk, number)
    row.values = {"order_method": "web", "order_day": str(day), "delivery_route": "城区一线", **values}
    desk.tx.flush()
    return row.id


def in_days(days: int, hour: int = 8) -> datetime:
    return datetime.combine(today() + timedelta(days=days), time(hour), SHANGHAI)


def weekday(days: int) -> int:
    return (today() + timedelta(days=days)).isoweekday()


def cut(days: int = 5, scope: str = "unit", named: tuple[str, ...] = (), hours: int = 9) -> CutRequest:
    begins = in_days(days)
    return CutRequest("370101", scope, begins, begins + timedelta(hours=hours), "供电公司通知", named)


def tasks_of(office: Office, actor: Actor) -> list[int]:
    """How many are left to warn, by task."""
    with office.desk(actor) as desk:
        return [view.task.details["customers"] for view in inbox(desk).views if view.task.kind == "warn_of_cut"]


@pytest.mark.article("R11.5")
def test_only_web_customers_whose_order_day_the_cut_hits_are_to_be_warned(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        hit = shop(desk, 1, weekday(5))
        shop(desk, 2, weekday(6))
        shop(desk, 3, weekday(5), order_method="phone")
        shop(desk, 4, weekday(5), delivery_route="城区二线")
    cut_id = office.perform(MANAGER, power_cuts.enter_cut, cut(scope="route", named=("城区一线",)))
    shown = office.perform(MANAGER, power_cuts.show_cut, cut_id)
    view, lines = shown.cut, shown.warnings
    assert [line.customer_id for line in lines] == [hit] and (view.total, view.warned) == (1, 0)
    assert lines[0].order_on == today() + timedelta(days=5)
    assert lines[0].due_at < view.begins_at
    assert tasks_of(office, MANAGER) == [1]
    office.perform(MANAGER, power_cuts.record_warning, cut_id, hit, "laptop", "带笔记本到村委会")
    assert tasks_of(office, MANAGER) == []
    [warning] = office.perform(MANAGER, power_cuts.show_cut, cut_id).warnings
    assert (warning.arranged, warning.warned_by_name) == ("laptop", "经理甲") and warning.warned_at is not None


@pytest.mark.article("R11.5")
def test_each_manager_has_a_task_of_their_own_by_the_name_in_the_records(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        user = posts.person(desk, "wang", (Post.ACCOUNT_MANAGER, "a"), name="王经理")
        shop(desk, 1, weekday(5), account_manager="王经理")
        shop(desk, 2, weekday(5), account_manager="王经理")
        shop(desk, 3, weekday(5), account_manager="别人")
        wang = Actor(user.id, user.name, frozenset({(Post.ACCOUNT_MANAGER, people.UNIT)}))
    cut_id = office.perform(CHIEF, power_cuts.enter_cut, cut())
    assert sorted(tasks_of(office, wang)) == [1, 2]
    assert tasks_of(office, MANAGER) == [1], "what is another's by name is not on this desk"
    view = office.perform(CHIEF, power_cuts.show_cut, cut_id).cut
    mine = next(part for part in view.parts if part.manager == "王经理")
    assert len(office.perform(wang, power_cuts.show_cut, mine.id).warnings) == 2


@pytest.mark.article("R11.5")
def test_a_cut_that_moves_is_told_anew_and_one_that_is_called_off_ends_the_work(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        first, second = shop(desk, 1, weekday(5)), shop(desk, 2, weekday(8))
    cut_id = office.perform(MANAGER, power_cuts.enter_cut, cut())
    office.perform(MANAGER, power_cuts.record_warning, cut_id, first, "earlier")
    later = in_days(8)
    office.perform(MANAGER, power_cuts.move_cut, cut_id, later, later + timedelta(hours=4), "供电公司改期")
    lines = office.perform(MANAGER, power_cuts.show_cut, cut_id).warnings
    assert [line.customer_id for line in lines] == [second] and tasks_of(office, MANAGER) == [1]
    with pytest.raises(NotFound):
        office.perform(MANAGER, power_cuts.record_warning, cut_id, first, "earlier")
    with office.desk(people.CLERK) as desk:
        gone = desk.tx.query(PowerCutWarning).filter_by(customer_id=first).one()
        assert gone.ended_how == "not_hit" and gone.earlier[0]["arranged"] == "earlier"
        assert [row.kind for row in desk.tx.query(StaffNotice)] == ["cut_moved"]
    office.perform(MANAGER, power_cuts.call_off, cut_id, "供电公司取消")
    assert tasks_of(office, MANAGER) == []
    with pytest.raises(CutBegun):
        office.perform(MANAGER, power_cuts.call_off, cut_id, "再次")


@pytest.mark.article("R11.5")
def test_the_chief_hears_how_many_nobody_warned_once_the_cut_has_begun(office: Office, clock: Clock) -> None:
    with office.desk(people.CLERK) as desk:
        shop(desk, 1, weekday(2))
    cut_id = office.perform(MANAGER, power_cuts.enter_cut, cut(2))
    assert office.perform(HUB, power_cuts.keep_cuts) == 0
    with office.desk(people.CLERK) as desk:
        shop(desk, 2, weekday(2))
    clock.on(days=1)
    assert office.perform(HUB, power_cuts.keep_cuts) == 1, "the list follows the records once a day"
    assert office.perform(MANAGER, power_cuts.show_cut, cut_id).cut.total == 2
    clock.on(days=2)
    assert office.perform(HUB, power_cuts.keep_cuts) == 2
    assert office.perform(HUB, power_cuts.keep_cuts) == 0
    with office.desk(people.CLERK) as desk:
        [notice] = desk.tx.query(StaffNotice).filter_by(kind="cut_unwarned")
        assert (notice.post, notice.unit_code, notice.details["customers"]) == ("section_chief", "370101", 2)
    assert tasks_of(office, MANAGER) == []


@pytest.mark.article("R11.5")
@pytest.mark.parametrize(
    ("days", "scope", "named", "hours"),
    [
        (-1, "unit", (), 9),
        (3, "unit", (), 0),
        (3, "unit", (), 24 * 40),
        (3, "route", (), 9),
        (3, "customers", ("9",), 9),
        (3, "town", (), 9),
    ],
)
def test_a_cut_that_makes_no_sense_is_refused(
    office: Office, days: int, scope: str, named: tuple[str, ...], hours: int
) -> None:
    with pytest.raises(BadInput):
        office.perform(MANAGER, power_cuts.enter_cut, cut(days, scope, named, hours))
    with pytest.raises(NotFound):
        office.perform(MANAGER, power_cuts.enter_cut, CutRequest("370102", "unit", in_days(2), in_days(3), "通知"))


@given(st.integers(1, 7), st.integers(0, 24 * 40), st.integers(1, 24 * 20), st.integers(0, 24 * 40))
def test_who_is_hit_and_by_when_to_warn_agree_with_counting_each_hour(
    day: int, start: int, hours: int, ahead: int
) -> None:
    begins = datetime(2026, 3, 1, tzinfo=SHANGHAI) + timedelta(hours=start)
    ends = begins + timedelta(hours=hours)
    days = {(begins + timedelta(hours=n)).date() for n in range(hours)}
    hit = order_day_hit(day, begins, ends)
    assert hit == min((each for each in days if each.isoweekday() == day), default=None)
    if hit is not None:
        entered = begins - timedelta(hours=ahead)
        due = warn_by(begins, hit, entered, lambda each: each.isoweekday() < 6)
        assert due <= begins and (due > entered or ahead == 0)
        assert due == begins or (due.date() < hit and due.date().isoweekday() < 6)


MOVES = st.lists(st.sampled_from(["warn", "move", "off", "day", "refill"]), max_size=9)


@pytest.mark.thorough
@pytest.mark.article("R11.5")
@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES, number=st.integers(100, 10**5))
def test_in_any_order_of_events_a_task_is_open_exactly_while_somebody_is_to_be_warned(
    office: Office, clock: Clock, moves: list[str], number: int
) -> None:
    clock.ahead = timedelta()
    by_owner(office.store, "DELETE FROM power_cut_warnings")
    with office.desk(people.CLERK) as desk:
        for row in desk.tx.query(PowerCut).filter_by(state="planned"):
            row.state = "over"
            warning_lists.drop(desk, row, "over")
        code = f"370101{number:06d}"
        found = desk.tx.query(Customer).filter_by(code=code).one_or_none()
        customer_id = found.id if found else shop(desk, number, weekday(3))
    cut_id = office.perform(MANAGER, power_cuts.enter_cut, cut(3, "customers", (code,)))
    state = PowerCutState.PLANNED
    for move in moves:
        old = state
        try:
            if move == "warn":
                office.perform(MANAGER, power_cuts.record_warning, cut_id, customer_id, "earlier")
            elif move == "move":
                at = in_days(7)
                office.perform(MANAGER, power_cuts.move_cut, cut_id, at, at + timedelta(hours=80), "改期")
            elif move == "off":
                office.perform(MANAGER, power_cuts.call_off, cut_id, "取消")
            else:
                clock.on(days=3 if move == "day" else 0)
                office.perform(HUB, power_cuts.keep_cuts)
        except (CutBegun, NotFound, BadInput):
            pass
        with office.desk(people.CLERK) as desk:
            there = desk.tx.get(PowerCut, cut_id)
            assert there is not None
            state = PowerCutState(there.state)
            open_lines = desk.tx.query(PowerCutWarning).filter_by(cut_id=cut_id, ended_at=None, warned_at=None).count()
        assert state == old or state in POWER_CUT[old]
        left = sum(tasks_of(office, MANAGER))
        assert left == (open_lines if state == PowerCutState.PLANNED else 0)
