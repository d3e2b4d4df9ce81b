"""What operations on users return: users with their posts, units, the outcome of a grant or a reset."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.operations.views import WaitsFor


@dataclass(frozen=True)
class Held:
    """A post in a unit, as holder A or B."""

    post: str
    unit_code: str
    holder: str


@dataclass(frozen=True)
class UserView:
    """A user with their posts.

    `covered`: the caller covers all of these posts, and so may act on the user. `locked_until`: until when the login is
    locked, in one known browser or in all unknown ones.
    """

    id: UUID
    login: str
    name: str
    unit_code: str
    active: bool
    service: bool
    must_change: bool
    covered: bool
    posts: list[Held]
    locked_until: datetime | None


@dataclass(frozen=True)
class UnitView:
    """A unit, and the one above it."""

    code: str
    name: str
    parent_code: str | None


@dataclass(frozen=True)
class Granted:
    """Whether the post is held now; else the request that a second person confirms."""

    granted: bool
    request_id: UUID | None = None
    done: bool = True
    waits_for: WaitsFor | None = None


@dataclass(frozen=True)
class Reset:
    """The one-time password, shown once; or the request by which it waits for someone of the user's unit."""

    password: str | None
    request_id: UUID | None
    waits_for: WaitsFor | None = None
