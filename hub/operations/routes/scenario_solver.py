"""Solves a scenario: with our own priced regions, and with OR-tools (`partnerhub[scenario]`) where that is better."""

from collections.abc import Sequence
from importlib.util import find_spec

from hub.domain.routes.loads import Stop
from hub.domain.routes.regions import Wanted, best_of, spread_over
from hub.lazy import load

# Only looked for, not loaded: that would cost every process half a second.
INSTALLED = find_spec("ortools") is not None


def solve(stops: Sequence[Stop], wanted: Wanted, seconds: float) -> tuple[str, dict[str, str]]:
    """Spread customers over routes within `seconds`; returns the method used and {customer code: route}.

    Customers whose place is not known stay. Without any quantity on record each customer counts as one.
    """
    counted = stops if any(stop.quantity for stop in stops) else [_as_one(stop) for stop in stops]
    own = spread_over(counted, wanted)
    free = [stop for stop in counted if wanted.free(stop) and stop.quantity > 0]
    if not INSTALLED or len(free) < 2:
        return "own", own
    optimised = load("hub.operations.routes.cp_sat").optimised(counted, free, own, wanted, seconds)
    # Its model allows each customer only a few routes (cp_sat.NEAREST), so it may do worse than ours.
    if optimised is None or optimised == own or best_of(counted, [own, optimised], wanted.targets) is own:
        return "own", own
    return "ortools", optimised


def _as_one(stop: Stop) -> Stop:
    return Stop(stop.code, stop.route, 1.0, stop.place)
