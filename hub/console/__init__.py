"""The staff console: one file per desk; pages from templates, rules from operations alone."""

from pathlib import Path

from fastapi import APIRouter
from fastapi.responses import FileResponse

from hub.app import Hub
from hub.domain.refusals import NotFound

from . import (
    access_pages,
    application_pages,
    ask_pages,
    binding_pages,
    calendar_pages,
    card_pages,
    change_pages,
    channel_page,
    channel_pages,
    cover_pages,
    coverage_page,
    custody_pages,
    customer_pages,
    difference_pages,
    driver_pages,
    export_pages,
    grade_pages,
    import_pages,
    mail_pages,
    message_pages,
    notice_pages,
    onboarding_pages,
    order_pages,
    outage_pages,
    paper_pages,
    phone_pages,
    power_cut_pages,
    route_pages,
    scenario_pages,
    schedule_pages,
    session_pages,
    settings_pages,
    staff_pages,
    task_pages,
    timeline_page,
    timeliness_page,
    token_pages,
    unit_rule_pages,
)
from .pages import error_page, refusal_page
from .refusals import not_understood

__all__ = ["error_page", "not_understood", "refusal_page", "router"]
OWN = Path(__file__).parent / "static"
NODE_MODULES = Path(__file__).parent.parent.parent / "node_modules"
VENDOR = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "echarts.js": "echarts/dist/echarts.common.min.js",
}
"""Front-end files served from the npm packages of package.json."""
DESKS = (
    session_pages,
    customer_pages,
    timeline_page,
    paper_pages,
    import_pages,
    grade_pages,
    onboarding_pages,
    binding_pages,
    change_pages,
    card_pages,
    outage_pages,
    order_pages,
    application_pages,
    ask_pages,
    message_pages,
    channel_page,
    channel_pages,
    settings_pages,
    difference_pages,
    schedule_pages,
    calendar_pages,
    power_cut_pages,
    task_pages,
    notice_pages,
    cover_pages,
    custody_pages,
    mail_pages,
    message_pages,
    timeliness_page,
    coverage_page,
    unit_rule_pages,
    export_pages,
    phone_pages,
    route_pages,
    scenario_pages,
    driver_pages,
    staff_pages,
    token_pages,
    access_pages,
)


def router(hub: Hub) -> APIRouter:
    """All pages of the console, and the files that they load."""
    found = APIRouter()
    for desk in DESKS:
        found.include_router(desk.router)
    found.add_api_route("/assets/vendor/{name}", vendor, include_in_schema=False)
    found.add_api_route("/assets/{name}", own, include_in_schema=False)
    return found


def vendor(name: str) -> FileResponse:
    """A file of an npm package, by its name in the table."""
    return _file(NODE_MODULES / VENDOR[name] if name in VENDOR else None)


def own(name: str) -> FileResponse:
    """One of our own files."""
    return _file(next((path for path in OWN.iterdir() if path.name == name), None))


def _file(path: Path | None) -> FileResponse:
    if path is None or not path.is_file():
        raise NotFound(what="文件")
    return FileResponse(path, headers={"Cache-Control": "max-age=3600"})
