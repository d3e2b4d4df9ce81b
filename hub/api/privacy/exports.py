"""Exports: asked for, permitted, taken (R18.1)."""

from datetime import date, datetime
from uuid import UUID

from fastapi import Response

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Made, Shown
from hub.domain.inputs import Code, Text
from hub.operations.desk import Desk
from hub.operations.privacy import exports
from hub.operations.privacy.exports import ExportRequest

resource = Resource("exports")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Asked(Given):
    """What is wanted, narrowed by what, and what for."""

    unit_code: Code
    fields: list[Code]
    filters: dict[str, str] = {}
    purpose: Text


class Decision(Given):
    """Yes or no; `shown` is the hash that the list gave."""

    permit: bool
    why: str = ""
    shown: Text


class TakingShown(Shown):
    """One file that left; `sha256` in hex."""

    at: datetime
    by_name: str
    rows: int
    sha256: str


class ExportShown(Shown):
    """An export."""

    id: UUID
    number: str
    unit_code: str
    fields: list[str]
    filters: dict[str, str]
    purpose: str
    shown: str
    rows: int
    state: str
    asked_by_name: str
    asked_at: datetime
    decided_by_name: str | None
    decided_at: datetime | None
    why: str | None
    until: date | None
    takings: list[TakingShown]


@resource.get("/exports", exports.list_exports)
def listing(desk: Desk) -> list[ExportShown]:
    """Exports of the caller's units, newest first."""
    return [_shown(view) for view in exports.list_exports(desk).exports]


def _shown(view: exports.ExportView) -> ExportShown:
    row = view.export
    takings = [
        TakingShown(at=each.at, by_name=each.by_name, rows=each.rows, sha256=each.sha256.hex()) for each in view.takings
    ]
    kept = {name: getattr(row, name) for name in ExportShown.model_fields if name not in ("shown", "takings")}
    return ExportShown(**kept, shown=row.shown_hash.hex(), takings=takings)


@resource.change("POST", "/exports", exports.ask_export, status=201)
def ask(desk: Desk, given: Asked) -> Made:
    """Ask for one."""
    return Made(id=exports.ask_export(desk, ExportRequest(**given.model_dump())))


@resource.change("POST", "/exports/{export_id}/decision", exports.decide_export)
def decide(desk: Desk, export_id: UUID, given: Decision) -> Done:
    """Permit or refuse it."""
    exports.decide_export(desk, export_id, given.permit, given.why, given.shown)
    return Done()


@resource.change("POST", "/exports/{export_id}/withdrawal", exports.withdraw_export)
def withdraw(desk: Desk, export_id: UUID) -> Done:
    """Take it back."""
    exports.withdraw_export(desk, export_id)
    return Done()


@resource.download("/exports/{export_id}/file", exports.take_export, WORKBOOK, "POST")
def take(desk: Desk, export_id: UUID) -> Response:
    """The workbook; posted, because each taking is written down."""
    file = exports.take_export(desk, export_id)
    name = f'attachment; filename="{file.name}"'
    return Response(file.content, media_type=WORKBOOK, headers={"Content-Disposition": name})
