"""By when a change is carried out: a temporary one before the next order or collection, not days later (R8.6)."""

from datetime import datetime, timedelta

from hub.domain.changes import Rule
from hub.domain.visits import WEEK, next_visit
from hub.operations.desk import Desk
from hub.operations.tasks.due_dates import END_OF_DAY, MORNING, Due, due_after
from hub.ports import SHANGHAI, now, today
from hub.registry.schema import Customer


def due_of(desk: Desk, customer: Customer, rule: Rule, days: int, since: datetime) -> Due:
    """The rule's working days since a moment; for a temporary change no later than the next order day."""
    usual = due_after(desk.tx, since, days)
    order_at = next_order(customer) if rule.temporary else None
    if order_at is None or usual.moment <= order_at:
        return usual
    return Due(order_at, f"{order_at:%Y-%m-%d} 订货(扣款)前", usual.provisional)


def next_order(customer: Customer) -> datetime | None:
    """The morning of the next order day, today included; its end if the morning is over; None if it is not known."""
    written = str(customer.values.get("order_day", ""))
    if not written.isdecimal() or not 1 <= int(written) <= WEEK:
        return None
    # From yesterday, so that today counts; the week after, in case both moments of today are over.
    first = next_visit(int(written), today() - timedelta(days=1))
    moments = [
        datetime.combine(day, at, SHANGHAI)
        for day in (first, first + timedelta(days=WEEK))
        for at in (MORNING, END_OF_DAY)
    ]
    return next(moment for moment in moments if moment > now())
