"""Tasks: all of a desk, one of them, its end by hand, handing it on (R15.1)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.console.rendering import PAGE, act, desk, refusal_page, render
from hub.domain.refusals import Refusal
from hub.operations.tasks import enquiries, tasks

router = APIRouter()
Text = Annotated[str, Form()]
ONLY = ("late", "blocks", "mine")


@router.get("/tasks")
def listing(request: Request, page: str = "1", kind: str = "", only: str = "") -> Response:
    """The caller's tasks, the most harmful first; of one kind, late, blocking an order, or handed to the caller."""
    number = int(page) if page.isdecimal() and len(page) < 5 and int(page) > 0 else 1
    with desk(request) as found:
        inbox = tasks.inbox(found, PAGE, number, kind, only)
        words = {"kind": kind, "only": only, "ways": ONLY}
        return render(
            request, "tasks/list.html", inbox=inbox, number=number, last=-(-inbox.chosen // PAGE), words=words
        )


@router.get("/tasks/{task_id}")
def show(request: Request, task_id: UUID) -> Response:
    """One task."""
    return _show(request, task_id)


def _show(request: Request, task_id: UUID, refusal: Refusal | None = None) -> Response:
    try:
        with desk(request) as found:
            task = tasks.show_task(found, task_id)
            return render(request, "tasks/page.html", refusal.status if refusal else 200, page=task, refusal=refusal)
    except Refusal as gone:
        return refusal_page(request, refusal or gone)


@router.post("/tasks/{task_id}/finish")
def finish(request: Request, task_id: UUID, outcome: Text = "") -> Response:
    """Say how it ended."""
    return act(
        request,
        lambda found: tasks.finish(found, task_id, outcome),
        "/tasks?done=task_finished",
        lambda refusal: _show(request, task_id, refusal),
    )


@router.post("/tasks/{task_id}/hand-over")
def hand_over(request: Request, task_id: UUID, to: Text = "", why: Text = "") -> Response:
    """Give it to another holder of its post."""
    return act(
        request,
        lambda found: tasks.hand_over(found, task_id, to.strip(), why),
        "/tasks?done=handed_over",
        lambda refusal: _show(request, task_id, refusal),
    )


@router.post("/customers/{customer_id}/matters")
def take_matter(request: Request, customer_id: UUID, words: Text = "") -> Response:
    """A customer brought something."""
    return act(
        request,
        lambda found: enquiries.take_matter(found, customer_id, words),
        f"/customers/{customer_id}?done=matter_taken",
        lambda refusal: refusal_page(request, refusal),
    )
