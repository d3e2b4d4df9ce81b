"""The REST API, one file per resource."""

from fastapi import APIRouter

from hub.app import Hub

from . import accounts, asks, channels, customers, evidence, imports, operations, papers, people, sessions

RESOURCES = (customers, imports, evidence, papers, accounts, asks, channels, people, sessions)
WITHOUT_OPERATION = (sessions.signing, operations.table)


def router(hub: Hub) -> APIRouter:
    """All routes of version 1."""
    api = APIRouter(prefix="/api/v1")
    for part in WITHOUT_OPERATION:
        api.include_router(part)
    for module in RESOURCES:
        api.include_router(module.resource.router)
    return api
