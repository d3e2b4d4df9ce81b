"""A reset password goes to the user's unit, is made when it is taken, and takes two for who signs, checks or appoints (R6.1)."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import psycopg
import pytest

from hub.domain.refusals import NotFound, NotPermitted, Refusal
from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.staff import access_requests, users
from hub.operations.staff.access_requests import NotTheTaker, RequestOver
from hub.operations.staff.colleagues import HoldsElsewhere
from hub.operations.staff.first_passwords import NobodyToTake
from hub.operations.staff.sign_in.sign_in import NotSignedIn, hash_password
from hub.ports import set_clock
from hub.registry.schema import User
from hub.registry.session import Store
from tests.support.clocks import Clock
from tests.support.staffed import CITY, COUNTY, Staffed, staffed

from .test_second_person import refused, tasks_of, told

OLD = "Correct-horse-9-battery"


@pytest.fixture
def town(office: Office) -> Staffed:
    """The company and its counties; everybody signs in with the same password, which here is no fault."""
    found = staffed(office)
    with office.store.transaction() as tx:
        for login in ("clerk1", "chief1", "clerk2", "centre0"):
            user = tx.get_one(User, found.user(login).id)
            user.must_change, user.password_hash = False, hash_password(OLD)
    return found


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock that goes on when told to."""
    moved = Clock()
    set_clock(moved)
    yield moved
    set_clock(None)


def signs_in(town: Staffed, login: str, password: str) -> bool:
    """Whether the password opens a session."""
    try:
        users.sign_in(town.office, login, password, f"from {login}")
    except NotSignedIn:
        return False
    return True


def waiting(town: Staffed, resetter: str, about: str) -> UUID:
    """The request by which a password waits; nobody was shown one."""
    reset = town.office.perform(town.actor(resetter), users.reset_password, town.user(about).id)
    assert reset.password is None and reset.request_id is not None
    return reset.request_id


@pytest.mark.article("R6.1")
def test_who_resets_it_never_sees_it_although_they_are_of_the_same_unit_and_control_is_told(town: Staffed) -> None:
    """Who saw it could sign in as the clerk and open a customer."""
    request = waiting(town, "centre1", "clerk1")
    assert not signs_in(town, "clerk1", OLD) and "password_reset" in told(town, "control1")
    assert isinstance(refused(town, "centre1", access_requests.take_password, request), NotTheTaker)
    password = town.office.perform(town.actor("chief1"), access_requests.take_password, request)
    assert signs_in(town, "clerk1", password)


@pytest.mark.article("R6.1")
def test_somebody_from_elsewhere_is_not_shown_it_and_the_units_own_centre_takes_it_once(town: Staffed) -> None:
    request = waiting(town, "centre0", "clerk1")
    assert not signs_in(town, "clerk1", OLD), "the old one opens nothing any more"
    assert "take_password" in tasks_of(town, "centre1") and "password_reset" in told(town, "control1")
    for login, no in (("centre0", NotTheTaker), ("centre00", NotTheTaker), ("chief1", NotTheTaker)):
        assert isinstance(refused(town, login, access_requests.take_password, request), no), login
    assert "信息中心" in refused(town, "centre0", access_requests.take_password, request).sentence()
    assert isinstance(refused(town, "centre2", access_requests.take_password, request), NotFound)
    assert isinstance(refused(town, "clerk1", access_requests.take_password, request), NotPermitted)
    password = town.office.perform(town.actor("centre1"), access_requests.take_password, request)
    assert signs_in(town, "clerk1", password) and town.user("clerk1").must_change
    assert isinstance(refused(town, "centre1", access_requests.take_password, request), RequestOver)
    assert "take_password" not in tasks_of(town, "centre1")


@pytest.mark.article("R6.1")
def test_without_an_information_centre_the_section_chief_hands_it_over(town: Staffed) -> None:
    town.office.perform(HUB, users.deactivate_user, town.user("centre1").id)
    request = waiting(town, "centre0", "clerk1")
    assert "take_password" in tasks_of(town, "chief1")
    password = town.office.perform(town.actor("chief1"), access_requests.take_password, request)
    assert signs_in(town, "clerk1", password)


@pytest.mark.article("R6.1")
def test_who_asked_never_takes_it_and_with_nobody_else_nothing_is_reset(town: Staffed) -> None:
    for login in ("centre1", "chief1", "control1", "centre00", "control0", "chief0"):
        with town.office.store.transaction() as tx:
            tx.get_one(User, town.user(login).id).active = False
    assert isinstance(refused(town, "centre0", users.reset_password, town.user("clerk1").id), NobodyToTake)
    assert signs_in(town, "clerk1", OLD)


@pytest.mark.article("R6.1", "R4.1")
def test_for_who_signs_nothing_changes_before_a_second_person_and_the_asker_never_sees_it(town: Staffed) -> None:
    request = waiting(town, "centre1", "chief1")
    assert signs_in(town, "chief1", OLD) and "confirm_access" in tasks_of(town, "control1")
    assert isinstance(refused(town, "control1", access_requests.take_password, request), RequestOver)
    town.office.perform(town.actor("control1"), access_requests.confirm, request)
    assert not signs_in(town, "chief1", OLD)
    for login in ("centre1", "control1"):
        assert isinstance(refused(town, login, access_requests.take_password, request), NotTheTaker), login
    password = town.office.perform(town.actor("centre0"), access_requests.take_password, request)
    assert signs_in(town, "chief1", password)


@pytest.mark.article("R6.1", "R4.1")
def test_a_b_holder_of_such_a_post_is_reset_by_two_as_well(town: Staffed) -> None:
    town.office.perform(HUB, users.grant_post, town.user("clerk1").id, Post.SECTION_CHIEF, COUNTY, "b")
    waiting(town, "centre1", "clerk1")
    assert signs_in(town, "clerk1", OLD)


@pytest.mark.article("R6.1")
def test_what_nobody_takes_within_a_day_is_over(town: Staffed, clock: Clock) -> None:
    request = waiting(town, "centre0", "clerk1")
    clock.on(hours=24, seconds=1)
    assert isinstance(refused(town, "centre1", access_requests.take_password, request), RequestOver)
    assert town.office.perform(HUB, access_requests.expire_requests) == 1
    assert "access_over" in told(town, "centre0") and "take_password" not in tasks_of(town, "centre1")
    assert not signs_in(town, "clerk1", OLD)


@pytest.mark.article("R6.1")
def test_a_later_reset_makes_an_earlier_one_void(town: Staffed) -> None:
    first = waiting(town, "centre0", "clerk1")
    second = waiting(town, "centre00", "clerk1")
    assert isinstance(refused(town, "centre1", access_requests.take_password, first), RequestOver)
    assert town.office.perform(town.actor("centre1"), access_requests.take_password, second)
    third = waiting(town, "centre0", "clerk1")
    town.office.perform(town.actor("centre1"), users.reset_password, town.user("clerk1").id)
    assert isinstance(refused(town, "centre1", access_requests.take_password, third), RequestOver)


@pytest.mark.article("R6.1", "G4")
def test_no_password_lies_anywhere_while_it_waits_or_after_it_was_taken(town: Staffed, store: Store) -> None:
    request = waiting(town, "centre0", "clerk1")
    password = town.office.perform(town.actor("centre1"), access_requests.take_password, request)
    with psycopg.connect(store.url) as connection:
        tables = ("access_requests", "audit", "users", "tasks", "staff_notices", "idempotency_keys")
        for table in tables:
            lines = connection.execute(f"SELECT t::text FROM {table} t").fetchall()  # type: ignore[arg-type]
            assert all(password not in line[0] for line in lines), table


@pytest.mark.article("R4.1")
def test_a_colleague_with_a_post_of_the_city_is_reset_by_the_city_and_handed_over_at_home(town: Staffed) -> None:
    town.office.perform(HUB, users.grant_post, town.user("clerk1").id, Post.CALL_CLERK, CITY)
    no: Refusal = refused(town, "centre1", users.reset_password, town.user("clerk1").id)
    assert isinstance(no, HoldsElsewhere) and "不管辖" in no.sentence()
    request = waiting(town, "centre0", "clerk1")
    password = town.office.perform(town.actor("centre1"), access_requests.take_password, request)
    assert signs_in(town, "clerk1", password)
    [view] = town.office.perform(town.actor("centre0"), access_requests.list_requests)
    assert view.id == request and view.until - view.asked_at <= timedelta(hours=24, minutes=1)
