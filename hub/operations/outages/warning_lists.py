"""The list of whom to warn of a power cut: made up from order days, one task for each account manager (R11.5)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hub.domain.outages.power_cuts import order_day_hit, warn_by
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.tasks.due_dates import known_days
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.outages import power_cuts
from hub.registry.schema import Customer, PowerCut, PowerCutList, PowerCutWarning
from hub.registry.staff import leave_cover, users
from hub.registry.tasks import tasks

TASK = "warn_of_cut"


def fill(desk: Desk, row: PowerCut, *, moved: bool = False) -> None:
    """Bring the list up to date: who is hit comes on it, who is not any more goes off, tasks follow.

    `moved`: the cut has other times than those that customers were warned of, so they are to be warned again.
    """
    row.filled_on = today()
    wanted = {customer.id: (customer, due) for customer, due in _hit(desk, row)}
    there = {each.customer_id: each for each in power_cuts.warnings_of(desk.tx, row.id)}
    parts = {(part.unit_code, part.manager): part for part in power_cuts.lists_of(desk.tx, row.id)}
    for warning in there.values():
        if moved and warning.warned_at is not None:
            _forget(warning)
        if warning.customer_id not in wanted and warning.ended_at is None:
            warning.ended_at, warning.ended_how = now(), "not_hit"
    for customer, (order_on, due_at) in wanted.values():
        part = _part(desk, row, customer, parts)
        known = there.get(customer.id)
        if known is None:
            about = {"cut_id": row.id, "list_id": part.id, "customer_id": customer.id}
            desk.tx.add(PowerCutWarning(id=new_id(), order_on=order_on, due_at=due_at, earlier=[], note="", **about))
        else:
            known.list_id, known.order_on, known.due_at = part.id, order_on, due_at
            known.ended_at = known.ended_how = None
    desk.tx.flush()
    for part in parts.values():
        settle_task(desk, row, part)


def _hit(desk: Desk, row: PowerCut) -> list[tuple[Customer, tuple[Any, datetime]]]:
    begins, ends = row.begins_at.astimezone(SHANGHAI), row.ends_at.astimezone(SHANGHAI)
    working = known_days(desk.tx).working
    found = []
    for customer in power_cuts.reached(desk.tx, row, users.units_below(desk.tx, {row.unit_code})):
        order_on = order_day_hit(int(customer.values["order_day"]), begins, ends)
        if order_on is not None:
            found.append((customer, (order_on, warn_by(begins, order_on, now(), working))))
    return found


def _part(desk: Desk, row: PowerCut, customer: Customer, parts: dict[tuple[str, str], PowerCutList]) -> PowerCutList:
    key = (customer.unit_code, str(customer.values.get("account_manager") or ""))
    if key not in parts:
        parts[key] = PowerCutList(id=new_id(), cut_id=row.id, unit_code=key[0], manager=key[1])
        desk.tx.add(parts[key])
        desk.tx.flush()
    return parts[key]


def _forget(warning: PowerCutWarning) -> None:
    """What was said about the old times stays on file, and counts no more."""
    assert warning.warned_at is not None
    said = {
        "arranged": warning.arranged,
        "note": warning.note,
        "by": warning.warned_by_name,
        "at": warning.warned_at.isoformat(),
    }
    warning.earlier = [*warning.earlier, said]
    warning.arranged, warning.note, warning.warned_at, warning.warned_by_name = None, "", None, None


def settle_task(desk: Desk, row: PowerCut, part: PowerCutList) -> None:
    """While somebody of the part is to be warned its manager has one task; else none."""
    left, due = power_cuts.unwarned(desk.tx, part.id)
    if not left:
        close_tasks(desk, "power_cut_list", part.id, "done", TASK)
        return
    about = {"cut": str(row.id), "customers": left, "manager": part.manager}
    task = open_task(
        desk,
        TASK,
        "R11.5",
        post=Post.ACCOUNT_MANAGER,
        unit_code=part.unit_code,
        subject=("power_cut_list", part.id),
        details=about,
    )
    if task.due_at != due:
        task.due_at, task.escalated_to = due, []
    task.details = about
    if task.user_id is None:
        task.user_id = _manager(desk, part)


def _manager(desk: Desk, part: PowerCutList) -> UUID | None:
    """The one holder of the post there who has the name that the customers' records give; else any holder."""
    above = users.units_above(desk.tx, part.unit_code)
    found = [
        each for each in leave_cover.holders(desk.tx, Post.ACCOUNT_MANAGER, above, "a") if each.name == part.manager
    ]
    return found[0].id if len(found) == 1 else None


def drop(desk: Desk, row: PowerCut, outcome: str) -> None:
    """Nobody has to be warned of this cut any more."""
    for part in power_cuts.lists_of(desk.tx, row.id):
        for task in tasks.open_tasks_about(desk.tx, "power_cut_list", part.id):
            close_tasks(desk, "power_cut_list", part.id, outcome, task.kind)
