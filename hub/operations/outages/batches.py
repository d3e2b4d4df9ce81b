"""Switches an outage's customers to the phone, a few hundred a transaction; all state is in the rows (R11.1)."""

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

# Customers in one transaction: it bounds how long their rows stay locked, and what a crash can undo.
BATCH = 300
VALUES = {"order_method": "phone"}
Before = tuple[dict[str, str], Any]
Switch = tuple[Application, Customer, Before]


# The outage's row stays locked until the commit and other workers skip it: its batches never run side by side. A short
# batch is the last one, since nobody joins the list once the switch is ordered.
def switch_batch(desk: Desk, size: int = BATCH) -> int:
    """Switch the next batch of an outage that is under way; returns how many customers it looked at, 0 when none wait.

    A batch is all or nothing and its customers no longer wait afterwards, so running it twice switches no one twice.
    """
    assert desk.actor == HUB
    outage = outages.next_switching(desk.tx)
    if outage is None:
        return 0
    batch = outages.waiting(desk.tx, outage.id, size)
    clerk = replace(desk, actor=_clerk(outage))
    # One query for the whole batch, and only once its rows are locked: things may have changed since they were listed.
    stands = outages.standing(desk.tx, [customer.id for _, customer in batch], today())
    switches: list[Switch] = []
    # Queries inside would otherwise flush one application at a time; `_carry_out` flushes all of them together.
    with desk.tx.no_autoflush:
        for member, customer in batch:
            method, why = stands[customer.id]
            if not why:
                why = "" if method == member.method and customer.stage != "lapsed" else "changed"
            switch = None if why else _application(clerk, outage, customer)
            if switch is None:
                member.state, member.why = LEFT_OUT, why or "approval"
            else:
                member.state = SWITCHED
                switches.append(switch)
    _carry_out(clerk, outage, switches)
    if len(batch) < size:
        _finish(desk, outage)
    return len(batch)


def _clerk(outage: Outage) -> Actor:
    """The clerk who started the switch: the changes are theirs."""
    posts = frozenset({(Post.STATISTICS_CLERK, outage.unit_code)})
    return Actor(outage.started_by, outage.started_by_name or HUB.name, posts)


def _application(desk: Desk, outage: Outage, customer: Customer) -> Switch | None:
    """The customer's application under the rule; None when the unit's own rule wants signatures (I8)."""
    rule = RULES["phone_outage"]
    request = ChangeRequest(
        customer_id=customer.id,
        version=customer.version,
        rule=rule.key,
        values=VALUES,
        why=outage.known,
        reason="system_outage",
    )
    planned = plan(desk, customer, request)
    if planned.chain or planned.missing:
        return None
    return enter(desk, customer, request, planned), customer, values_now(customer, rule)


def _carry_out(desk: Desk, outage: Outage, switches: list[Switch]) -> None:
    """Set the order method with its history and keep the old values: like one change, but in few statements for all."""
    rule = RULES["phone_outage"]
    # Applications first, since history and temporary changes refer to them; then all customers in one flush.
    desk.tx.flush()
    with desk.tx.no_autoflush:
        for application, customer, before in switches:
            _set(desk, application, rule, customer)
            change = temporary(application, rule, customer, before)
            change.outage_id = outage.id
            desk.tx.add(change)
    desk.tx.flush()
    # After the one flush: these queries would otherwise flush the customers one by one.
    for _, customer, _ in switches:
        fields_changed(desk, customer)


def _set(desk: Desk, application: Application, rule: Rule, customer: Customer) -> None:
    changes: dict[str, list[Any]] = {}
    for key, method in VALUES.items():
        changes |= set_field(desk, customer, FIELDS[key], method)
    customer.updated_at = now()
    history.record(
        desk.tx,
        customer_id=customer.id,
        actor=desk.actor,
        changes=changes,
        article=rule.article,
        why=application.why,
        version=customer.version + 1,
    )
    applications.step(application, ApplicationState.APPROVED)
    application.decided_at = now()
    done(desk, application, rule)


def _finish(desk: Desk, outage: Outage) -> None:
    """All customers have been processed: the call desk may begin to call."""
    outages.step(outage, OutageState.SWITCHED)
    outage.switched_at = now()
    close_tasks(desk, "outage", outage.id, "done")
    tell(desk, "outage_switched", "R11.1", [Post.CALL_CLERK], outage.unit_code, outage=str(outage.id))
