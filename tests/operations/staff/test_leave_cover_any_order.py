"""Whatever is entered, ended and looked at in whatever order: nobody acts outside a leave, no post stands alone (R5.1)."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.staff import leave_cover as leave_cover_operations
from hub.operations.staff import users
from hub.ports import now, today
from hub.registry.staff import leave_cover
from hub.registry.staff.users import by_login
from tests.support import people
from tests.support.clocks import Clock
from tests.support.posts import as_now, person
from tests.support.selection import examples

CHIEF, CLERK = Post.SECTION_CHIEF, Post.STATISTICS_CLERK
NAMES = ("a", "b", "c")
WHO = st.sampled_from(NAMES)
STEP = st.one_of(
    st.tuples(st.just("enter"), WHO, st.integers(0, 4), st.integers(0, 3)),
    st.tuples(st.just("end"), WHO),
    st.tuples(st.just("wait"), st.integers(1, 60)),
    st.tuples(st.just("look")),
)
numbers = count(1)


def take(office: Office, clock: Clock, unit: str, step: tuple[object, ...]) -> None:
    """One step; what is refused changes nothing."""
    kind, *rest = step
    if kind == "look":
        office.perform(HUB, leave_cover_operations.keep_covers)
    elif kind == "wait":
        clock.on(hours=float(str(rest[0])))
    elif kind == "enter":
        first = today() + timedelta(days=int(str(rest[1])))
        try:
            office.perform(
                people.CENTRE,
                leave_cover_operations.enter_leave,
                f"{rest[0]}{unit}",
                first,
                first + timedelta(int(str(rest[2]))),
                "假",
            )
        except Refusal:
            return
    else:
        for view in office.perform(people.CENTRE, leave_cover_operations.list_leaves):
            if view.user_name == f"职员{rest[0]}{unit}" and view.state in ("now", "to_come"):
                office.perform(people.CENTRE, leave_cover_operations.end_leave, view.id, "回来")


def sound(office: Office, unit: str) -> None:
    """A acts for B and the like only while B's leave is under way, and each post of one who is away has somebody there."""
    views = [
        each
        for each in office.perform(people.CENTRE, leave_cover_operations.list_leaves)
        if each.user_name.endswith(unit)
    ]
    moment = now()
    under_way = [
        each for each in views if each.begun_at and not each.ended_at and each.begins_at <= moment < each.ends_at
    ]
    away = {leave.user_name for leave in under_way}
    acting = {f"职员{name}{unit}": as_now(office, f"{name}{unit}") for name in NAMES}
    for name, actor in acting.items():
        assert {whose for _, _, whose in actor.covers} <= away, "somebody acts outside a leave"
        assert not actor.covers or name not in away, "who is away covers nobody"
        assert {post for post, _ in actor.own_grants()} == {"a": {CHIEF}, "b": {CLERK}, "c": set()}[name[2]]
    for leave in under_way:
        posts = {"a": {CHIEF}, "b": {CLERK}, "c": set()}[leave.user_name[2]]
        covered = {post for actor in acting.values() for post, _, whose in actor.covers if whose == leave.user_name}
        assert covered == posts, "a post stands alone"
    with office.store.transaction() as tx:
        for view in views:
            records = [row.way for row, _ in leave_cover.handovers_of(tx, view.id)]
            assert len(records) == len(set(records)) * max(1, len(view.covers)) or not view.covers


@pytest.mark.thorough
@pytest.mark.article("R5.1")
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=12))
def test_in_any_order_nobody_acts_outside_a_leave_and_no_post_stands_alone(
    office: Office, clock: Clock, steps: list[tuple[object, ...]]
) -> None:
    unit = f"u{next(numbers)}"
    office.perform(HUB, users.create_unit, unit, unit, "3701")
    with office.desk(people.CLERK) as desk:
        person(desk, f"a{unit}", (CHIEF, "a"), (CLERK, "b"), unit=unit)
        person(desk, f"b{unit}", (CLERK, "a"), (CHIEF, "b"), unit=unit)
        person(desk, f"c{unit}", (CLERK, "b"), (CHIEF, "b"), unit=unit)
        assert by_login(desk.tx, f"c{unit}") is not None
    for step in steps:
        take(office, clock, unit, step)
        sound(office, unit)
