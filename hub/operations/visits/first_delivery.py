"""A customer's first delivery, after which R7.14 allows a correction of the route for some days."""

from datetime import date, timedelta

from hub.domain.plain_text import Bilingual
from hub.operations.desk import Desk
from hub.operations.tasks.due_dates import known_days
from hub.ports import today
from hub.registry import routes
from hub.registry.schema import Customer

# Working days after the first order within which a route may be corrected under R7.14 (own convention).
DAYS = 5


def first_order(desk: Desk, customer: Customer) -> date | None:
    """The day of the first order, or the planned day if there was none yet (R7.3)."""
    return routes.first_order(desk.tx, customer.id) or routes.planned_first_order(desk.tx, customer.id)


def why_not(desk: Desk, customer: Customer) -> Bilingual | None:
    """Why this is no first delivery: not yet, or too long ago; None when it is (R7.14)."""
    first = first_order(desk, customer)
    if first is None or first > today():
        return "客户还没有首次送货", "the customer has not been delivered to yet"
    days = known_days(desk.tx)
    gone, day = 0, first
    # Counted day by day, and no further than needed: most customers had their first delivery years ago.
    while day < today() and gone <= DAYS:
        day += timedelta(days=1)
        gone += days.working(day)
    if gone > DAYS:
        return f"首次送货已过 {DAYS} 个工作日", f"the first delivery was more than {DAYS} working days ago"
    return None
