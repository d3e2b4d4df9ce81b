"""The REST API, one file per resource."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from hub.lazy import load

from . import operations
from .problems import Problem

# Headers without which a call is refused. Our own refusals (400, 428) do that, so the endpoints declare them optional
# and FastAPI would describe them as such.
DEMANDED = ("idempotency-key", "if-match")
LICENCE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}


def router() -> APIRouter:
    """All routes of version 1."""
    api = APIRouter(prefix="/api/v1")
    # Loaded here: importing all resources takes a second, and most commands serve nothing.
    routers = load("hub.api.routers")
    for part in routers.WITHOUT_OPERATION:
        api.include_router(part)
    for module in routers.RESOURCES:
        api.include_router(module.resource.router)
    api.include_router(operations.plain_routes())
    return api


def description(app: FastAPI) -> dict[str, Any]:
    """The API's description (OpenAPI 3.1), with the shape of a problem."""
    # Built at the first request and kept, since the routes do not change while the hub runs.
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes, license_info=LICENCE)
        shapes = schema.setdefault("components", {}).setdefault("schemas", {})
        problem_shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        # No endpoint returns a Problem, so FastAPI would leave its shape out, to which all error answers refer.
        shapes |= problem_shape.pop("$defs") | {"Problem": problem_shape}
        _demand(schema)
        app.openapi_schema = schema
    return app.openapi_schema


def _demand(schema: dict[str, Any]) -> None:
    """Describe the headers that calls are refused without as required."""
    calls = (call for methods in schema["paths"].values() for call in methods.values())
    for parameter in (parameter for call in calls for parameter in call.get("parameters", [])):
        if parameter["in"] == "header" and parameter["name"] in DEMANDED:
            parameter |= {"required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 255}}
