"""A parameter that a route does not have is refused, as an unknown field of a body is; a moment is a moment (G3)."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from hub.domain.staff.posts import HUB
from hub.operations.office import Office
from tests.support import people
from tests.support.callers import Caller


@pytest.fixture
def clerk(caller: Caller, office: Office) -> TestClient:
    """A caller with every post in the whole company."""
    people.found(office)
    return caller("everyone", unit="3701")


@pytest.fixture
def customer_id(office: Office, clerk: TestClient) -> UUID:
    """A customer of 370101."""
    with office.desk(HUB) as desk:
        return people.customer(desk, 7).id


def flaws(answer: Any) -> list[tuple[str, str]]:
    assert answer.status_code == 422, (answer.status_code, answer.text[:200])
    return [(flaw["field"], flaw["rule"]) for flaw in answer.json()["errors"]]


def test_an_unknown_parameter_is_refused_by_every_route(app: FastAPI, clerk: TestClient) -> None:
    passed = []
    for path, methods in app.openapi()["paths"].items():
        url = re.sub(r"\{\w+\}", lambda _: str(uuid4()), path)
        for method in methods:
            answer = clerk.request(method, url, params={"bogus": "1"}, headers={"Idempotency-Key": uuid4().hex})
            if answer.status_code != 422 or flaws(answer) != [("query.bogus", "extra_forbidden")]:
                passed.append((method, path, answer.status_code))
    assert not passed


def test_words_in_the_address_do_not_list_all_customers(clerk: TestClient, customer_id: UUID) -> None:
    assert flaws(clerk.get("/api/v1/customers", params={"words": "😀"})) == [("query.words", "extra_forbidden")]
    assert len(clerk.get("/api/v1/customers", params={"limit": 5, "after": ""}).json()["items"]) == 1


@pytest.mark.parametrize("moment", ["9999999", "0", "-1", "1e9", "2020-01-01", "2020-01-01T00:00:00", "yesterday", ""])
def test_what_is_no_moment_is_refused(clerk: TestClient, customer_id: UUID, moment: str) -> None:
    answer = clerk.get(f"/api/v1/customers/{customer_id}/as-of", params={"moment": moment})
    (field, _), *more = flaws(answer)
    assert field == "query.moment" and not more
    assert "2026-01-31T08:30:00+08:00" in answer.json()["errors"][0]["problem"]


def test_a_number_in_a_body_is_no_moment_either(clerk: TestClient) -> None:
    body = {"user_id": str(uuid4()), "name": "x", "scopes": ["read"], "unit_code": "city", "expires_at": 1_800_000_000}
    answer = clerk.post("/api/v1/tokens", json=body, headers={"Idempotency-Key": uuid4().hex})
    assert flaws(answer) == [("body.expires_at", "not_a_moment")]


@pytest.mark.parametrize("moment", ["2199-01-01T00:00:00+08:00", "9999-12-31T00:00:00+08:00"])
def test_a_moment_still_to_come_shows_no_fields(clerk: TestClient, customer_id: UUID, moment: str) -> None:
    answer = clerk.get(f"/api/v1/customers/{customer_id}/as-of", params={"moment": moment})
    assert answer.status_code == 422 and "order_phone" not in answer.text


def test_a_moment_that_has_passed_shows_the_fields(clerk: TestClient, customer_id: UUID) -> None:
    answer = clerk.get(f"/api/v1/customers/{customer_id}/as-of", params={"moment": "2020-01-01T00:00:00+08:00"})
    assert answer.status_code == 200 and answer.json() == {}


@pytest.mark.parametrize(("path", "name"), [("tasks", "only"), ("onboardings", "step"), ("applications", "state")])
def test_a_filter_that_there_is_not_is_refused(clerk: TestClient, path: str, name: str) -> None:
    """Passed over, it would show everything as if it had been filtered."""
    answer = clerk.get(f"/api/v1/{path}", params={name: "zzz"})
    assert answer.status_code == 422 and clerk.get(f"/api/v1/{path}").status_code == 200
