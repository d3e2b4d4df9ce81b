"""Handing a task on, from the home page (R15.1)."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from hub.operations import tasks

from .pages import act, refusal_page

router = APIRouter(prefix="/tasks")
Text = Annotated[str, Form()]


@router.post("/{task_id}/hand-over")
def hand_over(request: Request, task_id: UUID, to: Text = "", why: Text = "") -> Response:
    """Give it to another holder of its post."""
    return act(
        request,
        lambda found: tasks.hand_over(found, task_id, to.strip(), why),
        "/?done=handed_over",
        lambda refusal: refusal_page(request, refusal),
    )
