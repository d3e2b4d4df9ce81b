"""The four criteria by which a change of route is judged, in the order in which article 13 names them (R13.6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from hub.domain.plain_text import Bilingual

from .loads import Load, spread

# Delivery before visits; for each, being on the way before being even.
CRITERIA: Mapping[str, Bilingual] = {
    "delivery_way": ("送货线路顺路", "Delivery on the way"),
    "delivery_even": ("各送货线路工作量均衡", "Loads even"),
    "visit_way": ("拜访线路顺路", "Visits on the way"),
    "visit_even": ("各线路销售数据均衡", "Sales even"),
}


@dataclass(frozen=True)
class Criterion:
    """One criterion before and after a change; less is better.

    A way is in kilometres along the stops of all routes, evenness the largest deviation from the mean in per cent.
    """

    key: str
    before: float
    after: float
    decides: bool = False
    """Whether it is the first one that the change affects: later ones do not outweigh it."""


def judged(
    before: Mapping[str, Sequence[Load]], after: Mapping[str, Sequence[Load]], delivery: str, visit: str
) -> list[Criterion]:
    """The four criteria of loads by field, in their order."""
    criteria = []
    for name, field in (("delivery", delivery), ("visit", visit)):
        criteria.append(Criterion(f"{name}_way", _way(before[field]), _way(after[field])))
        criteria.append(Criterion(f"{name}_even", _uneven(before[field]), _uneven(after[field])))
    # Rounded before they are compared: what a page shows as equal must not decide.
    first = next((at for at, criterion in enumerate(criteria) if criterion.before != criterion.after), None)
    return [replace(criterion, decides=at == first) for at, criterion in enumerate(criteria)]


def _way(loads: Sequence[Load]) -> float:
    return round(sum(load.km for load in loads), 1)


def _uneven(loads: Sequence[Load]) -> float:
    # A route without customers does not exist yet, or no longer.
    return round(100 * spread([load for load in loads if load.customers]), 1)
