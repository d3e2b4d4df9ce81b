"""Balanced assignment of customers to routes by priced centroids (R13.3).

Each customer goes to the route whose middle, plus the route's price, is nearest. A route that is too heavy becomes
dearer, so that customers at its edge go to its neighbours; loads move on in chains and regions stay whole. Distances and
prices are kilometres.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .loads import Stop, evened, loads, middles, moved, spread
from .tours import Place, distance

# Rounds of prices at most; middles move only in the first SETTLED rounds, or the two would chase each other for ever.
ROUNDS, SETTLED = 100, 30
# Rprop's factors (Riedmiller and Braun, 1993): a price's step grows while its route stays too heavy or too light, and
# is halved once it went too far. Only the side of the mean counts, not the distance from it: no unit has to be chosen.
FASTER, SLOWER = 1.2, 0.5
# Kilometres that a change of route must save before it is worth its trouble (own convention).
STAYS = 1.0
# Within one per cent of the mean quantity: even enough to stop.
EVEN = 0.01
# The gap between heaviest and lightest, as a share of the mean, up to which loads count as even and the way decides
# (article 13).
TOLERATED = 0.1
# Ways longer than the shortest by up to this share of it count as equal, and even loads decide (own convention).
ON_THE_WAY = 0.1


@dataclass(frozen=True)
class Wanted:
    """Whose customers may move (`sources`) and which routes there are afterwards (`targets`)."""

    sources: frozenset[str]
    targets: tuple[str, ...]

    def free(self, stop: Stop) -> bool:
        """Whether the stop may move: it is on a source, and its place is known."""
        return stop.route in self.sources and stop.place is not None


def best_of(stops: Sequence[Stop], options: Sequence[Mapping[str, str]], targets: Sequence[str]) -> Mapping[str, str]:
    """The best assignment in the order of article 13: on the way first, and of those that are, the most even (R13.6).

    Ways within a tenth of the shortest are equally on the way, loads within a tenth of the mean are equally even; then
    the exact way decides, and last the exact evenness. A target left without customers is worse than any way.
    """
    measured = [(option, *_measured(stops, option, targets)) for option in options]
    fewest = min(empty for _, empty, _, _ in measured)
    able = [line for line in measured if line[1] == fewest]
    shortest = min(km for _, _, km, _ in able)
    on_the_way = [line for line in able if line[2] <= shortest * (1 + ON_THE_WAY) + 1e-9]
    even = tolerated(stops, targets)
    return min(on_the_way, key=lambda line: (max(0.0, line[3] - even), line[2], line[3]))[0]


def _measured(stops: Sequence[Stop], option: Mapping[str, str], targets: Sequence[str]) -> tuple[int, float, float]:
    """Targets without customers, kilometres along the stops, units between heaviest and lightest."""
    after = loads(moved(stops, option), targets)
    quantities = [load.quantity for load in after]
    return sum(not load.customers for load in after), sum(load.km for load in after), max(quantities) - min(quantities)


def tolerated(stops: Sequence[Stop], targets: Sequence[str]) -> float:
    """The units between heaviest and lightest that count as even."""
    return TOLERATED * sum(stop.quantity for stop in stops) / len(targets)


def spread_over(stops: Sequence[Stop], wanted: Wanted) -> dict[str, str]:
    """{code: route}, every route a target: the best of the priced regions and the present routes, evened or not."""
    free = frozenset(stop.code for stop in stops if wanted.free(stop))
    housed = _housed(stops, wanted)
    base = moved(stops, housed)
    options = [housed, _evened(base, free, wanted.targets)]
    if free:
        regions = _regions(stops, base, free, wanted)
        options += [regions, _evened(moved(stops, regions), free, wanted.targets)]
    # What is less even than the routes of today is no improvement, however short its way (R13.3).
    least = spread(loads(base, wanted.targets))
    fair = [option for option in options if spread(loads(moved(stops, option), wanted.targets)) <= least + 1e-9]
    return dict(best_of(stops, fair, wanted.targets))


def _housed(stops: Sequence[Stop], wanted: Wanted) -> dict[str, str]:
    """Every stop on a target: one that is on none goes to the nearest, or to the lightest if its place is not known."""
    housed = {stop.code: stop.route for stop in stops if stop.route in wanted.targets}
    total = {load.route: load.quantity for load in loads(stops, wanted.targets)}
    centre = {route: place for route, place in middles(stops).items() if route in total}
    for stop in stops:
        if stop.route in total:
            continue
        route = min(total, key=lambda target: (total[target], target))
        if stop.place and centre:
            route = min((distance(stop.place, middle), target) for target, middle in centre.items())[1]
        housed[stop.code] = route
        total[route] += stop.quantity
    return housed


def _evened(base: Sequence[Stop], free: frozenset[str], targets: Sequence[str]) -> dict[str, str]:
    """The plain even spread; stops that may not move are given no place, which keeps them where they are."""
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
    regions = _priced(able, plane, _seeded(base, wanted, plane), fixed, mean)
    return {stop.code: stop.route for stop in base} | regions


@dataclass(frozen=True)
class _Plane:
    """Places in kilometres around a middle, as complex numbers: a distance is then one subtraction."""

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
    """A middle for each target: where its customers are; for an empty one, the stop farthest from all other middles."""
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
    """Rounds of: every stop to its cheapest route, middles to where their stops are, prices up where loads are heavy."""
    routes = list(fixed)
    price = dict.fromkeys(routes, 0.0)
    # A price has an effect once it is of the order of the distances between which it decides.
    reach = sum(min(abs(point - middle) for middle in centre.values()) for point in plane.points) / len(plane.points)
    first_step = (reach or 1.0) / 2
    step = dict.fromkeys(routes, first_step)
    heavy = dict.fromkeys(routes, False)
    best: tuple[float, list[str]] | None = None
    for turn in range(ROUNDS):
        chosen = _cheapest(free, plane, centre, price)
        total = dict(fixed)
        for stop, route in zip(free, chosen, strict=True):
            total[route] += stop.quantity
        uneven = max(abs(quantity - mean) for quantity in total.values())
        settled = turn >= SETTLED
        if turn == SETTLED:
            # Once the middles are fixed, the prices have to settle again.
            step = dict.fromkeys(routes, first_step)
        if settled and (best is None or uneven < best[0]):
            best = (uneven, chosen)
        if settled and uneven <= EVEN * mean:
            break
        for route in routes:
            too_heavy = total[route] > mean
            step[route] *= FASTER if too_heavy == heavy[route] else SLOWER
            heavy[route] = too_heavy
            price[route] += step[route] if too_heavy else -step[route]
        if not settled:
            _recentre(plane, chosen, centre)
    assert best is not None
    return {stop.code: route for stop, route in zip(free, best[1], strict=True)}


def _cheapest(
    free: Sequence[Stop], plane: _Plane, centre: Mapping[str, complex], price: Mapping[str, float]
) -> list[str]:
    offers = [(centre[route], price[route], route) for route in centre]
    return [
        min(
            (abs(point - middle) + dear + (STAYS if route != stop.route else 0.0), route)
            for middle, dear, route in offers
        )[1]
        for stop, point in zip(free, plane.points, strict=True)
    ]


def _recentre(plane: _Plane, chosen: Sequence[str], centre: dict[str, complex]) -> None:
    """Move each route's middle half-way to its free stops: the whole way, and two routes might swap stops for ever."""
    points_of: dict[str, list[complex]] = {}
    for point, route in zip(plane.points, chosen, strict=True):
        points_of.setdefault(route, []).append(point)
    for route, points in points_of.items():
        centre[route] = (centre[route] + sum(points) / len(points)) / 2
