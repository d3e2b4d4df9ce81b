"""The licence officer's list: upload, preview, returned lines, import with its progress."""

import threading
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response

from hub.console.rendering import back, desk, render
from hub.domain.refusals import Refusal
from hub.operations.office import operation_of
from hub.operations.onboarding import import_progress
from hub.operations.onboarding import imports as import_operations
from hub.operations.operation import authorise

router = APIRouter(prefix="/imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _list(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as officer:
        runs = import_operations.list_imports(officer)
    return render(request, "onboarding/imports.html", refusal.status if refusal else 200, runs=runs, refusal=refusal)


@router.get("")
def listing(request: Request) -> Response:
    """Earlier lists, and the form for a new one."""
    return _list(request)


@router.post("")
def upload(request: Request, file: Annotated[UploadFile, File()]) -> Response:
    """Check a list and show what is right and wrong in it."""
    try:
        with desk(request) as officer:
            run = import_operations.preview_import(officer, file.filename or "list", file.file.read())
    except Refusal as refusal:
        return _list(request, refusal)
    return back(f"/imports/{run.id}")


def _page(request: Request, import_id: UUID, template: str) -> tuple[bool, Response]:
    """Whether the import is under way, and the page."""
    with desk(request) as officer:
        run = import_operations.show_import(officer, import_id)
    under_way = run.progress if run.progress and not run.progress.over else None
    refusal = run.progress.refusal if run.progress and run.state == "previewed" else None
    return under_way is not None, render(request, template, run=run, under_way=under_way, refusal=refusal)


@router.get("/{import_id}")
def page(request: Request, import_id: UUID) -> Response:
    """A list's preview or result."""
    return _page(request, import_id, "onboarding/import.html")[1]


@router.get("/{import_id}/progress")
def progress(request: Request, import_id: UUID) -> Response:
    """The bar; when the import is over, the whole page is loaded again."""
    under_way, answer = _page(request, import_id, "onboarding/_import_progress.html")
    if not under_way:
        answer.headers["HX-Refresh"] = "true"
    return answer


@router.post("/{import_id}/apply")
def apply(request: Request, import_id: UUID) -> Response:
    """Take the good lines over in a thread of their own: the page shows how far it is."""
    with desk(request) as officer:
        authorise(officer, operation_of(import_operations.apply_import))
        begun = import_operations.begin_import(officer, import_id)
    if begun:
        worker = threading.Thread(target=_carry_out, args=(request, import_id), name="import", daemon=True)
        worker.start()
        worker.join(0.5)
    return back(f"/imports/{import_id}")


def _carry_out(request: Request, import_id: UUID) -> None:
    def report(done: int, total: int) -> None:
        with desk(request) as reporter:
            import_progress.record_progress(reporter, import_id, done, total)

    refused = None
    try:
        with desk(request) as officer:
            import_operations.apply_import(officer, import_id, report)
    except Refusal as refusal:
        refused = refusal
    finally:
        with desk(request) as officer:
            import_progress.end_import(officer, import_id, refused)


@router.get("/{import_id}/returned")
def returned(request: Request, import_id: UUID) -> Response:
    """The bad lines as a file."""
    with desk(request) as officer:
        content = import_operations.returned_file(officer, import_id)
    headers = {
        "Content-Disposition": "attachment; filename=\"returned.xlsx\"; filename*=UTF-8''%E9%80%80%E5%9B%9E.xlsx"
    }
    return Response(content, media_type=XLSX, headers=headers)
