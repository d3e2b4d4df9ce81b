"""The staff console: one file per desk; pages from templates, rules from operations alone."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from hub.app import Hub
from hub.domain.refusals import NotFound

from . import ask_pages, binding_pages, channel_pages, customer_pages, import_pages, session_pages, staff_pages
from .pages import refusal_page

__all__ = ["refusal_page", "router"]
OWN = Path(__file__).parent / "static"
VENDOR = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
}
"""Front-end files served from the npm packages of package.json."""
NODE_MODULES = Path(__file__).parent.parent.parent / "node_modules"


def router(hub: Hub) -> APIRouter:
    """All pages of the console."""
    found = APIRouter()
    desks = (session_pages, customer_pages, import_pages, binding_pages, ask_pages, channel_pages, staff_pages)
    for desk in desks:
        found.include_router(desk.router)
    found.add_api_route("/assets/{name}", asset, include_in_schema=False)
    return found


def asset(name: str) -> FileResponse:
    """One of our own or the vendors' files, by its name in the table."""
    path = NODE_MODULES / VENDOR[name] if name in VENDOR else OWN / name
    if (name not in VENDOR and path not in OWN.iterdir()) or not path.is_file():
        raise NotFound(what="文件")
    return FileResponse(path, headers={"Cache-Control": "max-age=3600"})
