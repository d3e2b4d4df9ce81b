"""A county's office, whose information centre is signed in over the API."""

from uuid import UUID, uuid4

import pytest
from httpx import Response
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.office import Office
from hub.operations.staff import users
from hub.registry.staff.users import posts_of
from tests.support.callers import Caller, new_user

COUNTY, OTHER, CITY = "370101", "370102", "3701"


class County:
    """The county's information centre at its client, and the people of the office by login."""

    def __init__(self, client: TestClient, office: Office) -> None:
        self.client, self.office = client, office

    def post(self, path: str, **body: object) -> Response:
        """A changing call."""
        return self.client.post(f"/api/v1{path}", json=body or None, headers={"Idempotency-Key": uuid4().hex})

    def id_of(self, login: str) -> UUID:
        """Somebody's id, as the hub knows it."""
        return next(v.id for v in self.office.perform(HUB, users.list_users) if v.login == login)

    def grants_of(self, login: str) -> set[tuple[str, str]]:
        """What somebody holds in truth."""
        with self.office.store.transaction() as tx:
            return {(row.post, row.unit_code) for row in posts_of(tx, self.id_of(login))}

    def grant(self, login: str) -> Response:
        """The ordinary post that opens customers."""
        return self.post(f"/users/{self.id_of(login)}/posts", post=Post.STATISTICS_CLERK, unit_code=COUNTY)

    def control(self) -> Actor:
        """Its internal control, a second person."""
        return Actor(self.id_of("control1"), "control1", frozenset({(Post.INTERNAL_CONTROL, COUNTY)}))


@pytest.fixture
def county(caller: Caller, office: Office) -> County:
    """A county's information centre signed in, its colleagues, a clerk of another county, somebody of the city."""
    client = caller("centre1", {Post.INFORMATION_CENTRE}, COUNTY)
    new_user(office, "control1", {Post.INTERNAL_CONTROL}, COUNTY)
    new_user(office, "clerk1", {Post.STATISTICS_CLERK}, COUNTY)
    new_user(office, "clerk2", {Post.STATISTICS_CLERK}, OTHER)
    new_user(office, "city1", set(), CITY)
    return County(client, office)
