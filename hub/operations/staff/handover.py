"""Handover records: what was open at a post when its holder left, what was done by their return (R5.1)."""

from typing import Any

from hub.operations.desk import Desk
from hub.ports import SHANGHAI, new_id, now
from hub.registry.schema import Application, Cover, Customer, Handover, Leave, Task
from hub.registry.staff import leave_cover, users


def make_records(desk: Desk, leave: Leave, cover: Cover, way: str) -> Handover:
    """Make the record of one post: "out" lists what is open, "back" adds what the B holder did meanwhile."""
    units = users.units_below(desk.tx, {cover.unit_code})
    contents: dict[str, Any] = {
        "tasks": [_task(task, about) for task, about in leave_cover.open_at(desk.tx, cover.post, units, leave.user_id)],
        "applications": [_application(waiting, about.code) for waiting, about in _waiting(desk, cover, units)],
    }
    # Matched by the absent person's name and the leave's start: a task keeps for whom it was done, not which leave.
    if way == "back" and leave.begun_at is not None:
        done, signed = leave_cover.done_for(desk.tx, cover, leave.user_name, leave.begun_at)
        contents["done"] = [{**_task(task, about), "outcome": task.outcome} for task, about in done]
        contents["signed"] = [
            {**_application(about, None), "decision": signature.decision} for signature, about in signed
        ]
    record = Handover(id=new_id(), cover_id=cover.id, way=way, at=now(), contents=contents)
    desk.tx.add(record)
    desk.tx.flush()
    return record


def _waiting(desk: Desk, cover: Cover, units: frozenset[str]) -> list[tuple[Application, Customer]]:
    return leave_cover.applications_at(desk.tx, cover.post, units)


# Copied into the record, not referred to: it must read the same after the task has moved on.
def _task(task: Task, about: Customer | None) -> dict[str, Any]:
    return {
        "id": str(task.id),
        "kind": task.kind,
        "article": task.article,
        "subject": [task.subject_kind, str(task.subject_id)],
        "customer_id": str(task.customer_id) if task.customer_id else None,
        "customer_code": about.code if about else None,
        "due_at": task.due_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if task.due_at else None,
    }


def _application(application: Application, code: str | None) -> dict[str, Any]:
    return {"id": str(application.id), "rule": application.rule, "article": application.article, "customer_code": code}
