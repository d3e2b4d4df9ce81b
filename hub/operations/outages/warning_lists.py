"""The list of whom to warn of a power cut, made from order days; one task for each account manager (R11.5)."""

from collections.abc import Iterator
from datetime import date, datetime
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


def fill(desk: Desk, cut: PowerCut, *, moved: bool = False) -> None:
    """Bring the list up to date: add customers who are newly hit, end those who no longer are, keep tasks in step.

    `moved`: the cut now has other times than customers were warned of, so they must be warned again.
    """
    cut.filled_on = today()
    wanted = {customer.id: (customer, due) for customer, due in _hit(desk, cut)}
    listed = {warning.customer_id: warning for warning in power_cuts.warnings_of(desk.tx, cut.id)}
    parts = {(part.unit_code, part.manager): part for part in power_cuts.lists_of(desk.tx, cut.id)}
    for warning in listed.values():
        # Customers who are no longer hit included: what they were told is wrong now, and stays on record.
        if moved and warning.warned_at is not None:
            _forget(warning)
        if warning.customer_id not in wanted and warning.ended_at is None:
            warning.ended_at, warning.ended_how = now(), "not_hit"
    for customer, (order_on, due_at) in wanted.values():
        part = _part(desk, cut, customer, parts)
        known = listed.get(customer.id)
        if known is None:
            about = {"cut_id": cut.id, "list_id": part.id, "customer_id": customer.id}
            desk.tx.add(PowerCutWarning(id=new_id(), order_on=order_on, due_at=due_at, earlier=[], note="", **about))
        else:
            known.list_id, known.order_on, known.due_at = part.id, order_on, due_at
            # Hit again after an earlier change of plan: the old line goes on, with what was arranged on it.
            known.ended_at = known.ended_how = None
    desk.tx.flush()
    # After the flush: `settle_task` counts in the database.
    for part in parts.values():
        settle_task(desk, cut, part)


def _hit(desk: Desk, cut: PowerCut) -> Iterator[tuple[Customer, tuple[date, datetime]]]:
    begins, ends = cut.begins_at.astimezone(SHANGHAI), cut.ends_at.astimezone(SHANGHAI)
    working = known_days(desk.tx).working
    for customer in power_cuts.reached(desk.tx, cut, users.units_below(desk.tx, {cut.unit_code})):
        order_on = order_day_hit(int(customer.values["order_day"]), begins, ends)
        if order_on is not None:
            yield customer, (order_on, warn_by(begins, order_on, now(), working))


def _part(desk: Desk, cut: PowerCut, customer: Customer, parts: dict[tuple[str, str], PowerCutList]) -> PowerCutList:
    key = (customer.unit_code, str(customer.values.get("account_manager") or ""))
    # By the manager's name, as customers' records hold no account: the name may be nobody's, or two people's.
    if key not in parts:
        parts[key] = PowerCutList(id=new_id(), cut_id=cut.id, unit_code=key[0], manager=key[1])
        desk.tx.add(parts[key])
        desk.tx.flush()
    return parts[key]


def _forget(warning: PowerCutWarning) -> None:
    """Keep what was arranged for the old times on record, and ask for a new warning."""
    assert warning.warned_at is not None
    before = {
        "arranged": warning.arranged,
        "note": warning.note,
        "by": warning.warned_by_name,
        "at": warning.warned_at.isoformat(),
    }
    warning.earlier = [*warning.earlier, before]
    warning.arranged, warning.note, warning.warned_at, warning.warned_by_name = None, "", None, None


def settle_task(desk: Desk, cut: PowerCut, part: PowerCutList) -> None:
    """Keep one task for the part's manager while any of its customers is unwarned; else close it."""
    left, due = power_cuts.unwarned(desk.tx, part.id)
    if not left:
        close_tasks(desk, "power_cut_list", part.id, "done", TASK)
        return
    about = {"cut": str(cut.id), "customers": left, "manager": part.manager}
    task = open_task(
        desk,
        TASK,
        "R11.5",
        post=Post.ACCOUNT_MANAGER,
        unit_code=part.unit_code,
        subject=("power_cut_list", part.id),
        details=about,
    )
    # Due when the first unwarned customer is; any other date starts the escalation again.
    if task.due_at != due:
        task.due_at, task.escalated_to = due, []
    task.details = about
    if task.user_id is None:
        task.user_id = _manager(desk, part)


def _manager(desk: Desk, part: PowerCutList) -> UUID | None:
    """The only holder of the post with the name in the customers' records; None leaves the task to all holders."""
    above = users.units_above(desk.tx, part.unit_code)
    holders = leave_cover.holders(desk.tx, Post.ACCOUNT_MANAGER, above, "a")
    namesakes = [holder for holder in holders if holder.name == part.manager]
    return namesakes[0].id if len(namesakes) == 1 else None


def drop(desk: Desk, cut: PowerCut, outcome: str) -> None:
    """Close all warning tasks of a cut that is over or called off."""
    for part in power_cuts.lists_of(desk.tx, cut.id):
        for task in tasks.open_tasks_about(desk.tx, "power_cut_list", part.id):
            close_tasks(desk, "power_cut_list", part.id, outcome, task.kind)
