"""The optimiser's model of a scenario, for OR-tools: an extra (`partnerhub[scenario]`) that takes half a second to load."""

from collections.abc import Mapping, Sequence
from typing import Any

from ortools.sat.python import cp_model

from hub.domain.routes.loads import Stop, middles, moved
from hub.domain.routes.regions import ON_THE_WAY, Wanted, tolerated
from hub.domain.routes.tours import Place, distance

TENTHS = 10
"""Quantities and kilometres are counted in tenths, because the solver knows only whole numbers."""
NEAREST = 3
"""Nearest routes offered to each customer, besides the present one and our own result: this keeps the model small."""


def optimised(
    stops: Sequence[Stop], free: Sequence[Stop], own: Mapping[str, str], wanted: Wanted, seconds: float
) -> dict[str, str] | None:
    """The shortest way, then the most even loads on it, starting from our own spread; None if time ran out first."""
    model: Any = cp_model.CpModel()
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
        # Our own spread as the first solution: the solver only has to improve on it.
        model.add_hint(var, own[code] == route)
    for rows in choices.values():
        model.add_exactly_one(var for _, var in rows)
    high, low = _between(model, on_route, weights, _fixed(stops, amount, own, wanted))
    place = {stop.code: stop.place for stop in free if stop.place is not None}
    way = [_tenths(distance(place[code], centre[route])) for code, route in on]
    # Never less even than our own spread, which is never less even than the present routes (R13.3).
    gap = model.new_int_var(0, _gap(stops, amount, own, wanted), "gap")
    model.add(gap >= high - low)
    road = cp_model.LinearExpr.weighted_sum(list(on.values()), way)
    # Article 13's order, one criterion after the other: the shortest way first; then, on ways that count as equal, the
    # most even loads (R13.6).
    model.minimize(road)
    shortest = _solved(model, seconds / 2)
    if shortest is None:
        return None
    model.add(road <= round(shortest.objective_value * (1 + ON_THE_WAY)))
    model.clear_hints()
    for var in on.values():
        model.add_hint(var, shortest.boolean_value(var))
    # Loads within a tenth of the mean are even enough; below that the shorter way wins.
    beyond = model.new_int_var(0, _gap(stops, amount, own, wanted), "beyond")
    model.add(beyond >= gap - _tenths(tolerated(stops, wanted.targets)))
    # More than any way can cost: a tenth of unevenness outweighs every saving, so one objective ranks both criteria.
    most = sum(way) + 1
    model.minimize(most * beyond + road)
    even = _solved(model, seconds / 2) or shortest
    chosen = {code: route for (code, route), var in on.items() if even.boolean_value(var)}
    return dict(own) | chosen


def _solved(model: Any, seconds: float) -> Any:
    """The solver with its best solution; None when it found none in time."""
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    # A fixed seed, so that the same customers tend to give the same scenario; two workers leave cores to the requests.
    solver.parameters.num_workers = 2
    solver.parameters.random_seed = 1
    return solver if solver.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None


def _gap(stops: Sequence[Stop], amount: Mapping[str, int], own: Mapping[str, str], wanted: Wanted) -> int:
    """The gap between the heaviest and the lightest route of our own spread, or the tolerated gap if that is larger."""
    total = dict.fromkeys(wanted.targets, 0)
    for stop in stops:
        total[own[stop.code]] += amount.get(stop.code, _tenths(stop.quantity))
    return max(max(total.values()) - min(total.values()), _tenths(tolerated(stops, wanted.targets)))


def _able(stop: Stop, own: str, centre: Mapping[str, Place], targets: Sequence[str]) -> list[str]:
    """The few routes that may be given a customer; only those that have a middle."""
    assert stop.place is not None
    here = stop.place
    near = sorted((distance(here, centre[route]), route) for route in targets if route in centre)
    few = [route for _, route in near[:NEAREST]]
    return sorted({own, *few, *([stop.route] if stop.route in centre and stop.route in targets else [])})


def _fixed(stops: Sequence[Stop], amount: Mapping[str, int], own: Mapping[str, str], wanted: Wanted) -> dict[str, int]:
    """The load of each route that stays whatever the solver does."""
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
