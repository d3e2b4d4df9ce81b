"""Units, users and their posts."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Shown
from hub.domain.inputs import Code, Text
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.staff import users as user_operations

resource = Resource("users")
PostName = Annotated[Post, Field(strict=False)]


class UnitShown(Shown):
    """单位."""

    code: str
    name: str
    parent_code: str | None


class NewUnit(Given):
    """A unit and the one above it."""

    code: Code
    name: Text
    parent_code: Code | None = None


class Held(Shown):
    """A post in a unit, as holder A or B."""

    post: str
    unit_code: str
    holder: str


class UserShown(Shown):
    """A member of staff."""

    id: UUID
    login: str
    name: str
    unit_code: str
    active: bool
    service: bool
    covered: bool
    """Whether you cover all of their posts, and so may act on them."""
    posts: list[Held]


class NewUser(Given):
    """A new member of staff."""

    login: Code
    name: Text
    unit_code: Code


class FirstPassword(Shown):
    """Shown once; it must be changed at the first sign-in."""

    password: str


class Granted(Shown):
    """Whether the post is held now; else the request that a second person confirms."""

    done: bool = True
    granted: bool
    request_id: UUID | None


class Grant(Given):
    """A post in a unit, as holder A or B."""

    post: PostName
    unit_code: Code
    holder: Literal["a", "b"] = "a"


class Revocation(Given):
    """A post in a unit."""

    post: PostName
    unit_code: Code


@resource.get("/units", user_operations.list_units)
def units(desk: Desk) -> list[UnitShown]:
    """All units."""
    return [UnitShown.model_validate(unit) for unit in user_operations.list_units(desk)]


@resource.change("POST", "/units", user_operations.create_unit, status=201)
def add_unit(desk: Desk, given: NewUnit) -> Done:
    """A new unit."""
    user_operations.create_unit(desk, given.code, given.name, given.parent_code)
    return Done()


@resource.get("/users", user_operations.list_users)
def users(desk: Desk) -> list[UserShown]:
    """The members of staff of your units."""
    return [_user(view) for view in user_operations.list_users(desk)]


def _user(view: user_operations.UserView) -> UserShown:
    user, posts = view.user, [Held.model_validate(post) for post in view.posts]
    columns = {name: getattr(user, name) for name in UserShown.model_fields if name not in ("posts", "covered")}
    return UserShown(**columns, posts=posts, covered=view.covered)


@resource.change("POST", "/users", user_operations.create_user, status=201)
def add_user(desk: Desk, given: NewUser) -> FirstPassword:
    """A new member of staff, without posts."""
    return FirstPassword(password=user_operations.create_user(desk, given.login, given.name, given.unit_code))


@resource.change("POST", "/users/{user_id}/posts", user_operations.grant_post, status=201)
def grant(desk: Desk, user_id: UUID, given: Grant) -> Granted:
    """Give a post; one that signs, checks or appoints, or for a user whose password you were shown, waits for a second person."""
    request = user_operations.grant_post(desk, user_id, given.post, given.unit_code, given.holder)
    return Granted(granted=request is None, request_id=request.id if request else None)


@resource.change("POST", "/users/{user_id}/posts/revoke", user_operations.revoke_post)
def revoke(desk: Desk, user_id: UUID, given: Revocation) -> Done:
    """Take a post away."""
    user_operations.revoke_post(desk, user_id, given.post, given.unit_code)
    return Done()


@resource.change("POST", "/users/{user_id}/deactivate", user_operations.deactivate_user)
def deactivate(desk: Desk, user_id: UUID) -> Done:
    """The person leaves; all their sessions end."""
    user_operations.deactivate_user(desk, user_id)
    return Done()
