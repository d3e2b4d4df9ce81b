"""A company and two counties with people at the posts that matter for who may do what."""

from dataclasses import dataclass

from hub.domain.staff.posts import Actor, Post
from hub.operations.office import Office
from hub.operations.staff.sign_in.sign_in import actor_of
from hub.registry.schema import User
from hub.registry.staff.users import by_login, posts_of

from . import posts as support

CITY, COUNTY, OTHER = "3701", "370101", "370102"
STAFF = {
    "centre0": (CITY, Post.INFORMATION_CENTRE),
    "centre00": (CITY, Post.INFORMATION_CENTRE),
    "control0": (CITY, Post.INTERNAL_CONTROL),
    "chief0": (CITY, Post.SECTION_CHIEF),
    "centre1": (COUNTY, Post.INFORMATION_CENTRE),
    "control1": (COUNTY, Post.INTERNAL_CONTROL),
    "chief1": (COUNTY, Post.SECTION_CHIEF),
    "clerk1": (COUNTY, Post.STATISTICS_CLERK),
    "centre2": (OTHER, Post.INFORMATION_CENTRE),
    "control2": (OTHER, Post.INTERNAL_CONTROL),
    "clerk2": (OTHER, Post.STATISTICS_CLERK),
}
"""Login, unit and post: the digit tells the unit."""


@dataclass(frozen=True)
class Staffed:
    """The office with its people."""

    office: Office

    def user(self, login: str) -> User:
        """Somebody's row."""
        with self.office.store.transaction() as tx:
            user = by_login(tx, login)
            assert user is not None
            return user

    def actor(self, login: str) -> Actor:
        """Somebody as they are now."""
        with self.office.store.transaction() as tx:
            user = by_login(tx, login)
            assert user is not None
            return actor_of(tx, user)

    def grants(self, login: str) -> set[tuple[str, str]]:
        """What somebody holds."""
        with self.office.store.transaction() as tx:
            user = by_login(tx, login)
            assert user is not None
            return {(grant.post, grant.unit_code) for grant in posts_of(tx, user.id)}


def staffed(office: Office) -> Staffed:
    """Let everybody of STAFF be there."""
    with office.store.transaction() as tx:
        desk = office.desk_in(tx, Actor(None, "x", frozenset()))
        for login, (unit, post) in STAFF.items():
            support.person(desk, login, (post, "a"), unit=unit)
    return Staffed(office)
