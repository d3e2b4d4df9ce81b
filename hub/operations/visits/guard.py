"""The guard of a customer's visits: whoever changes a visit batch or an order day, and however, passes here (R13.2)."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from hub.domain.refusals import Refusal
from hub.domain.visits import WEEK, clash, last_visit
from hub.operations.desk import Desk
from hub.operations.tasks.due_dates import known_days
from hub.ports import SHANGHAI
from hub.registry import routes
from hub.registry.schema import Customer

GUARDED = ("visit_batch", "order_day")
"""The fields of a customer that say when it is visited."""
FARTHEST = 60
"""Days ahead in which a first allowed working day is looked for."""


class DoubleVisit(Refusal):
    """A change of day must not bring two visits in one cycle, nor two turns in a row (R13.2)."""

    article = "R13.2"
    says = (
        "上次访销 {last},变更后下次为 {following},同一订货周期内会访销两次{also}。",
        "Visited on {last}, next on {following}: twice in one ordering cycle.",
    )
    then = ("请在 {allowed} 或之后变更。", "Change it on {allowed} or later.")


def against(desk: Desk, customer: Customer, values: Mapping[str, str], on: date) -> Iterator[DoubleVisit]:
    """What stands against these new values on a day; a new batch counts by the day of the customers who are in it.

    Who has no day of their own is visited with their batch; a day that was taken away within the last cycle counts as
    if it were still there, for its visit has been.
    """
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
        visited = routes.last_order(desk.tx, customer.id, on, cycle) or visited
    for new in _days(desk, customer, values):
        found = clash(old, new, on, cycle, visited)
        if found is not None:
            also = ",且连访连销" if found.consecutive else ""
            yield DoubleVisit(last=found.last, following=found.following, allowed=found.allowed_from, also=also)
            return


def keep_apart(desk: Desk, customer: Customer, values: Mapping[str, str], on: date) -> None:
    """Raise DoubleVisit when the values would bring two visits in one cycle."""
    for refusal in against(desk, customer, values, on):
        raise refusal


def first_day(desk: Desk, customer: Customer, values: Mapping[str, str], on: date) -> date | None:
    """The first working day, from a day on, on which the values may be set; None when they may be set on that day.

    Raises DoubleVisit when there is none in two months.
    """
    refusals = list(against(desk, customer, values, on))
    if not refusals:
        return None
    days = known_days(desk.tx)
    for ahead in range(1, FARTHEST):
        day = on + timedelta(days=ahead)
        if days.working(day) and not list(against(desk, customer, values, day)):
            return day
    raise refusals[0]


def _days(desk: Desk, customer: Customer, values: Mapping[str, str]) -> list[int]:
    """The days on which the new values would have the customer visited."""
    found = [_day(values.get("order_day"))]
    batch = values.get("visit_batch", "")
    if batch and batch != customer.values.get("visit_batch"):
        found.append(_day(_batch_day(desk, customer, batch)))
    return [each for each in found if each is not None]


def _batch_day(desk: Desk, customer: Customer, batch: str) -> str | None:
    return routes.batch_day(desk.tx, customer.unit_code, batch, but=customer.id) if batch else None


def _day(value: object) -> int | None:
    text = str(value or "")
    return int(text) if text.isdecimal() and 1 <= int(text) <= WEEK else None
