"""The optimiser's model of a scenario, for OR-tools: an extra (`partnerhub[scenario]`) that takes half a second to load."""

from collections.abc import Mapping, Sequence
from typing import Any

from ortools.sat.python import cp_model

from hub.domain.routes.loads import Stop, middles, moved
from hub.domain.routes.regions import SLIGHT, Wanted, tolerated
from hub.domain.routes.tours import Place, distance

TENTHS = 10
"""Quantities and kilometres are counted in tenths: the solver knows whole numbers only."""
NEAREST = 3
"""Routes that a customer may be given to, besides the own and the one that our way found: what keeps the model small."""


def optimised(
    stops: Sequence[Stop], free: Sequence[Stop], own: Mapping[str, str], wanted: Wanted, seconds: float
) -> dict[str, str] | None:
    """The least unevenness and way together, searched for from our own spread; None when nothing was found in time."""
    model = cp_model.CpModel()
    centre = middles(moved(stops, own))
    on = {
        (stop.code, route): model.new_bool_var(f"{stop.code} {route}")
        for stop in free
        for route in _able(stop, own[stop.code], centre, wanted.targets)
    }
    choices: dict[str, list[tuple[str, Any]]] = {}
    on_route: dict[str, list[Any]] = {route: [] for route in wanted.targets}
    weights: dict[str, list[int]] = {route: [] for route in wanted.targets}
    amount = {stop.code: _tenths(stop.quantity) for stop in free}
    for (code, route), var in on.items():
        choices.setdefault(code, []).append((route, var))
        on_route[route].append(var)
        weights[route].append(amount[code])
        model.add_hint(var, own[code] == route)
    for rows in choices.values():
        model.add_exactly_one(var for _, var in rows)
    high, low = _between(model, on_route, weights, _fixed(stops, amount, own, wanted))
    place = {stop.code: stop.place for stop in free}
    way = [_tenths(distance(place[code], centre[route])) for code, route in on]  # type: ignore[arg-type]
    # Unevenness costs in full only beyond what is tolerated, and slightly below it, so that ties go to the even spread.
    beyond = model.new_int_var(0, sum(map(_tenths, (stop.quantity for stop in stops))), "beyond")
    model.add(beyond >= high - low - _tenths(tolerated(stops, wanted.targets)))
    road = cp_model.LinearExpr.weighted_sum(list(on.values()), way)
    model.minimize(TENTHS * (beyond + road) + round(TENTHS * SLIGHT) * (high - low))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    # A fixed seed, so that the same customers give the same scenario; two workers leave the machine to the requests.
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = 1
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return None
    chosen = {code: route for (code, route), var in on.items() if solver.boolean_value(var)}
    return dict(own) | chosen


def _able(stop: Stop, own: str, centre: Mapping[str, Place], targets: Sequence[str]) -> list[str]:
    """The few routes that may get a customer; only such as have a middle."""
    assert stop.place is not None
    here = stop.place
    near = sorted((distance(here, centre[route]), route) for route in targets if route in centre)
    few = [route for _, route in near[:NEAREST]]
    return sorted({own, *few, *([stop.route] if stop.route in centre and stop.route in targets else [])})


def _fixed(stops: Sequence[Stop], amount: Mapping[str, int], own: Mapping[str, str], wanted: Wanted) -> dict[str, int]:
    """What is on each route whatever the solver does."""
    fixed = dict.fromkeys(wanted.targets, 0)
    for stop in stops:
        if stop.code not in amount:
            fixed[own[stop.code]] += _tenths(stop.quantity)
    return fixed


def _between(
    model: Any,
    on_route: Mapping[str, list[Any]],
    weights: Mapping[str, list[int]],
    fixed: Mapping[str, int],
) -> tuple[Any, Any]:
    """The heaviest and the lightest load, as variables."""
    most = sum(fixed.values()) + sum(map(sum, weights.values()))
    high, low = model.new_int_var(0, most, "high"), model.new_int_var(0, most, "low")
    for route, rows in on_route.items():
        load = cp_model.LinearExpr.weighted_sum(rows, weights[route]) + fixed[route]
        model.add(load <= high)
        model.add(load >= low)
    return high, low


def _tenths(amount: float) -> int:
    return round(amount * TENTHS)
