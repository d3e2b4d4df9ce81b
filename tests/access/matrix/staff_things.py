"""What each operation on a user, a grant, a token or a leave is tried with."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import pytest

from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.staff import access_requests, api_tokens, leave_cover, users
from hub.ports import new_id, now, today
from hub.registry.schema import User, UserPost
from tests.support import people, posts

from .judged import OTHER, OWN, PARENT, enter_stranger


@dataclass(frozen=True)
class About:
    """Somebody and what hangs on them: a token of their programme, a leave, a request about them."""

    user_id: UUID
    login: str
    robot_id: UUID
    token_id: UUID
    leave_id: UUID
    request_id: UUID
    unit: str


NOBODY = About(new_id(), "nobody9", *(new_id() for _ in range(4)), OWN)
Scenario = Callable[[Desk, About], object]
PEOPLE: dict[str, Scenario] = {
    "access_requests.confirm": lambda d, a: access_requests.confirm(d, a.request_id),
    "access_requests.reject": lambda d, a: access_requests.reject(d, a.request_id, "不同意"),
    "cover.end_leave": lambda d, a: leave_cover.end_leave(d, a.leave_id, "提前返岗"),
    "cover.enter_leave": lambda d, a: leave_cover.enter_leave(d, a.login, _day(40), _day(41), "年休假"),
    "staff.deactivate_user": lambda d, a: users.deactivate_user(d, a.user_id),
    "staff.grant_post": lambda d, a: users.grant_post(d, a.user_id, Post.CALL_CLERK, a.unit),
    "staff.reset_password": lambda d, a: users.reset_password(d, a.user_id),
    "staff.revoke_post": lambda d, a: users.revoke_post(d, a.user_id, Post.STATISTICS_CLERK, a.unit),
    "staff.unlock_user": lambda d, a: users.unlock_user(d, a.user_id),
    "tokens.issue_token": lambda d, a: api_tokens.issue_token(
        d, a.robot_id, "取数", ["read"], a.unit, now() + timedelta(days=9)
    ),
    "tokens.revoke_token": lambda d, a: api_tokens.revoke_token(d, a.token_id),
}
NOT_ON_ONESELF = {
    "staff.deactivate_user",
    "staff.grant_post",
    "staff.reset_password",
    "staff.revoke_post",
    "staff.unlock_user",
}
"""What nobody does to themselves; `test_second_person` has the requests."""


def _day(ahead: int) -> date:
    return today() + timedelta(days=ahead)


@dataclass(frozen=True)
class Town:
    """Somebody of the county, somebody of another, and somebody of the county who also holds a post of the company."""

    own: About
    other: About
    above: About


@pytest.fixture
def town(office: Office) -> Town:
    """The three, each with a programme, a leave to come and a request that waits."""
    people.found(office)
    with office.desk(HUB) as desk:
        enter_stranger(desk)
        for login, unit in (("control3", OWN), ("control4", OTHER), ("control5", PARENT)):
            posts.person(desk, login, (Post.INTERNAL_CONTROL, "a"), unit=unit)
        asker = posts.person(desk, "centre5", (Post.INFORMATION_CENTRE, "a"), unit=PARENT)
        second = posts.person(desk, "second5", (Post.STATISTICS_CLERK, "b"), (Post.CALL_CLERK, "b"), unit=PARENT)
    assert second.active
    return Town(*(_about(office, asker, login, unit) for login, unit in _WHO))


_WHO = (("own3", OWN), ("other4", OTHER), ("above3", OWN))


def _about(office: Office, asker: User, login: str, unit: str) -> About:
    """Somebody of a unit with what hangs on them; who is called “above” also holds a post of the company."""
    centre = Actor(asker.id, asker.name, frozenset({(Post.INFORMATION_CENTRE, PARENT)}))
    with office.desk(HUB) as desk:
        user = posts.person(desk, login, (Post.STATISTICS_CLERK, "a"), unit=unit)
        robot = users.create_service_user(desk, f"robot{login}", f"取数{login}", unit)
        token = api_tokens.issue_token(desk, robot, "取数", ["read"], unit, now() + timedelta(days=9))
        if login.startswith("above"):
            for who in (user.id, robot):
                desk.tx.add(UserPost(user_id=who, post=Post.CALL_CLERK, unit_code=PARENT))
    leave = office.perform(HUB, leave_cover.enter_leave, login, _day(20), _day(21), "年休假")
    request = office.perform(centre, users.grant_post, user.id, Post.SECTION_CHIEF, unit)
    assert token.id is not None and request.request_id is not None
    return About(user.id, login, robot, token.id, leave, request.request_id, unit)
