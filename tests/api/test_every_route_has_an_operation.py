"""No route without an operation, and no changing route without a key (ADR 0008)."""

from typing import Any

from fastapi import FastAPI

from hub.api.routers import WITHOUT_OPERATION
from hub.operations.operation import OPERATIONS

OPEN = {"POST /api/v1/sessions", "DELETE /api/v1/sessions", "GET /api/v1/operations"}
"""Before there is an actor, to stop being one, and the table itself."""

COUNTED = ("/reveal", "/exports/{export_id}/file")
"""Taken once more is written down once more."""
ONCE = ("/access-requests/{request_id}/password", "/access-requests/{request_id}/token")
"""Taken once; no copy of the answer is kept for a repeat, because it is a password or a token."""


def routes(app: FastAPI) -> dict[str, dict[str, Any]]:
    paths = app.openapi()["paths"]
    return {f"{method.upper()} {path}": entry for path, methods in paths.items() for method, entry in methods.items()}


def test_every_route_names_its_operation(app: FastAPI) -> None:
    without = {name for name, entry in routes(app).items() if entry.get("x-operation") not in OPERATIONS}
    assert without == OPEN
    assert sum(len(part.routes) for part in WITHOUT_OPERATION) == len(OPEN)


def test_every_changing_operation_asks_for_a_key(app: FastAPI) -> None:
    for name, entry in routes(app).items():
        if name in OPEN:
            continue
        changes = OPERATIONS[entry["x-operation"]].changes
        keyed = any(parameter["name"] == "idempotency-key" for parameter in entry.get("parameters", []))
        assert keyed == ("400" in entry["responses"]), name
        if changes and not name.endswith(COUNTED + ONCE):
            assert keyed and not name.startswith("GET"), f"{name} changes something without a key"
        if name.startswith("GET"):
            assert not changes and not keyed, f"{name} is a GET that changes something"


def test_every_route_documents_its_problems(app: FastAPI) -> None:
    for name, entry in routes(app).items():
        for status, answer in entry["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], name
