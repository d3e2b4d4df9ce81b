"""Lists of new entrants (R7.1): upload and preview, apply, the returned file."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import File, Response, UploadFile

from hub.api.resource import Resource
from hub.api.shapes import Given, Made, Shown
from hub.domain.inputs import FieldValues
from hub.operations.desk import Desk
from hub.operations.onboarding import imports

resource = Resource("imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportShown(Shown):
    """One uploaded list and what is wrong with its lines."""

    id: UUID
    file_name: str
    state: str
    lines: int
    good: int
    bad: int
    unchanged: int
    problems: dict[str, Any]
    by_name: str
    at: datetime
    applied_at: datetime | None


class NewEntrant(Given):
    """One line of a list: catalogue fields by name."""

    values: FieldValues


@resource.change("POST", "/imports", imports.preview_import, status=201)
def preview(desk: Desk, file: Annotated[UploadFile, File()]) -> ImportShown:
    """Check a list (XLSX, CSV in UTF-8 or GB18030) line by line; nothing is taken over yet."""
    run = imports.preview_import(desk, file.filename or "", file.file.read())
    return ImportShown.model_validate(run)


@resource.get("/imports", imports.list_imports)
def list_them(desk: Desk) -> list[ImportShown]:
    """The lists uploaded, newest first."""
    return [ImportShown.model_validate(run) for run in imports.list_imports(desk)]


@resource.get("/imports/{import_id}", imports.show_import)
def show(desk: Desk, import_id: UUID) -> ImportShown:
    """One list."""
    return ImportShown.model_validate(imports.show_import(desk, import_id))


@resource.change("POST", "/imports/{import_id}/apply", imports.apply_import)
def apply(desk: Desk, import_id: UUID) -> ImportShown:
    """Take the good lines over."""
    return ImportShown.model_validate(imports.apply_import(desk, import_id))


@resource.download("/imports/{import_id}/returned", imports.returned_file, XLSX)
def returned(desk: Desk, import_id: UUID) -> Response:
    """The bad lines, with a column that says what is wrong and how to mend it."""
    headers = {"Content-Disposition": f'attachment; filename="returned-{import_id}.xlsx"'}
    return Response(imports.returned_file(desk, import_id), headers=headers, media_type=XLSX)


@resource.change("POST", "/customers", imports.add_new_entrant, status=201)
def add(desk: Desk, given: NewEntrant) -> Made:
    """One new entrant, as one line of a list."""
    return Made(id=imports.add_new_entrant(desk, dict(given.values)))
