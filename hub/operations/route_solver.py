"""Who computes a scenario: OR-tools where it is installed (`partnerhub[scenario]`), else our own even spread."""

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from hub.domain.balancing import Stop, distance, evened, middles

INSTALLED = find_spec("ortools") is not None
"""Whether the extra is there; loaded when it is first used, because it takes two seconds."""


@cache
def _ortools() -> Any:
    return import_module("ortools.sat.python.cp_model")


TENTHS = 10
"""Quantities are counted in tenths: the solver knows whole numbers only."""
KM_PER_UNIT = 1
"""A kilometre further from the middle of its route weighs as much as one unit of unevenness."""


def solve(stops: Sequence[Stop], routes: Sequence[str], seconds: float) -> tuple[str, dict[str, str]]:
    """(which way was used, {code: route}); bounded in time. Customers whose place is not known stay."""
    free = [stop for stop in stops if stop.place is not None and stop.quantity > 0]
    if not INSTALLED or len(free) < 2:
        return "own", evened(stops, routes)
    found = _optimised(stops, free, routes, seconds)
    return ("ortools", found) if found else ("own", evened(stops, routes))


def _optimised(
    stops: Sequence[Stop], free: Sequence[Stop], routes: Sequence[str], seconds: float
) -> dict[str, str] | None:
    """The least unevenness and way together; None when nothing was found in time."""
    cp_model = _ortools()
    model = cp_model.CpModel()
    centre = middles(stops)
    fixed = {route: sum(_tenths(s) for s in stops if s.route == route and s not in free) for route in routes}
    on = {(s.code, route): model.new_bool_var(f"{s.code} {route}") for s in free for route in routes}
    for stop in free:
        model.add_exactly_one(on[stop.code, route] for route in routes)
    most = sum(_tenths(stop) for stop in stops)
    high, low = model.new_int_var(0, most, "high"), model.new_int_var(0, most, "low")
    for route in routes:
        load = fixed[route] + sum(_tenths(stop) * on[stop.code, route] for stop in free)
        model.add(load <= high)
        model.add(load >= low)
    way = sum(_way(stop, centre.get(route)) * on[stop.code, route] for stop in free for route in routes)
    model.minimize((high - low) + KM_PER_UNIT * way)
    for stop in free:
        for route in routes:
            model.add_hint(on[stop.code, route], stop.route == route)
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = 1
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = {s.code: route for s in free for route in routes if solver.boolean_value(on[s.code, route])}
    return {stop.code: chosen.get(stop.code, stop.route) for stop in stops}


def _tenths(stop: Stop) -> int:
    return round(stop.quantity * TENTHS)


def _way(stop: Stop, middle: tuple[float, float] | None) -> int:
    """Whole kilometres from the route's middle, in tenths of a unit."""
    return round(distance(stop.place, middle) * TENTHS) if stop.place and middle else 0
