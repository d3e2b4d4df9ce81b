"""The licence officer's list: upload, preview, returned lines, import."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response

from hub.domain.refusals import Refusal
from hub.operations import onboarding

from .pages import back, desk, render

router = APIRouter(prefix="/imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _list(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        runs = onboarding.list_imports(found)
        return render(request, "imports.html", refusal.status if refusal else 200, runs=runs, refusal=refusal)


@router.get("")
def listing(request: Request) -> Response:
    """Earlier lists, and the form for a new one."""
    return _list(request)


@router.post("")
def upload(request: Request, file: Annotated[UploadFile, File()]) -> Response:
    """Check a list and show what is right and wrong in it."""
    try:
        with desk(request) as found:
            run = onboarding.preview_import(found, file.filename or "list", file.file.read())
    except Refusal as refusal:
        return _list(request, refusal)
    return back(f"/imports/{run.id}")


@router.get("/{import_id}")
def page(request: Request, import_id: UUID) -> Response:
    """A list's preview or result."""
    with desk(request) as found:
        return render(request, "import.html", run=onboarding.show_import(found, import_id))


@router.post("/{import_id}/apply")
def apply(request: Request, import_id: UUID) -> Response:
    """Take the good lines in."""
    with desk(request) as found:
        onboarding.apply_import(found, import_id)
    return back(f"/imports/{import_id}")


@router.get("/{import_id}/returned")
def returned(request: Request, import_id: UUID) -> Response:
    """The bad lines as a file."""
    with desk(request) as found:
        content = onboarding.returned_file(found, import_id)
    headers = {"Content-Disposition": 'attachment; filename="returned.xlsx"'}
    return Response(content, media_type=XLSX, headers=headers)
