"""The staff console: one file per subject; pages come from templates, rules from operations alone."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from hub.domain.refusals import NotFound
from hub.lazy import load

from .refusals import not_understood
from .rendering import error_page, refusal_page

__all__ = ["error_page", "not_understood", "refusal_page", "router"]
OWN = Path(__file__).parent / "static"
NODE_MODULES = Path(__file__).parent.parent.parent / "node_modules"
# Front-end files served from the npm packages of package.json.
VENDOR = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "echarts.js": "echarts/dist/echarts.common.min.js",
}


def router() -> APIRouter:
    """All pages of the console, and the files that they load."""
    pages = APIRouter()
    # Loaded here: importing all pages takes two seconds, and most commands serve nothing.
    for room in load("hub.console.routers").DESKS:
        pages.include_router(room.router)
    pages.add_api_route("/assets/vendor/{name}", vendor, include_in_schema=False)
    pages.add_api_route("/assets/{name}", own, include_in_schema=False)
    return pages


def vendor(name: str) -> FileResponse:
    """A file of an npm package, by its name in the table."""
    return _file(NODE_MODULES / VENDOR[name] if name in VENDOR else None)


def own(name: str) -> FileResponse:
    """One of our own files."""
    # Compared with what is there instead of joined to the folder: a name such as `../settings` leads nowhere.
    return _file(next((path for path in OWN.iterdir() if path.name == name), None))


def _file(path: Path | None) -> FileResponse:
    if path is None or not path.is_file():
        raise NotFound(what="文件")
    # Seconds: an hour in the browser's cache, so that a new version of the hub is seen the same day.
    return FileResponse(path, headers={"Cache-Control": "max-age=3600"})
