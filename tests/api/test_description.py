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
