"""The REST API, one file per resource."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from hub.app import Hub

from . import (
    access,
    accounts,
    applications,
    asks,
    audit,
    cards,
    channels,
    cover,
    coverage,
    custody,
    customers,
    differences,
    driving,
    evidence,
    exports,
    imports,
    mails,
    messages,
    notices,
    onboardings,
    operations,
    orders,
    outages,
    papers,
    people,
    phones,
    power_cuts,
    routes,
    schedules,
    sessions,
    tasks,
    timelines,
    timeliness,
    tokens,
    unit_rules,
)
from .problems import Problem

LICENCE = {"name": "Apache-2.0", "identifier": "Apache-2.0"}
RESOURCES = (
    customers,
    imports,
    onboardings,
    evidence,
    papers,
    accounts,
    applications,
    tasks,
    orders,
    cards,
    outages,
    asks,
    channels,
    messages,
    differences,
    people,
    access,
    schedules,
    sessions,
    tokens,
    cover,
    notices,
    mails,
    custody,
    timelines,
    timeliness,
    coverage,
    unit_rules,
    exports,
    phones,
    power_cuts,
    routes,
    driving,
    audit,
)
WITHOUT_OPERATION = (sessions.signing, operations.table)


def router(hub: Hub) -> APIRouter:
    """All routes of version 1."""
    api = APIRouter(prefix="/api/v1")
    for part in WITHOUT_OPERATION:
        api.include_router(part)
    for module in RESOURCES:
        api.include_router(module.resource.router)
    return api


def description(app: FastAPI) -> dict[str, Any]:
    """The API's description (OpenAPI 3.1), with the shape of a problem."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, routes=app.routes, license_info=LICENCE)
        shapes = schema.setdefault("components", {}).setdefault("schemas", {})
        problem_shape = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        shapes |= problem_shape.pop("$defs") | {"Problem": problem_shape}
        app.openapi_schema = schema
    return app.openapi_schema
