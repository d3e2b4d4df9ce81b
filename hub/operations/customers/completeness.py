"""Fields that registered customers lack: who, since when, how late; the owner posts get tasks automatically (R3.3)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.domain.customers.catalogue import CATALOGUE, FIELDS
from hub.domain.customers.fields import Field
from hub.domain.inputs import Code, FieldName
from hub.domain.staff.posts import HUB, Post
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.due_dates import count_due, known_days, late_by
from hub.operations.tasks.tasks import close_tasks, open_task, set_due
from hub.ports import new_id, now
from hub.registry.customers import customers, gaps
from hub.registry.schema import Customer, FieldGap, Task
from hub.registry.staff import leave_cover, users
from hub.registry.tasks import tasks

KIND, SUBJECT = "fill_field", "field_gap"
DATED = tuple(field for field in CATALOGUE if field.deadline is not None)
# Fields looked at in one turn, and how long a result holds: each look counts over all customers, so they take turns.
AT_A_TIME, HOLDS = 5, timedelta(minutes=15)
# Customers on one page.
SHOWN = 200
LOOKS = {field.owner for field in DATED} | {
    *(Post.SECTION_CHIEF, Post.DEPUTY_SECTION_CHIEF, Post.DEPUTY_MANAGER, Post.INFORMATION_CENTRE)
}


@dataclass(frozen=True)
class FieldLack:
    """A field that customers of a unit lack: its owner, how many lack it, when the first is due, how late that is."""

    field: str
    title: tuple[str, str]
    owner: str
    customers: int
    due_at: datetime
    late_days: int


@dataclass(frozen=True)
class CustomerLack:
    """A customer who lacks a field: since when, due when, how many working days late."""

    id: UUID
    code: str
    shop_name: str
    account_manager: str
    since: datetime
    due_at: datetime
    late_days: int


def keep_gaps(desk: Desk) -> int:
    """Find who lacks some of the fields, and keep the owner posts' tasks in step; returns how many fields were checked.

    A periodic step of the hub.
    """
    assert desk.actor == HUB
    # A field that the catalogue gains today is counted from today: nobody is late for what was never asked of them.
    gaps.note_starts(desk.tx, [field.key for field in DATED], now())
    fields = gaps.to_check(desk.tx, now() - HOLDS, AT_A_TIME)
    off, asked = customers.switched_off(desk.tx), gaps.counted_from(desk.tx)
    for start in fields:
        field = FIELDS.get(start.field)
        lacks = gaps.by_unit(desk.tx, field, asked[start.field]) if field in DATED and start.field not in off else []
        _keep(desk, start.field, lacks)
        start.checked_at = now()
    return len(fields)


def _keep(desk: Desk, key: str, lacks: list[gaps.Lack]) -> None:
    """Open, date and close the gaps of one field."""
    there = {(gap.unit_code, gap.manager): gap for gap in gaps.open_gaps(desk.tx, key)}
    for lack in lacks:
        gap = there.pop((lack.unit_code, lack.manager), None)
        if gap is None:
            gap = FieldGap(id=new_id(), unit_code=lack.unit_code, field=key, manager=lack.manager, opened_at=now())
            desk.tx.add(gap)
            desk.tx.flush()
        _date(desk, gap, FIELDS[key], lack)
    # What is left in `there` is lacking no more.
    for gap in there.values():
        gap.closed_at = now()
        close_tasks(desk, "field_gap", gap.id, "done")


def _date(desk: Desk, gap: FieldGap, field: Field, lack: gaps.Lack) -> None:
    """The gap's task: due when the first of its customers is, and given to their own account manager."""
    subject, details = ("field_gap", gap.id), {"field": field.key, "customers": lack.customers}
    task = open_task(
        desk,
        KIND,
        "R3.3",
        post=field.owner,
        unit_code=gap.unit_code,
        subject=subject,
        days=field.deadline,
        since=lack.since,
        details=details,
    )
    task.details, task.counted_from = details, lack.since
    assert field.deadline is not None
    set_due(task, count_due(known_days(desk.tx), lack.since, field.deadline))
    if gap.manager and task.user_id is None:
        task.user_id = _manager(desk, gap)


def _manager(desk: Desk, gap: FieldGap) -> UUID | None:
    holders = leave_cover.holders(desk.tx, Post.ACCOUNT_MANAGER, users.units_above(desk.tx, gap.unit_code), "a")
    return next((user.id for user in holders if gap.manager in (user.name, user.login)), None)


@operation(
    "completeness.show_completeness",
    article="R3.3",
    posts=LOOKS,
    title=("查看信息完整情况", "See how complete the records are"),
    changes=False,
    audited=False,
)
def show_completeness(desk: Desk, unit_code: Code) -> list[FieldLack]:
    """Fields that registered customers of a unit and those below it lack, the latest first. Raises NotFound."""
    desk.unit(unit_code)
    calendar, below = known_days(desk.tx), users.units_below(desk.tx, {unit_code})
    by_field: dict[str, list[Task]] = {}
    for gap in gaps.open_gaps(desk.tx, None, below):
        by_field.setdefault(gap.field, []).extend(tasks.open_about(desk.tx, SUBJECT, gap.id))
    lines = []
    for key, open_tasks in by_field.items():
        due = min(task.due_at for task in open_tasks if task.due_at is not None)
        count = sum(int(task.details.get("customers", 0)) for task in open_tasks)
        lines.append(FieldLack(key, FIELDS[key].title, FIELDS[key].owner, count, due, late_by(calendar, due)))
    return sorted(lines, key=lambda line: (line.due_at, line.field))


@operation(
    "completeness.list_lacking",
    article="R3.3",
    posts=LOOKS,
    title=("查看缺项客户", "See who lacks a field"),
    changes=False,
    audited=False,
)
def list_lacking(desk: Desk, unit_code: Code, field: FieldName) -> list[CustomerLack]:
    """Registered customers of a unit and those below it who lack a field, the first 200, the longest first.

    Raises NotFound.
    """
    desk.unit(unit_code)
    known, asked = FIELDS[field], gaps.counted_from(desk.tx).get(field)
    if known.deadline is None or asked is None or field in customers.switched_off(desk.tx):
        return []
    calendar, below = known_days(desk.tx), users.units_below(desk.tx, {unit_code})
    lines = []
    for customer, since in gaps.lacking(desk.tx, known, asked, below, SHOWN):
        due = count_due(calendar, since, known.deadline).moment
        manager = str(customer.values.get("account_manager", ""))
        late = late_by(calendar, due)
        lines.append(CustomerLack(customer.id, customer.code, customer.shop_name, manager, since, due, late))
    return lines


def due_of(desk: Desk, customer: Customer, keys: list[str]) -> dict[str, tuple[datetime, int]]:
    """By field that a registered customer lacks, when it is due and how many working days it is late."""
    asked = gaps.counted_from(desk.tx)
    dated = {key: deadline for key in keys if key in asked and (deadline := FIELDS[key].deadline) is not None}
    if not dated or customer.stage != "registered":
        return {}
    calendar, changed = known_days(desk.tx), gaps.last_changes(desk.tx, customer.id, dated)
    # As `gaps` counts it for lists: a field that is empty now was emptied by its last change, if it had one.
    since = {key: max(customer.created_at, asked[key], changed.get(key, asked[key])) for key in dated}
    due = {key: count_due(calendar, since[key], days).moment for key, days in dated.items()}
    return {key: (at, late_by(calendar, at)) for key, at in due.items()}
