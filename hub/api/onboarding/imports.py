"""Lists of new entrants (R7.1): upload and preview, apply, the returned file."""

from typing import Annotated
from uuid import UUID

from fastapi import File, Response, UploadFile

from hub.api.resource import Resource
from hub.operations.desk import Desk
from hub.operations.onboarding import imports

resource = Resource("imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@resource.change("POST", "/imports", imports.preview_import, status=201)
def preview(desk: Desk, file: Annotated[UploadFile, File()]) -> imports.ImportView:
    """Check a list (XLSX, CSV in UTF-8 or GB18030) line by line; nothing is taken over yet."""
    return imports.preview_import(desk, file.filename or "", file.file.read())


@resource.change("POST", "/imports/{import_id}/apply", imports.apply_import)
def apply(desk: Desk, import_id: UUID) -> imports.ImportView:
    """Take the good lines over."""
    return imports.apply_import(desk, import_id)


@resource.download("/imports/{import_id}/returned", imports.returned_file, XLSX)
def returned(desk: Desk, import_id: UUID) -> Response:
    """The bad lines, with a column that says what is wrong and how to correct it."""
    headers = {"Content-Disposition": f'attachment; filename="returned-{import_id}.xlsx"'}
    return Response(imports.returned_file(desk, import_id), headers=headers, media_type=XLSX)


resource.shows("/imports", imports.list_imports, "list_them")
resource.shows("/imports/{import_id}", imports.show_import, "show")
resource.does("POST", "/customers", imports.add_new_entrant, "add", status=201)
