"""Who may give power: nobody to themselves, and what signs, checks or appoints takes a second person (R4.1)."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest

from hub.domain.refusals import BadInput, NotFound, Refusal
from hub.domain.staff.posts import HUB, PROTECTED, Post
from hub.domain.states import AccessState
from hub.operations.grants import AskerWithout
from hub.operations.office import Office
from hub.operations.operation import OnlyAtCompany
from hub.operations.staff import access_requests, api_tokens, users
from hub.operations.staff.access_requests import OwnRequest, RequestOver
from hub.operations.staff.colleagues import HoldsElsewhere, LastOfCompany, OnesOwn
from hub.operations.staff.second_person import NobodyToConfirm
from hub.operations.tasks.notices import list_notices
from hub.operations.tasks.tasks import inbox
from hub.ports import now, set_clock
from hub.registry.session import Store
from tests.conftest import MASTER
from tests.support.clocks import Clock
from tests.support.staffed import CITY, COUNTY, OTHER, Staffed, staffed


@pytest.fixture
def town(office: Office) -> Staffed:
    """The company and its counties with their people."""
    return staffed(office)


@pytest.fixture
def clock() -> Iterator[Clock]:
    """A clock that goes on when told to."""
    moved = Clock()
    set_clock(moved)
    yield moved
    set_clock(None)


@pytest.fixture
def bare(store: Store) -> Office:
    """An installation that nobody has used yet."""
    return Office(store, MASTER, nudge=lambda tx, ask_id, at=None: None)


def asked(town: Staffed, asker: str, about: str, post: Post, unit: str) -> UUID:
    """The request by which a grant waits."""
    request = town.office.perform(town.actor(asker), users.grant_post, town.user(about).id, post, unit)
    assert request.request_id is not None and (post, unit) not in town.grants(about)
    return request.request_id


def told(town: Staffed, login: str) -> list[str]:
    """The kinds of somebody's notices."""
    return [view.kind for view in town.office.perform(town.actor(login), list_notices)]


def tasks_of(town: Staffed, login: str) -> list[str]:
    """The kinds of somebody's open tasks."""
    return [view.task.kind for view in town.office.perform(town.actor(login), inbox).views]


def refused(town: Staffed, login: str, do: object, *values: object) -> Refusal:
    """How somebody's try is refused."""
    assert callable(do)
    with pytest.raises(Refusal) as refusal:
        town.office.perform(town.actor(login), do, *values)
    return refusal.value


@pytest.mark.article("R4.1")
@pytest.mark.parametrize("post", sorted(PROTECTED))
def test_a_post_that_signs_checks_or_appoints_counts_when_a_second_person_has_confirmed(
    town: Staffed, post: Post
) -> None:
    request = asked(town, "centre1", "clerk1", post, COUNTY)
    assert "confirm_access" in tasks_of(town, "control1")
    for login, no in (("centre1", OwnRequest), ("control2", NotFound), ("centre2", NotFound)):
        assert isinstance(refused(town, login, access_requests.confirm, request), no), login
    assert (post, COUNTY) not in town.grants("clerk1")
    town.office.perform(town.actor("control1"), access_requests.confirm, request)
    assert (post, COUNTY) in town.grants("clerk1")
    assert "confirm_access" not in tasks_of(town, "control1")
    assert "access_confirmed" in told(town, "centre1") and "post_granted" in told(town, "control1")
    assert isinstance(refused(town, "control1", access_requests.confirm, request), RequestOver)


@pytest.mark.article("R4.1")
def test_nobody_confirms_what_is_about_themselves(town: Staffed) -> None:
    request = asked(town, "centre0", "control1", Post.DEPUTY_MANAGER, COUNTY)
    assert isinstance(refused(town, "control1", access_requests.confirm, request), OwnRequest)
    assert isinstance(refused(town, "control1", access_requests.reject, request, "不同意"), OwnRequest)


@pytest.mark.article("R4.1")
def test_nobody_grants_revokes_unlocks_resets_or_deactivates_themselves(town: Staffed) -> None:
    own = town.user("centre1").id
    for operation, *more in (
        (users.grant_post, Post.STATISTICS_CLERK, COUNTY),
        (users.grant_post, Post.INTERNAL_CONTROL, COUNTY),
        (users.grant_post, Post.CALL_CLERK, COUNTY, "b"),
        (users.revoke_post, Post.INFORMATION_CENTRE, COUNTY),
        (users.deactivate_user,),
        (users.unlock_user,),
        (users.reset_password,),
    ):
        assert isinstance(refused(town, "centre1", operation, own, *more), OnesOwn), operation
    assert town.grants("centre1") == {(Post.INFORMATION_CENTRE, COUNTY)}


@pytest.mark.article("R4.1")
def test_a_request_is_checked_again_when_it_is_confirmed(town: Staffed) -> None:
    request = asked(town, "centre1", "clerk1", Post.SECTION_CHIEF, COUNTY)
    town.office.perform(HUB, users.revoke_post, town.user("centre1").id, Post.INFORMATION_CENTRE, COUNTY)
    assert isinstance(refused(town, "control1", access_requests.confirm, request), AskerWithout)
    other = asked(town, "centre0", "clerk2", Post.SECTION_CHIEF, OTHER)
    town.office.perform(HUB, users.grant_post, town.user("clerk2").id, Post.CALL_CLERK, CITY)
    assert isinstance(refused(town, "control2", access_requests.confirm, other), HoldsElsewhere)
    town.office.perform(town.actor("control0"), access_requests.confirm, other)
    third = asked(town, "centre0", "clerk1", Post.DEPUTY_MANAGER, COUNTY)
    town.office.perform(town.actor("centre0"), users.deactivate_user, town.user("clerk1").id)
    assert isinstance(refused(town, "control1", access_requests.confirm, third), RequestOver)
    assert (Post.DEPUTY_MANAGER, COUNTY) not in town.grants("clerk1")


@pytest.mark.article("R4.1")
def test_a_rejection_needs_a_reason_which_the_asker_learns(town: Staffed) -> None:
    request = asked(town, "centre1", "clerk1", Post.SECTION_CHIEF, COUNTY)
    assert isinstance(refused(town, "control1", access_requests.reject, request, "  "), BadInput)
    town.office.perform(town.actor("control1"), access_requests.reject, request, "尚在试用期")
    [view] = town.office.perform(town.actor("centre1"), access_requests.list_requests)
    assert view.state == AccessState.REJECTED and view.why == "尚在试用期"
    assert "access_rejected" in told(town, "centre1") and tasks_of(town, "control1") == []


@pytest.mark.article("R4.1")
def test_a_request_ends_by_itself_after_some_working_days_and_can_be_taken_back(town: Staffed, clock: Clock) -> None:
    request = asked(town, "centre1", "clerk1", Post.SECTION_CHIEF, COUNTY)
    clock.on(days=15)
    assert isinstance(refused(town, "control1", access_requests.confirm, request), RequestOver)
    assert town.office.perform(HUB, access_requests.expire_requests) == 1
    assert "access_over" in told(town, "centre1") and "confirm_access" not in tasks_of(town, "control1")
    again = asked(town, "centre1", "clerk1", Post.SECTION_CHIEF, COUNTY)
    assert again != request == refused_id(town, request)
    assert isinstance(refused(town, "centre0", access_requests.withdraw, again), NotFound), "only who asked"
    town.office.perform(town.actor("centre1"), access_requests.withdraw, again)
    assert isinstance(refused(town, "control1", access_requests.confirm, again), RequestOver)


def refused_id(town: Staffed, request: UUID) -> UUID:
    """The request that is over, as its asker sees it."""
    views = town.office.perform(town.actor("centre1"), access_requests.list_requests)
    return next(view.id for view in views if view.state == AccessState.OVER)


@pytest.mark.article("R4.1")
def test_asking_twice_is_one_request_and_without_a_second_person_nothing_is_asked(town: Staffed) -> None:
    assert asked(town, "centre1", "clerk1", Post.SECTION_CHIEF, COUNTY) == asked(
        town, "centre1", "clerk1", Post.SECTION_CHIEF, COUNTY
    )
    for login in ("control1", "centre0", "centre00", "control0"):
        with town.office.store.transaction() as tx:
            tx.get_one(type(town.user(login)), town.user(login).id).active = False
    no = refused(town, "centre1", users.grant_post, town.user("clerk1").id, Post.DEPUTY_MANAGER, COUNTY)
    assert isinstance(no, NobodyToConfirm) and "另一位" in no.sentence()


@pytest.mark.article("R4.1", "R6.1")
def test_a_programme_is_no_detour_its_posts_and_its_tokens_take_two(town: Staffed) -> None:
    centre, ends = town.actor("centre1"), now() + timedelta(days=30)
    robot = town.office.perform(centre, users.create_service_user, "robot1", "取数", COUNTY)
    request = town.office.perform(centre, users.grant_post, robot, Post.STATISTICS_CLERK, COUNTY)
    assert not request.granted and town.grants("robot1") == set()
    town.office.perform(town.actor("control1"), access_requests.confirm, request.request_id)
    assert town.grants("robot1") == {(Post.STATISTICS_CLERK, COUNTY)}
    wanted = (robot, "取数", ["read"], COUNTY, ends)
    waits = town.office.perform(centre, api_tokens.issue_token, *wanted)
    assert waits.token is None and town.office.perform(centre, api_tokens.list_tokens) == []
    assert isinstance(refused(town, "centre1", access_requests.take_token, waits.request_id), RequestOver)
    town.office.perform(town.actor("control1"), access_requests.confirm, waits.request_id)
    for login in ("centre0", "centre2"):
        assert isinstance(refused(town, login, access_requests.take_token, waits.request_id), NotFound), login
    issued = town.office.perform(centre, access_requests.take_token, waits.request_id)
    assert api_tokens.actor_behind(town.office, issued.token) is not None
    assert isinstance(refused(town, "centre1", access_requests.take_token, waits.request_id), RequestOver)


@pytest.mark.article("R4.1", "G10")
def test_taking_power_away_is_one_persons_and_internal_control_is_told(town: Staffed) -> None:
    centre = town.actor("centre1")
    town.office.perform(centre, users.revoke_post, town.user("chief1").id, Post.SECTION_CHIEF, COUNTY)
    town.office.perform(centre, users.deactivate_user, town.user("clerk1").id)
    assert town.grants("chief1") == set() and not town.user("clerk1").active
    assert {"post_revoked", "user_deactivated"} <= set(told(town, "control1"))


@pytest.mark.article("R4.1")
def test_the_companys_last_information_centre_and_internal_control_stay(town: Staffed) -> None:
    control = town.user("control0").id
    for operation, more in (
        (users.deactivate_user, ()),
        (users.revoke_post, (Post.INTERNAL_CONTROL, CITY)),
    ):
        assert isinstance(refused(town, "centre0", operation, control, *more), LastOfCompany)
    town.office.perform(town.actor("centre0"), users.deactivate_user, town.user("centre00").id)
    with pytest.raises(LastOfCompany):
        town.office.perform(HUB, users.deactivate_user, town.user("centre0").id)


@pytest.mark.article("R4.1")
def test_a_unit_is_added_below_ones_own_and_one_below_no_other_by_the_company(town: Staffed) -> None:
    for parent in (OTHER, CITY, "nowhere"):
        assert isinstance(refused(town, "centre1", users.create_unit, "3701019", "镇", parent), NotFound), parent
    assert isinstance(refused(town, "centre1", users.create_unit, "9999", "另一公司", None), OnlyAtCompany)
    town.office.perform(town.actor("centre1"), users.create_unit, "3701011", "镇", COUNTY)
    town.office.perform(town.actor("centre0"), users.create_unit, "9999", "另一公司", None)


@pytest.mark.article("R4.1")
def test_the_first_start_makes_two_administrators_who_appoint_the_next_one_together(bare: Office) -> None:
    passwords = users.first_administrators(bare)
    assert list(passwords) == ["admin", "admin2"] and len(set(passwords.values())) == 2
    assert users.first_administrators(bare) == {}
    admin, second = (users.sign_in(bare, login, once, "here").actor for login, once in passwords.items())
    bare.perform(admin, users.create_user, "control", "内管员", "3701")
    [control] = [view.id for view in bare.perform(admin, users.list_users) if view.login == "control"]
    request = bare.perform(admin, users.grant_post, control, Post.INTERNAL_CONTROL, "3701")
    assert not request.granted
    bare.perform(second, access_requests.confirm, request.request_id)
    [view] = [view for view in bare.perform(admin, users.list_users) if view.login == "control"]
    assert [grant.post for grant in view.posts] == [Post.INTERNAL_CONTROL]
