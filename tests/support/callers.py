"""A running API on a fresh database, with members of staff who signed in by it."""

from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from hub import server
from hub.app import Hub
from hub.channels.host import Partners
from hub.domain.staff.posts import HUB, Post
from hub.operations.office import Office
from hub.operations.staff import users
from hub.operations.staff.sign_in.sign_in import hash_password
from hub.registry.schema import UserPost
from hub.registry.staff.users import by_login
from hub.settings import HubSettings

PASSWORD = "Correct-horse-9-battery"
Caller = Callable[..., TestClient]


@pytest.fixture
def hub(office: Office) -> Hub:
    """A hub without partners."""
    return Hub(HubSettings(), office, Partners())


@pytest.fixture
def app(hub: Hub) -> FastAPI:
    """The application."""
    return server.build(hub)


@pytest.fixture
def nobody(app: FastAPI) -> Iterator[TestClient]:
    """A caller who is not signed in."""
    with TestClient(app, headers={"Accept-Language": "en"}) as client:
        yield client


@pytest.fixture
def units(office: Office) -> None:
    """A company with two county departments."""
    known = {unit.code for unit in office.perform(HUB, users.list_units)}
    for code, parent in (("city", None), ("east", "city"), ("west", "city")):
        if code not in known:
            office.perform(HUB, users.create_unit, code, code, parent)


def new_user(office: Office, login: str, posts: set[Post], unit: str) -> str:
    """A member of staff with posts in a unit; returns the one-time password."""
    with office.desk(HUB) as desk:
        once = users.create_user(desk, login, login, unit)
        user = by_login(desk.tx, login)
        assert user is not None
        desk.tx.add_all(UserPost(user_id=user.id, post=post, unit_code=unit) for post in posts)
    return once


def own_password(office: Office, login: str, password: str) -> None:
    """Let somebody have a password of their own, as if they had changed the first one."""
    with office.store.transaction() as tx:
        user = by_login(tx, login)
        assert user is not None
        user.must_change, user.password_hash = False, hash_password(password)


@pytest.fixture
def caller(app: FastAPI, office: Office, units: None) -> Caller:
    """Makes callers: signed in with a password of their own, with posts in a unit."""

    def make(login: str = "clerk", posts: set[Post] = frozenset(Post), unit: str = "city") -> TestClient:  # type: ignore[assignment]
        new_user(office, login, set(posts), unit)
        own_password(office, login, PASSWORD)
        client = TestClient(app, headers={"Accept-Language": "en"})
        sign_in(client, login, PASSWORD)
        return client

    return make


def sign_in(client: TestClient, login: str, password: str) -> None:
    """Put a fresh bearer token into the client's headers."""
    answer = client.post("/api/v1/sessions", json={"login": login, "password": password})
    assert answer.status_code == 201, answer.text
    client.headers["Authorization"] = f"Bearer {answer.json()['token']}"


@pytest.fixture
def clerk(caller: Caller) -> TestClient:
    """A caller who holds every post in the company."""
    return caller()
