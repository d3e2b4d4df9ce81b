"""Calls of the API, in short."""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

from httpx import Response
from starlette.testclient import TestClient

from hub.operations.desk import Desk
from hub.registry.schema import Customer
from tests.support import people


def send(client: TestClient, path: str, method: str = "POST", **given: Any) -> Response:
    """A change with a key of its own."""
    return client.request(method, f"/api/v1{path}", json=given or None, headers={"Idempotency-Key": uuid4().hex})


def read(client: TestClient, path: str) -> Any:
    """What a reading route says."""
    answer = client.get(f"/api/v1{path}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def walk(routes: Sequence[Any]) -> Iterator[tuple[str, str]]:
    """Method and whole path of all routes, those of included routers too."""
    for route in routes:
        if hasattr(route, "effective_candidates"):
            yield from walk(route.effective_candidates())
        else:
            yield from ((method, route.path) for method in getattr(route, "methods", None) or ())


def cash(desk: Desk, **values: str) -> Customer:
    """A customer who pays cash."""
    row = people.customer(desk, 1)
    row.values = values
    desk.tx.flush()
    return row
