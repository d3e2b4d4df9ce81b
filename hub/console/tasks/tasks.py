"""Tasks: all of a desk, one of them, its end by hand, handing it on (R15.1)."""

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.forms import post
from hub.console.rendering import PAGE, desk, refusal_page, render
from hub.domain.refusals import Refusal
from hub.operations.tasks import enquiries, tasks

router = APIRouter()
ONLY = ("late", "blocks", "mine")


@router.get("/tasks")
def listing(request: Request, page: str = "1", kind: str = "", only: str = "") -> Response:
    """The caller's tasks, the most urgent first; of one kind, late, blocking an order, or handed to the caller."""
    number = int(page) if page.isdecimal() and len(page) < 5 and int(page) > 0 else 1
    with desk(request) as reader:
        inbox = tasks.inbox(reader, PAGE, number, kind, only)
    words = {"kind": kind, "only": only, "ways": ONLY}
    return render(request, "tasks/list.html", inbox=inbox, number=number, last=-(-inbox.chosen // PAGE), words=words)


@router.get("/tasks/{task_id}")
def show(request: Request, task_id: UUID) -> Response:
    """One task."""
    return _page(request, task_id)


def _page(request: Request, task_id: UUID, refusal: Refusal | None = None) -> Response:
    try:
        with desk(request) as reader:
            page = tasks.show_task(reader, task_id)
    except Refusal as gone:
        return refusal_page(request, refusal or gone)
    return render(request, "tasks/page.html", refusal.status if refusal else 200, page=page, refusal=refusal)


def _refused(request: Request, refusal: Refusal, **path: object) -> Response:
    return refusal_page(request, refusal)


MATTERS = "/customers/{customer_id}/matters"
post(router, "/tasks/{task_id}/finish", tasks.finish, "/tasks?done=task_finished", _page)
post(router, "/tasks/{task_id}/hand-over", tasks.hand_over, "/tasks?done=handed_over", _page)
post(router, MATTERS, enquiries.take_matter, "/customers/{customer_id}?done=matter_taken", _refused)
