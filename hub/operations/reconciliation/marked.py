"""Compares what messages named, in batches, outside the request that took them (R7.7, R7.9)."""

from hub.domain.refusals import Stale
from hub.domain.staff.posts import HUB
from hub.logs import logger
from hub.operations.office import Office
from hub.ports import now
from hub.registry.customers import customers
from hub.registry.reconciliation import differences, marks
from hub.registry.reconciliation.differences import DifferenceFound
from hub.registry.session import LostDatabase

from .comparison import compare

AT_A_TIME = 500
# 500, 50, 5, 1: a mark that breaks its comparison stands alone after four attempts.
SMALLER = 10
log = logger("compare")


def compare_marks(office: Office) -> int:
    """Compare one batch of marks of each channel; returns how many marks were taken."""
    with office.store.transaction() as tx:
        channels = marks.waiting(tx)
    return sum(compare_marked(office, channel) for channel in channels)


def compare_marked(office: Office, channel: str, limit: int = AT_A_TIME) -> int:
    """Compare a batch, and isolate a mark that breaks it; 0 while another comparison of the channel runs."""
    try:
        return _some(office, channel, limit)
    except (LostDatabase, Stale):
        raise  # no fault of a mark: the connection broke, or a clerk was quicker; it is tried again
    except Exception as fault:  # noqa: BLE001 - one customer's trouble holds up no other's
        log.error("compare.broken", channel=channel, kind=type(fault).__name__, marks=limit)
        # The failed batch was rolled back, so its marks are still there for a smaller one.
        if limit > 1:
            return compare_marked(office, channel, max(limit // SMALLER, 1))
        _put_aside(office, channel, type(fault).__name__)
        return 1


def _put_aside(office: Office, channel: str, why: str) -> None:
    """File a mark that breaks its comparison as a difference, for the information centre."""
    with office.desk(HUB) as desk:
        mark = marks.put_mark_aside(desk.tx, channel, now())
        if mark is None:
            return
        kind, named, evidence = mark
        customer = customers.by_code(desk.tx, named) if kind == marks.CODE else None
        code = named if kind == marks.CODE else ""
        about = (kind, named, "not_compared", customer.id if customer else None, code, None)
        uncompared = DifferenceFound(*about, {"missing": "comparison"}, {"code": why})
        differences.open_difference(desk.tx, channel, uncompared, "tell_centre", now(), evidence=evidence)


def _some(office: Office, channel: str, limit: int) -> int:
    with office.desk(HUB) as desk:
        # Without waiting: the worker goes on to another channel. The lock also keeps others from these marks.
        if not differences.try_comparison(desk.tx, channel):
            return 0
        marked = marks.take(desk.tx, channel, limit)
        if marked is None:
            return 0
        compare(desk, channel, marked.codes, marked.numbers, evidence=marked.evidence)
        return marked.count


__all__ = ["compare_marked", "compare_marks"]
