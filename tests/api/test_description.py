"""The API's description is valid OpenAPI 3.1."""

from fastapi import FastAPI
from openapi_spec_validator import validate
from starlette.testclient import TestClient


def test_the_description_is_openapi_3_1(app: FastAPI, nobody: TestClient) -> None:
    described = nobody.get("/api/v1/openapi.json").json()
    assert described["openapi"].startswith("3.1")
    validate(described)


def test_no_documentation_page_loads_scripts_from_elsewhere(nobody: TestClient) -> None:
    assert nobody.get("/docs").status_code == nobody.get("/redoc").status_code == 404


def test_headers_without_which_a_call_is_refused_are_described_as_required(app: FastAPI) -> None:
    """A client that is made from the description sends what 400 key_missing and 428 version_missing ask for."""
    named: dict[str, set[bool]] = {}
    for methods in app.openapi()["paths"].values():
        for call in methods.values():
            for parameter in call.get("parameters", []):
                if parameter["in"] == "header":
                    named.setdefault(parameter["name"], set()).add(parameter["required"])
    assert named == {"idempotency-key": {True}, "if-match": {True}}
