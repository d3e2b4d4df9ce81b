"""The guard of a customer's visits: every change of a visit batch or an order day passes through it (R13.2)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from hub.domain.refusals import Refusal
from hub.domain.visits import WEEK, clash, last_visit
from hub.operations.desk import Desk
from hub.operations.tasks.due_dates import known_days
from hub.ports import SHANGHAI
from hub.registry import routes
from hub.registry.onboarding import cases
from hub.registry.schema import Customer

# The fields that decide when a customer is visited.
GUARDED = ("visit_batch", "order_day")
# How many days ahead the first allowed working day is searched for.
FARTHEST = 60


class DoubleVisit(Refusal):
    """A change of day must not bring two visits in one cycle, nor two turns in a row (R13.2)."""

    article = "R13.2"
    says = (
        "上次访销 {last},变更后下次为 {following},同一订货周期内会访销两次{also}。",
        "Visited on {last}, next on {following}: twice in one ordering cycle.",
    )
    then = ("请在 {allowed} 或之后变更。", "Change it on {allowed} or later.")


def refusals_of(desk: Desk, customer: Customer, values: Mapping[str, str], on: date) -> Iterator[DoubleVisit]:
    """Refuse new values that would bring two visits in one cycle; a new batch counts by the day of its customers.

    A customer without an order day is visited with their batch. A day that was removed within the last cycle still
    counts, because its visit has taken place.
    """
    # The customer's last day is looked for in three places: the record, the history of one cycle, the batch.
    if _never_visited(desk, customer, on):
        return
    written = str(customer.values.get("order_cycle", ""))
    cycle = int(written) if written.isdecimal() and int(written) else WEEK
    old, visited = _day(customer.values.get("order_day")), None
    if old is None:
        since = datetime.combine(on - timedelta(days=max(cycle, WEEK)), time.min, SHANGHAI)
        gone = routes.last_day_before(desk.tx, customer.id, since)
        old = _day(gone[0]) if gone else None
        visited = last_visit(old, gone[1]) if gone and old else None
    if old is None:
        old = _day(_batch_day(desk, customer, str(customer.values.get("visit_batch", ""))))
    if old is None:
        return
    if cycle > WEEK:
        # In a cycle of several weeks the weekday does not tell in which week the last visit was.
        visited = routes.last_order(desk.tx, customer.id, on, cycle) or visited
    for new in _days(desk, customer, values):
        visits = clash(old, new, on, cycle, visited)
        if visits is not None:
            also = ",且连访连销" if visits.consecutive else ""
            yield DoubleVisit(last=visits.last, following=visits.following, allowed=visits.allowed_from, also=also)
            return


def _never_visited(desk: Desk, customer: Customer, on: date) -> bool:
    """Whether a new entrant's first order day is still to come: a visit that never took place binds no one (R7.18)."""
    onboarding = cases.newest(desk.tx, customer.id)
    if onboarding is None or routes.first_order(desk.tx, customer.id) is not None:
        return False
    first = onboarding.first_order_on
    return on < first if first is not None else onboarding.state == "open"


def keep_apart(desk: Desk, customer: Customer, values: Mapping[str, str], on: date) -> None:
    """Raise DoubleVisit when the values would bring two visits in one cycle."""
    for refusal in refusals_of(desk, customer, values, on):
        raise refusal


def first_day(desk: Desk, customer: Customer, values: Mapping[str, str], on: date) -> date | None:
    """The first working day after `on` on which the values may be set; None when they may be set on that day.

    Raises DoubleVisit when there is none in two months.
    """
    refusals = list(refusals_of(desk, customer, values, on))
    if not refusals:
        return None
    days = known_days(desk.tx)
    for ahead in range(1, FARTHEST):
        day = on + timedelta(days=ahead)
        if days.working(day) and not list(refusals_of(desk, customer, values, day)):
            return day
    raise refusals[0]


def _days(desk: Desk, customer: Customer, values: Mapping[str, str]) -> list[int]:
    """The weekdays (1 Monday … 7 Sunday) on which the new values would have the customer visited."""
    days = [_day(values.get("order_day"))]
    batch = values.get("visit_batch", "")
    if batch and batch != customer.values.get("visit_batch"):
        days.append(_day(_batch_day(desk, customer, batch)))
    return [day for day in days if day is not None]


def _batch_day(desk: Desk, customer: Customer, batch: str) -> str | None:
    return routes.batch_day(desk.tx, customer.unit_code, batch, but=customer.id) if batch else None


def _day(written: object) -> int | None:
    text = str(written or "")
    return int(text) if text.isdecimal() and 1 <= int(text) <= WEEK else None
