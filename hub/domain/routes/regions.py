"""Customers spread evenly over routes that come and go: each route has a middle and a price, and the nearest wins (R13.3).

A route that is too heavy becomes dearer, so that customers at its edge go to its neighbours; loads move on in chains
and regions stay whole. Distances are kilometres; a price is in kilometres too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .loads import Stop, evened, loads, middles, moved, spread
from .tours import Place, distance

# Price rounds at most, and those at the start in which the centroids move too.
ROUNDS, SETTLED = 100, 30
# Kilometres that a change of route must save to be worth the trouble (own convention).
STAYS = 1.0
# Share of the mean within which loads are even enough to stop.
EVEN = 0.01
# Gap between heaviest and lightest, as a share of the mean, that still counts as even: within it distance decides
# (article 13).
TOLERATED = 0.1
# Weight of a unit of the gap within that tolerance; a unit beyond it weighs as much as a kilometre.
SLIGHT = 0.1


@dataclass(frozen=True)
class Wanted:
    """Whose customers may move (sources) and which routes there are afterwards (targets)."""

    sources: frozenset[str]
    targets: tuple[str, ...]

    def free(self, stop: Stop) -> bool:
        """Whether the stop may move: it is on a source, and its place is known."""
        return stop.route in self.sources and stop.place is not None


def score(stops: Sequence[Stop], spread_of: Mapping[str, str], targets: Sequence[str]) -> float:
    """What a spread costs: kilometres along the stops, and units between heaviest and lightest; less is better."""
    after = loads(moved(stops, spread_of), targets)
    quantities = [load.quantity for load in after]
    gap = max(quantities) - min(quantities)
    return sum(load.km for load in after) + max(0.0, gap - tolerated(stops, targets)) + SLIGHT * gap


def tolerated(stops: Sequence[Stop], targets: Sequence[str]) -> float:
    """The units between heaviest and lightest that count as even."""
    return TOLERATED * sum(stop.quantity for stop in stops) / len(targets)


def spread_over(stops: Sequence[Stop], wanted: Wanted) -> dict[str, str]:
    """{code: route}, every route a target: the better of the priced regions and of what is there, evened."""
    free = frozenset(stop.code for stop in stops if wanted.free(stop))
    housed = _housed(stops, wanted)
    base = moved(stops, housed)
    options = [housed, _evened(base, free, wanted.targets)]
    if free:
        regions = _regions(stops, base, free, wanted)
        options += [regions, _evened(moved(stops, regions), free, wanted.targets)]
    least = spread(loads(base, wanted.targets))
    fair = [option for option in options if spread(loads(moved(stops, option), wanted.targets)) <= least + 1e-9]
    return min(fair, key=lambda option: score(stops, option, wanted.targets))


def _housed(stops: Sequence[Stop], wanted: Wanted) -> dict[str, str]:
    """Everybody on a target: who is on none goes to the nearest, or to the lightest when no place is known."""
    homes = {stop.code: stop.route for stop in stops if stop.route in wanted.targets}
    total = {load.route: load.quantity for load in loads(stops, wanted.targets)}
    centre = {route: place for route, place in middles(stops).items() if route in total}
    for stop in stops:
        if stop.route in total:
            continue
        route = min(total, key=lambda name: (total[name], name))
        if stop.place and centre:
            route = min((distance(stop.place, middle), name) for name, middle in centre.items())[1]
        homes[stop.code] = route
        total[route] += stop.quantity
    return homes


def _evened(base: Sequence[Stop], free: frozenset[str], targets: Sequence[str]) -> dict[str, str]:
    """The plain even spread, by which nobody moves who may not."""
    return evened([stop if stop.code in free else replace(stop, place=None) for stop in base], targets)


def _regions(stops: Sequence[Stop], base: Sequence[Stop], free: frozenset[str], wanted: Wanted) -> dict[str, str]:
    """Each free stop on the route whose middle is nearest by the routes' prices."""
    able = [stop for stop in stops if stop.code in free]
    fixed = dict.fromkeys(wanted.targets, 0.0)
    for stop in base:
        if stop.code not in free:
            fixed[stop.route] += stop.quantity
    mean = sum(stop.quantity for stop in base) / len(wanted.targets)
    plane = _Plane.of(able)
    nearest = _priced(able, plane, _seeded(base, wanted, plane), fixed, mean)
    return {stop.code: stop.route for stop in base} | nearest


@dataclass(frozen=True)
class _Plane:
    """Places in kilometres about a middle, so that a distance is one subtraction."""

    middle: Place
    points: list[complex]

    @classmethod
    def of(cls, free: Sequence[Stop]) -> "_Plane":
        """The plane of some stops."""
        places = [stop.place for stop in free if stop.place]
        middle = (sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places))
        plane = cls(middle, [])
        plane.points.extend(plane.at(place) for place in places)
        return plane

    def at(self, place: Place) -> complex:
        """A place on the plane."""
        x0, y0 = self.middle
        east = distance((place[0], y0), self.middle) * (1 if place[0] >= x0 else -1)
        north = distance((x0, place[1]), self.middle) * (1 if place[1] >= y0 else -1)
        return complex(east, north)


def _seeded(base: Sequence[Stop], wanted: Wanted, plane: _Plane) -> dict[str, complex]:
    """A middle for each target: where its customers are, and for an empty one the stop farthest from all others."""
    known = middles(base)
    centre = {route: plane.at(known[route]) for route in wanted.targets if route in known}
    for route in wanted.targets:
        if route not in centre:
            far = max(plane.points, key=lambda point: min((abs(point - c) for c in centre.values()), default=0.0))
            centre[route] = far
    return centre


def _priced(
    free: Sequence[Stop], plane: _Plane, centre: dict[str, complex], fixed: Mapping[str, float], mean: float
) -> dict[str, str]:
    """Balanced assignment: each stop to the cheapest route, centroids to their stops, prices up where loads are heavy."""
    routes = list(fixed)
    price = dict.fromkeys(routes, 0.0)
    scale = (
        sum(min(abs(point - middle) for middle in centre.values()) for point in plane.points) / len(plane.points) or 1.0
    )
    step = dict.fromkeys(routes, scale / 2)
    above = dict.fromkeys(routes, False)
    best: tuple[float, dict[str, str]] | None = None
    for turn in range(ROUNDS):
        now = _cheapest(free, plane, centre, price)
        total = dict(fixed)
        for stop, route in zip(free, now, strict=True):
            total[route] += stop.quantity
        uneven = max(abs(load - mean) for load in total.values())
        settled = turn >= SETTLED
        # With the middles at rest the search begins again, in finer steps.
        if turn == SETTLED:
            step = dict.fromkeys(routes, scale / 4)
        if settled and (best is None or uneven < best[0]):
            best = (uneven, {stop.code: route for stop, route in zip(free, now, strict=True)})
        if settled and uneven <= EVEN * mean:
            break
        # Rprop's step: a little longer while a load stays on its side of the mean, half once it has crossed it, so that
        # prices neither crawl nor swing. The factors are the usual ones (1.2 and 0.5), the first made more cautious.
        for route in routes:
            step[route] *= 1.15 if (total[route] > mean) == above[route] else 0.5
            above[route] = total[route] > mean
            price[route] += step[route] if above[route] else -step[route]
        if not settled:
            _recentre(plane, now, centre)
    assert best is not None
    return best[1]


def _cheapest(
    free: Sequence[Stop], plane: _Plane, centre: Mapping[str, complex], price: Mapping[str, float]
) -> list[str]:
    rows = [(centre[route], price[route], route) for route in centre]
    return [
        min(
            (abs(point - middle) + dear + (STAYS if route != stop.route else 0.0), route)
            for middle, dear, route in rows
        )[1]
        for stop, point in zip(free, plane.points, strict=True)
    ]


def _recentre(plane: _Plane, now: Sequence[str], centre: dict[str, complex]) -> None:
    """Each route's middle goes half-way to where its free stops are."""
    points_of: dict[str, list[complex]] = {}
    for point, route in zip(plane.points, now, strict=True):
        points_of.setdefault(route, []).append(point)
    for route, points in points_of.items():
        # Half-way only: a full step lets two routes trade places for ever.
        centre[route] = (centre[route] + sum(points) / len(points)) / 2
