"""Temporary changes are undone automatically: after the order, after an order day without one, with a new account."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from hub.domain.changes import RULES, Return, Rule
from hub.domain.customers.catalogue import FIELDS
from hub.domain.inputs import Code, Label
from hub.domain.refusals import BadInput
from hub.domain.staff.posts import HUB, Post
from hub.domain.visits import last_visit, next_visit
from hub.operations.customers.fields import set_field
from hub.operations.customers.profile import read_plain
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.phones import call_stops
from hub.operations.tasks.due_dates import due_after
from hub.operations.tasks.notify import tell
from hub.operations.tasks.tasks import open_task
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry import history
from hub.registry.changes import temporary as stored_temporary
from hub.registry.schema import Application, Customer, Order, Temporary
from hub.registry.settlement import accounts
from hub.registry.vault import Destroyed, Unreadable

RECORDS = {Post.CALL_CLERK, Post.STATISTICS_CLERK}
WAYS = ("web", "phone", "handset", "yanxintong", "on_behalf")
Way = Annotated[Code, Label("订货方式", "Way")]
# Working days after the order (I2).
RETURNED_WITHIN = 1
# Returns in one step, to keep its transaction short; the rest follows in ten seconds.
AT_A_TIME = 500
# How long the order of a customer without an order day is waited for (own convention: one ordering cycle).
UNKNOWN_DAY = timedelta(days=7)


def values_now(customer: Customer, rule: Rule) -> tuple[dict[str, str], dict[str, str]]:
    """The values that a rule would set, as they stand: plain ones and sealed tokens."""
    plain = {key: read_plain(customer, FIELDS[key]) for key in rule.sets if not FIELDS[key].sensitive}
    sealed = {key: str(customer.sealed[key]) for key in rule.sets if key in customer.sealed}
    return plain, sealed


def begin(desk: Desk, row: Application, rule: Rule, customer: Customer, before: tuple[dict[str, str], Any]) -> None:
    """Keep the values from before, and what the return waits for (I2, I6).

    A second change under the rule extends the first one's row, so that the original values are restored.
    """
    new = temporary(row, rule, customer, before)
    there = next(
        (open_one for open_one in stored_temporary.open_of(desk.tx, customer.id) if open_one.rule == rule.key), None
    )
    if there is None:
        desk.tx.add(new)
    else:
        there.application_id, there.begun_at, there.order_on = row.id, new.begun_at, new.order_on
        # The second change waits for an order of its own.
        there.ordered_at = there.due_at = None
        there.sum = ""
        # The older values win: they are what stood before any temporary change.
        there.before = {**new.before, **there.before}
        there.before_sealed = {**new.before_sealed, **there.before_sealed}
    desk.tx.flush()


def temporary(row: Application, rule: Rule, customer: Customer, before: tuple[dict[str, str], Any]) -> Temporary:
    """A new row with the values from before an application, and the day by which an order is expected (I2)."""
    day, here = str(customer.values.get("order_day", "")), today()
    order_on = here + UNKNOWN_DAY
    if day.isdecimal():
        order_on = here if last_visit(int(day), here) == here else next_visit(int(day), here)
    # Of the rule's fields only those that this application changes: the others are not its to put back.
    asked = [*row.proposed, *row.sealed]
    return Temporary(
        id=new_id(),
        application_id=row.id,
        rule=rule.key,
        customer_id=customer.id,
        unit_code=customer.unit_code,
        returns=rule.returns,
        before={key: text for key, text in before[0].items() if key in asked},
        before_sealed={key: text for key, text in before[1].items() if key in asked},
        begun_at=now(),
        order_on=order_on if rule.returns is Return.AFTER_ORDER else None,
    )


@operation("returning.record_order", article="R11.6", posts=RECORDS, title=("登记客户订货", "Record an order"))
def record_order(
    desk: Desk,
    customer_id: UUID,
    way: Way,
    at: Annotated[datetime, Label("时间", "When")] | None = None,
    help: Annotated[str, Label("谁帮谁订货", "Who helped whom"), Field(max_length=200)] = "",
) -> int:
    """Record that a customer ordered, and who helped whom (R11.6); returns how many temporary changes now return."""
    return enter_order(desk, desk.customer(customer_id), way, at, help)[1]


def enter_order(
    desk: Desk, customer: Customer, way: str, at: datetime | None = None, help: str = ""
) -> tuple[Order, int]:
    """An order, and how many temporary changes now return. Raises BadInput."""
    moment = at or now()
    # Five minutes of grace for a clock that is ahead of ours (own convention).
    if way not in WAYS or moment > now() + timedelta(minutes=5):
        raise BadInput(field="订货方式或时间", problem="不正确", mend="请核对后重新登记。")
    about = {"customer_id": customer.id, "at": moment, "way": way, "by_name": desk.actor.name}
    order = Order(id=new_id(), help=help.strip() or None, **about)
    desk.tx.add(order)
    desk.tx.flush()
    call_stops.customer_ordered(desk, customer.id)
    waiting = [
        change
        for change in stored_temporary.open_of(desk.tx, customer.id, Return.AFTER_ORDER)
        # An order from before the change was not taken under it.
        if change.begun_at <= moment
    ]
    for change in waiting:
        _ordered(desk, change, moment)
    return order, len(waiting)


def _ordered(desk: Desk, row: Temporary, moment: datetime) -> None:
    counted = due_after(desk.tx, moment, RETURNED_WITHIN)
    row.ordered_at, row.due_at, row.sum = moment, counted.moment, counted.sum


def return_all(desk: Desk) -> int:
    """Undo the temporary changes that are due; an order day without an order counts as one, and the clerk is told."""
    assert desk.actor == HUB
    for change in stored_temporary.without_order(desk.tx, today(), AT_A_TIME):
        assert change.order_on is not None
        # As if ordered at the end of that day: the working day for the return runs from there (I2).
        _ordered(desk, change, datetime.combine(change.order_on, time(23, 59), SHANGHAI))
        _tell_clerk(desk, change, "no_order")
    due = stored_temporary.to_return(desk.tx, now(), AT_A_TIME)
    # One query for all of them instead of two for each.
    about = stored_temporary.customers_and_applications(desk.tx, due)
    for change in due:
        try:
            # A savepoint for each: one customer whose fields cannot be read must not hold up the others.
            with desk.tx.begin_nested():
                _return(desk, change, *about[change.id])
        except (Unreadable, Destroyed):
            _not_returned(desk, change, "unreadable")
    return len(due)


def _return(desk: Desk, row: Temporary, customer: Customer, application: Application) -> None:
    rule = RULES.get(row.rule)
    row.ended_at = now()
    if not _unchanged(desk, customer, application):
        _not_returned(desk, row, "changed_meanwhile")
        return
    row.ended_how = "returned"
    before = dict(row.before)
    for key, token in row.before_sealed.items():
        before[key] = desk.vault.open_field(customer.id, key, str(token)).reveal()
    changes: dict[str, list[Any]] = {}
    for key, text in before.items():
        changes |= set_field(desk, customer, FIELDS[key], text)
    # Also bumps the version, so that a form opened before the return is refused as stale.
    customer.updated_at = now()
    article = rule.article if rule else "I2"
    history.record(
        desk.tx,
        customer_id=customer.id,
        actor=HUB,
        article=article,
        why="临时变更自动恢复",
        version=customer.version + 1,
        changes=changes,
    )
    # The number stands in the record again; its second sealed copy is no longer needed.
    row.before_sealed = {}
    if rule is not None and rule.daily_mail:
        unit, key, recipients = row.unit_code, rule.key, [Post.INTERNAL_CONTROL]
        tell(desk, "change_returned", rule.article, recipients, unit, customer_id=customer.id, in_mail=True, rule=key)


def _not_returned(desk: Desk, row: Temporary, why: str) -> None:
    """Give up the automatic return and tell the clerk; the kept values stay in the row."""
    row.ended_at, row.ended_how = now(), why
    _tell_clerk(desk, row, "unreadable_before" if why == "unreadable" else "not_returned")


def _unchanged(desk: Desk, customer: Customer, application: Application) -> bool:
    """Whether the change's values still stand: what somebody has set since is not overwritten."""
    for key, text in application.proposed.items():
        if read_plain(customer, FIELDS[key]) != text:
            return False
    for key, token in application.sealed.items():
        wanted = desk.vault.open_field(customer.id, f"application {application.id} {key}", str(token)).reveal()
        there = customer.sealed.get(key)
        if there is None or desk.vault.open_field(customer.id, key, there).reveal() != wanted:
            return False
    return True


def _tell_clerk(desk: Desk, row: Temporary, kind: str) -> None:
    open_task(
        desk,
        kind,
        "I2",
        post=Post.STATISTICS_CLERK,
        unit_code=row.unit_code,
        subject=("temporary", row.id),
        customer_id=row.customer_id,
        days=1,
        details={"rule": row.rule},
    )


def until_new_account(desk: Desk, customer: Customer) -> bool:
    """Make the return to electronic wait for the new card instead of the order (R8.1); whether there was any."""
    held = [change for change in stored_temporary.open_of(desk.tx, customer.id) if "settlement_method" in change.before]
    for change in held:
        change.returns, change.order_on, change.ordered_at, change.due_at = Return.NEW_ACCOUNT, None, None, None
    return bool(held)


def return_to_account(desk: Desk, customer: Customer) -> None:
    """The card is there again: the cash for its sake ends, if its account is still live (R8.2)."""
    if accounts.live_account(desk.tx, customer.id) is None:
        return
    waiting = stored_temporary.open_of(desk.tx, customer.id, Return.NEW_ACCOUNT)
    about = stored_temporary.customers_and_applications(desk.tx, waiting)
    for change in waiting:
        _return(desk, change, *about[change.id])
    desk.tx.flush()


def account_gone(desk: Desk, customer: Customer) -> None:
    """Drop returns to electronic settlement: the account they would return to has ended."""
    for change in stored_temporary.open_of(desk.tx, customer.id, Return.AFTER_ORDER):
        if "settlement_method" in change.before:
            change.ended_at, change.ended_how = now(), "account_ended"


def new_account(desk: Desk, customer: Customer) -> None:
    """The new card's account is live: cash for now ends, the customer settles electronically again (R8.1)."""
    for change in stored_temporary.open_of(desk.tx, customer.id, Return.NEW_ACCOUNT):
        change.ended_at, change.ended_how = now(), "new_account"
