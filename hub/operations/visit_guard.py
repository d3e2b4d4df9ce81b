"""The guard of a customer's visits: whoever changes a visit batch or an order day, and however, passes here (R13.2)."""

from collections.abc import Iterator, Mapping
from datetime import date

from hub.domain.refusals import Refusal
from hub.domain.visits import WEEK, clash
from hub.registry import routes
from hub.registry.schema import Customer

from .desk import Desk

GUARDED = ("visit_batch", "order_day")
"""The fields of a customer that say when it is visited."""


class DoubleVisit(Refusal):
    """A change of day must not bring two visits in one cycle, nor two turns in a row (R13.2)."""

    article = "R13.2"
    says = (
        "上次访销 {last},变更后下次为 {following},同一订货周期内会访销两次{also}。",
        "Visited on {last}, next on {following}: twice in one ordering cycle.",
    )
    then = ("请在 {allowed} 或之后变更。", "Change it on {allowed} or later.")


def against(desk: Desk, customer: Customer, values: Mapping[str, str], on: date) -> Iterator[DoubleVisit]:
    """What stands against these new values on a day; a new batch counts by the day of the customers who are in it."""
    old = _day(customer.values.get("order_day"))
    if old is None:
        return
    written = str(customer.values.get("order_cycle", ""))
    cycle = int(written) if written.isdigit() and int(written) else WEEK
    visited = routes.last_order(desk.tx, customer.id, on, cycle) if cycle > WEEK else None
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


def _days(desk: Desk, customer: Customer, values: Mapping[str, str]) -> list[int]:
    """The days on which the new values would have the customer visited."""
    found = [_day(values.get("order_day"))]
    batch = values.get("visit_batch", "")
    if batch and batch != customer.values.get("visit_batch"):
        found.append(_day(routes.batch_day(desk.tx, customer.unit_code, batch, but=customer.id)))
    return [each for each in found if each is not None]


def _day(value: object) -> int | None:
    text = str(value or "")
    return int(text) if text.isdigit() and 1 <= int(text) <= WEEK else None
