"""A new entrant's steps as tasks: opened, completed by the fields they ask for, dated by the soonest event.

`update_steps` is idempotent: it brings one onboarding's tasks into agreement with the customer's record, and is called
wherever that record changes (R7.2–R7.5, R3.1, I9).
"""

from dataclasses import replace
from datetime import date, datetime, time

from hub.domain.customers.fields import Field
from hub.domain.onboarding import BY_KEY, KIND, STEPS, Step, lacking
from hub.domain.staff.posts import HUB
from hub.domain.tasks.working_days import Calendar
from hub.domain.visits import next_visit
from hub.operations.desk import Desk
from hub.operations.tasks.due_dates import MORNING, count_due, known_days
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks, open_task, set_due
from hub.ports import SHANGHAI, now, today
from hub.registry.customers import customers
from hub.registry.onboarding import cases
from hub.registry.schema import Customer, Onboarding, Task
from hub.registry.tasks import tasks

# New entrants in one transaction: a clerk who works on one of them waits a second for its lock, not for the whole list.
AT_A_TIME = 20
# The hour at which a day's list counts as arrived: the next working day is the first one counted (I1).
ARRIVES = time(8, 0)


def begin_all(desk: Desk) -> int:
    """Open the steps of new entrants that have none yet; returns how many. A long list takes several turns (R7.1)."""
    assert desk.actor == HUB
    new = cases.not_begun(desk.tx, AT_A_TIME)
    for onboarding, customer in new:
        onboarding.begun_at = now()
        update_steps(desk, onboarding, customer)
    return len(new)


def fields_changed(desk: Desk, customer: Customer) -> None:
    """Update the steps of a new entrant whose record changed."""
    onboarding = cases.of_customer(desk.tx, customer.id)
    if onboarding is not None and onboarding.begun_at is not None:
        update_steps(desk, onboarding, customer)


# The approval is opened only once there is something to approve, or an order day that makes it urgent.
def update_steps(desk: Desk, onboarding: Onboarding, customer: Customer) -> int:
    """Bring an onboarding's tasks into agreement with the record, and close it when nothing is left to do.

    Returns how many due moments moved.
    """
    if customer.stage == "lapsed":
        finish_onboarding(desk, onboarding, "lapsed")
        return 0
    off = customers.switched_off(desk.tx)
    filled = filled_of(customer)
    _first_order(customer, onboarding)
    graded_on = cases.next_evaluation(desk.tx, customer.unit_code, onboarding.arrived_on)
    open_tasks = {task.kind: task for task in tasks.open_tasks_about(desk.tx, "onboarding", onboarding.id)}
    calendar = known_days(desk.tx)
    waiting = moved = 0
    for step in STEPS:
        done = is_complete(onboarding, customer, step, filled, off)
        task = open_tasks.get(KIND + step.key)
        if done and task is not None:
            _done(desk, onboarding, customer, step)
        elif not done:
            waiting += 1
            if task is None and (step.key != "approve" or "quantified_data" in filled or onboarding.first_order_on):
                task = _open(desk, onboarding, customer, step)
            if task is not None:
                moved += _date(calendar, onboarding, step, task, graded_on)
    if not waiting:
        finish_onboarding(desk, onboarding, "complete")
    return moved


def filled_of(customer: Customer) -> set[str]:
    """The fields of all steps that are filled."""
    return {field.key for step in STEPS for field in step.fields if has_value(customer, field)}


def has_value(customer: Customer, field: Field) -> bool:
    """Whether a field is filled."""
    if field.core:
        return bool(getattr(customer, field.key, None))
    return bool((customer.sealed if field.sensitive else customer.values).get(field.key))


def is_complete(onboarding: Onboarding, customer: Customer, step: Step, filled: set[str], off: frozenset[str]) -> bool:
    """Whether a step is done, by its fields or by what was recorded by hand."""
    # An approval is for the value that was shown: changed afterwards, it has to be approved again (R7.5).
    if step.key == "approve":
        return onboarding.approved_at is not None and onboarding.approved_value == quantity_of(customer)
    if step.key == "settle":
        return onboarding.settled_at is not None or not lacking(BY_KEY["maintain"], filled, off)
    return not lacking(step, filled, off)


def quantity_of(customer: Customer) -> str:
    """The quantified data that the section chief approves."""
    return str(customer.values.get("quantified_data", ""))


def _first_order(customer: Customer, onboarding: Onboarding) -> None:
    """The first order day, as soon as the order day is known; it moves with the order day until it has come (R7.18)."""
    day, first = str(customer.values.get("order_day", "")), onboarding.first_order_on
    if day.isdecimal() and (first is None or (first > today() and first.isoweekday() != int(day))):
        onboarding.first_order_on = next_visit(int(day), today())


def _open(desk: Desk, onboarding: Onboarding, customer: Customer, step: Step) -> Task:
    return open_task(
        desk,
        KIND + step.key,
        step.article,
        post=step.post,
        unit_code=customer.unit_code,
        subject=("onboarding", onboarding.id),
        customer_id=customer.id,
        days=step.days,
        since=datetime.combine(onboarding.arrived_on, ARRIVES, SHANGHAI),
    )


def _date(calendar: Calendar, onboarding: Onboarding, step: Step, task: Task, graded_on: date | None) -> bool:
    """Date a task by the soonest of its events (I9); it moves later only if the order day or the calendar changed."""
    events = [(onboarding.arrived_on, step.days, "")] if step.days is not None else []
    if step.before_order and onboarding.first_order_on is not None:
        events.append((onboarding.first_order_on, -1, "首个订货日 "))
    if step.before_grading and graded_on is not None:
        events.append((graded_on, -1, "等级评定日 "))
    counted = [
        (count_due(calendar, datetime.combine(day, ARRIVES, SHANGHAI), n), day, n, why) for day, n, why in events
    ]
    if not counted:
        return False
    due, day, days, why = min(counted, key=lambda event: event[0].moment)
    since = datetime.combine(day, ARRIVES, SHANGHAI)
    if due.moment <= now():
        # It passed while it was open, or had passed already when it was set and was put off then: both stay.
        if (task.days, task.counted_from) == (days, since) or (task.due_at is not None and task.due_at <= now()):
            return False
        # The event became known after its working day before had passed: nothing is late at birth (R17.2).
        due = replace(count_due(calendar, now(), 0, MORNING), sum=due.sum)
    task.days, task.counted_from = days, since
    task.sum = why + due.sum
    return set_due(task, replace(due, sum=why + due.sum))


def _done(desk: Desk, onboarding: Onboarding, customer: Customer, step: Step) -> None:
    close_tasks(desk, "onboarding", onboarding.id, "done", KIND + step.key)
    if step.tells is not None:
        tell(desk, f"onboarding_{step.key}", step.article, [step.tells], customer.unit_code, customer_id=customer.id)


def finish_onboarding(desk: Desk, onboarding: Onboarding, how: str) -> None:
    """Close an onboarding and its tasks; `how`: complete, lapsed, ended."""
    onboarding.state, onboarding.closed_at, onboarding.closed_how = "closed", now(), how
    close_tasks(desk, "onboarding", onboarding.id, how)


def redate(desk: Desk, units: frozenset[str]) -> int:
    """Date the steps of new entrants in some units again, as after an evaluation or a field's switch.

    Returns how many due moments moved.
    """
    return sum(update_steps(desk, onboarding, customer) for onboarding, customer in cases.in_units(desk.tx, units))
