"""Handover records: what was open at a post when somebody went, what was done and is open when they come back (R5.1)."""

from typing import Any

from hub.operations.desk import Desk
from hub.ports import SHANGHAI, new_id, now
from hub.registry.schema import Application, Cover, Customer, Handover, Leave, Task
from hub.registry.staff import leave_cover, users


def make_records(desk: Desk, leave: Leave, cover: Cover, way: str) -> Handover:
    """The record of one post: "out" lists what is open, "back" also what the B holder did for the absent one."""
    units = users.units_below(desk.tx, {cover.unit_code})
    contents: dict[str, Any] = {
        "tasks": [_task(row, about) for row, about in leave_cover.open_at(desk.tx, cover.post, units, leave.user_id)],
        "applications": [_application(row, about.code) for row, about in _waiting(desk, cover, units)],
    }
    if way == "back" and leave.begun_at is not None:
        done, signed = leave_cover.done_for(desk.tx, cover, leave.user_name, leave.begun_at)
        contents["done"] = [{**_task(row, about), "outcome": row.outcome} for row, about in done]
        contents["signed"] = [{**_application(about, None), "decision": row.decision} for row, about in signed]
    record = Handover(id=new_id(), cover_id=cover.id, way=way, at=now(), contents=contents)
    desk.tx.add(record)
    desk.tx.flush()
    return record


def _waiting(desk: Desk, cover: Cover, units: frozenset[str]) -> list[tuple[Application, Customer]]:
    return leave_cover.applications_at(desk.tx, cover.post, units)


def _task(row: Task, about: Customer | None) -> dict[str, Any]:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "article": row.article,
        "subject": [row.subject_kind, str(row.subject_id)],
        "customer_id": str(row.customer_id) if row.customer_id else None,
        "customer_code": about.code if about else None,
        "due_at": row.due_at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M") if row.due_at else None,
    }


def _application(row: Application, code: str | None) -> dict[str, Any]:
    return {"id": str(row.id), "rule": row.rule, "article": row.article, "customer_code": code}
