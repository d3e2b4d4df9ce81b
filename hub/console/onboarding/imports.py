"""The licence officer's list: upload, preview, returned lines, import with its progress."""

import threading
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response

from hub.console.pages import page
from hub.console.rendering import back, desk, language
from hub.domain.refusals import Refusal
from hub.operations.desk import Desk
from hub.operations.office import operation_of
from hub.operations.onboarding import import_progress
from hub.operations.onboarding import imports as import_operations
from hub.operations.onboarding.files import template as list_template
from hub.operations.operation import authorise

router = APIRouter(prefix="/imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


_list = page(router, "", "onboarding/imports.html", {"runs": import_operations.list_imports})


@router.post("")
def upload(request: Request, file: Annotated[UploadFile, File()]) -> Response:
    """Check a list and show what is right and wrong in it."""
    try:
        with desk(request) as officer:
            run = import_operations.preview_import(officer, file.filename or "list", file.file.read())
    except Refusal as refusal:
        return _list(request, refusal)
    return back(f"/imports/{run.id}")


@router.get("/template")
def template(request: Request) -> Response:
    """An empty list with the headings that are read, in the reader's language."""
    with desk(request) as officer:
        authorise(officer, operation_of(import_operations.preview_import))
    # RFC 6266: a plain name for old clients, and the Chinese one percent-encoded.
    names = "filename=\"template.xlsx\"; filename*=UTF-8''%E6%96%B0%E5%85%A5%E7%BD%91%E6%88%B7.xlsx"
    content = list_template.template(language(request))
    return Response(content, media_type=XLSX, headers={"Content-Disposition": f"attachment; {names}"})


def _shown(reader: Desk, import_id: UUID) -> dict[str, object]:
    """A list's preview or result, and how far its import is."""
    run = import_operations.show_import(reader, import_id)
    under_way = run.progress if run.progress and not run.progress.over else None
    refusal = run.progress.refusal if run.progress and run.state == "previewed" else None
    return {"run": run, "under_way": under_way, "refusal": refusal}


def _over(shown: Mapping[str, Any]) -> bool:
    return shown["under_way"] is None


ONE = "/{import_id}"
page(router, ONE, "onboarding/import.html", _shown)
page(router, f"{ONE}/progress", "onboarding/_import_progress.html", _shown, over=_over)


@router.post("/{import_id}/apply")
def apply(request: Request, import_id: UUID) -> Response:
    """Take the good lines over in a thread, while the page shows the progress.

    `begin_import` is committed first, so that a second press of the button finds the import begun.
    """
    with desk(request) as officer:
        authorise(officer, operation_of(import_operations.apply_import))
        begun = import_operations.begin_import(officer, import_id)
    if begun:
        worker = threading.Thread(target=_carry_out, args=(request, import_id), name="import", daemon=True)
        worker.start()
        # Seconds: a short list is done by then, and its page shows the result at once.
        worker.join(0.5)
    return back(f"/imports/{import_id}")


def _carry_out(request: Request, import_id: UUID) -> None:
    # In a transaction of its own, or the page would see no progress before the import is committed.
    def report(done: int, total: int) -> None:
        with desk(request) as reporter:
            import_progress.record_progress(reporter, import_id, done, total)

    refused = None
    try:
        with desk(request) as officer:
            import_operations.apply_import(officer, import_id, report)
    except Refusal as refusal:
        refused = refusal
    # Whatever happened, the import is marked as ended: the page would wait for ever otherwise.
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
