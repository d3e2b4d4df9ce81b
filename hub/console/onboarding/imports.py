"""The licence officer's list: upload, preview, returned lines, import with its progress."""

import threading
from dataclasses import dataclass, field
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import Response

from hub.console.rendering import back, desk, render
from hub.domain.refusals import Refusal
from hub.operations.office import operation_of
from hub.operations.onboarding import imports as import_operations
from hub.operations.operation import authorise

router = APIRouter(prefix="/imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Running:
    """An import under way in this process; after a crash the list is simply still to be confirmed."""

    done: int = 0
    total: int = 0
    over: bool = False
    refusal: Refusal | None = None

    @property
    def percent(self) -> int:
        """How far it is."""
        return 100 * self.done // self.total if self.total else 0


@dataclass
class Imports:
    """The imports of this process, by id."""

    running: dict[UUID, Running] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, import_id: UUID) -> Running | None:
        """A place for a new run; None when it runs already."""
        with self.lock:
            found = self.running.get(import_id)
            if found is not None and not found.over:
                return None
            self.running[import_id] = Running()
            return self.running[import_id]


imports = Imports()


def _list(request: Request, refusal: Refusal | None = None) -> Response:
    with desk(request) as found:
        runs = import_operations.list_imports(found)
        return render(
            request, "onboarding/imports.html", refusal.status if refusal else 200, runs=runs, refusal=refusal
        )


@router.get("")
def listing(request: Request) -> Response:
    """Earlier lists, and the form for a new one."""
    return _list(request)


@router.post("")
def upload(request: Request, file: Annotated[UploadFile, File()]) -> Response:
    """Check a list and show what is right and wrong in it."""
    try:
        with desk(request) as found:
            run = import_operations.preview_import(found, file.filename or "list", file.file.read())
    except Refusal as refusal:
        return _list(request, refusal)
    return back(f"/imports/{run.id}")


def _page(request: Request, import_id: UUID, template: str) -> Response:
    now = imports.running.get(import_id)
    with desk(request) as found:
        run = import_operations.show_import(found, import_id)
        under_way = now if now and not now.over else None
        refusal = now.refusal if now and run.state == "previewed" else None
        return render(request, template, run=run, under_way=under_way, refusal=refusal)


@router.get("/{import_id}")
def page(request: Request, import_id: UUID) -> Response:
    """A list's preview or result."""
    return _page(request, import_id, "onboarding/import.html")


@router.get("/{import_id}/progress")
def progress(request: Request, import_id: UUID) -> Response:
    """The bar; when the import is over, the whole page comes anew."""
    answer = _page(request, import_id, "onboarding/_import_progress.html")
    now = imports.running.get(import_id)
    if now is None or now.over:
        answer.headers["HX-Refresh"] = "true"
    return answer


@router.post("/{import_id}/apply")
def apply(request: Request, import_id: UUID) -> Response:
    """Take the good lines in, beside the requests: the page shows how far it is."""
    with desk(request) as found:
        import_operations.show_import(found, import_id)
        authorise(found, operation_of(import_operations.apply_import))
    begun = imports.begin(import_id)
    if begun is not None:
        worker = threading.Thread(target=_carry_out, args=(request, import_id, begun), name="import", daemon=True)
        worker.start()
        worker.join(0.5)
    return back(f"/imports/{import_id}")


def _carry_out(request: Request, import_id: UUID, running: Running) -> None:
    def tell(done: int, total: int) -> None:
        running.done, running.total = done, total

    try:
        with desk(request) as found:
            import_operations.apply_import(found, import_id, tell)
    except Refusal as refusal:
        running.refusal = refusal
    finally:
        running.over = True


@router.get("/{import_id}/returned")
def returned(request: Request, import_id: UUID) -> Response:
    """The bad lines as a file."""
    with desk(request) as found:
        content = import_operations.returned_file(found, import_id)
    headers = {
        "Content-Disposition": "attachment; filename=\"returned.xlsx\"; filename*=UTF-8''%E9%80%80%E5%9B%9E.xlsx"
    }
    return Response(content, media_type=XLSX, headers=headers)
