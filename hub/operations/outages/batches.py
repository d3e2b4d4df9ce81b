"""Switching an outage's customers to the phone, some hundred in a transaction; all state in the rows (R11.1)."""

from dataclasses import replace
from typing import Any

from hub.domain.changes import RULES, Rule
from hub.domain.customers.catalogue import FIELDS
from hub.domain.staff.posts import HUB, Actor, Post
from hub.domain.states import ApplicationState, OutageState
from hub.operations.changes.effects import done
from hub.operations.changes.plan import ChangeRequest, plan
from hub.operations.changes.steps import enter
from hub.operations.changes.temporary import temporary, values_now
from hub.operations.customers.fields import set_field
from hub.operations.desk import Desk
from hub.operations.onboarding.steps import fields_changed
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import close_tasks
from hub.ports import now, today
from hub.registry import history
from hub.registry.changes import applications
from hub.registry.outages import outages
from hub.registry.outages.outages import LEFT_OUT, SWITCHED
from hub.registry.schema import Application, Customer, Outage

BATCH = 300
"""Customers in one transaction: some seconds of locks at the most, and what a crash can cost."""
VALUES = {"order_method": "phone"}
Before = tuple[dict[str, str], Any]


def switch_batch(desk: Desk, size: int = BATCH) -> int:
    """Switch the next batch of an outage that is under way; how many rows it looked at, 0 when nothing waits.

    A batch is whole or did not happen, and its customers no longer wait: so one that comes twice doubles nothing.
    """
    assert desk.actor == HUB
    row = outages.next_switching(desk.tx)
    if row is None:
        return 0
    found = outages.waiting(desk.tx, row.id, size)
    clerk = replace(desk, actor=_clerk(row))
    stands = outages.standing(desk.tx, [customer.id for _, customer in found], today())
    made: list[tuple[Application, Customer, Before]] = []
    with desk.tx.no_autoflush:
        for member, customer in found:
            method, why = stands[customer.id]
            if not why:
                why = "" if method == member.method and customer.stage != "lapsed" else "changed"
            asked = None if why else _asked(clerk, row, customer)
            if asked is None:
                member.state, member.why = LEFT_OUT, why or "approval"
            else:
                member.state = SWITCHED
                made.append(asked)
    _carry(clerk, row, made)
    if len(found) < size:
        _finish(desk, row)
    return len(found)


def _clerk(row: Outage) -> Actor:
    """Who pressed the button: the changes are theirs."""
    return Actor(row.started_by, row.started_by_name or HUB.name, frozenset({(Post.STATISTICS_CLERK, row.unit_code)}))


def _asked(desk: Desk, row: Outage, customer: Customer) -> tuple[Application, Customer, Before] | None:
    """The customer's application under the rule; None when the unit's own rule wants signatures (I8)."""
    rule = RULES["phone_outage"]
    request = ChangeRequest(
        customer_id=customer.id,
        version=customer.version,
        rule=rule.key,
        values=VALUES,
        why=row.known,
        reason="system_outage",
    )
    planned = plan(desk, customer, request)
    if planned.chain or planned.missing:
        return None
    return enter(desk, customer, request, planned), customer, values_now(customer, rule)


def _carry(desk: Desk, row: Outage, made: list[tuple[Application, Customer, Before]]) -> None:
    """Set the method with its history, and keep what was there: what one change does, for all with few statements."""
    rule = RULES["phone_outage"]
    desk.tx.flush()
    with desk.tx.no_autoflush:
        for application, customer, before in made:
            _set(desk, application, rule, customer)
            held = temporary(application, rule, customer, before)
            held.outage_id = row.id
            desk.tx.add(held)
    desk.tx.flush()
    for _, customer, _ in made:
        fields_changed(desk, customer)


def _set(desk: Desk, application: Application, rule: Rule, customer: Customer) -> None:
    changes: dict[str, list[Any]] = {}
    for key, value in VALUES.items():
        changes |= set_field(desk, customer, FIELDS[key], value)
    customer.updated_at = now()
    said = {"article": rule.article, "why": application.why, "version": customer.version + 1}
    history.record(desk.tx, customer_id=customer.id, actor=desk.actor, changes=changes, **said)  # type: ignore[arg-type]
    applications.step(application, ApplicationState.APPROVED)
    application.decided_at = now()
    done(desk, application, rule)


def _finish(desk: Desk, row: Outage) -> None:
    """All were looked at: the call desk may begin to call."""
    outages.step(row, OutageState.SWITCHED)
    row.switched_at = now()
    close_tasks(desk, "outage", row.id, "done")
    tell(desk, "outage_switched", "R11.1", [Post.CALL_CLERK], row.unit_code, outage=str(row.id))
