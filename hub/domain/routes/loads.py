"""Load of routes: customers, monthly quantity and kilometres, how uneven they are, and a plain even spread (R13.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from .tours import Place, distance, tour_km


@dataclass(frozen=True)
class Stop:
    """A customer on a route: what it sells in a month, and where it is (None: unknown, so it stays on its route)."""

    code: str
    route: str
    quantity: float
    place: Place | None = None


@dataclass(frozen=True)
class Load:
    """A route's load: customers, their monthly quantity, and kilometres of a round trip along the known places."""

    route: str
    customers: int
    quantity: float
    km: float


def place_of(location: str) -> Place | None:
    """A place written as longitude and latitude with a comma; None for words."""
    parts = location.replace("\N{FULLWIDTH COMMA}", ",").split(",")
    try:
        longitude, latitude = (float(part) for part in parts)
    except ValueError:
        return None
    return (longitude, latitude) if abs(longitude) <= 180 and abs(latitude) <= 90 else None


def by_route(stops: Sequence[Stop]) -> dict[str, list[Stop]]:
    """The stops of each route."""
    groups: dict[str, list[Stop]] = {}
    for stop in stops:
        groups.setdefault(stop.route, []).append(stop)
    return groups


def middles(stops: Sequence[Stop]) -> dict[str, Place]:
    """The middle of each route's known places."""
    known = {route: [stop.place for stop in own if stop.place] for route, own in by_route(stops).items()}
    return {
        route: (sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places))
        for route, places in known.items()
        if places
    }


def loads(stops: Sequence[Stop], routes: Sequence[str]) -> list[Load]:
    """Each route's load, in the routes' order."""
    there = by_route(stops)
    counted = []
    for route in routes:
        own = there.get(route, [])
        km = tour_km(tuple(stop.place for stop in own if stop.place))
        counted.append(Load(route, len(own), round(sum(stop.quantity for stop in own), 1), round(km, 1)))
    return counted


def spread(found: Sequence[Load]) -> float:
    """The largest deviation from the mean quantity, as a share of it; 0 is even."""
    mean = sum(load.quantity for load in found) / len(found) if found else 0
    return max((abs(load.quantity - mean) / mean for load in found), default=0.0) if mean else 0.0


def moved(stops: Sequence[Stop], found: Mapping[str, str]) -> list[Stop]:
    """The stops on the routes that were found for them."""
    return [replace(stop, route=found[stop.code]) for stop in stops]


# Greedy, with at most as many moves as there are stops. A stop moves only if it weighs less than the gap between the
# two routes, so that no move makes them less even.
def evened(stops: Sequence[Stop], routes: Sequence[str]) -> dict[str, str]:
    """{code: route} after moving customers one by one from the heaviest route to the lightest while that helps.

    Of those that help, the one whose distance to its route's middle grows least moves; unknown places stay.
    """
    centre = middles(stops)
    now = by_route(stops)
    total = {route: sum(stop.quantity for stop in now.get(route, [])) for route in routes}
    for _ in range(len(stops)):
        heavy, light = max(routes, key=total.__getitem__), min(routes, key=total.__getitem__)
        gap = total[heavy] - total[light]
        able = [s for s in now.get(heavy, []) if s.place and 0 < s.quantity < gap]
        if not able or heavy == light:
            break
        best = min(able, key=lambda stop: (_detour(stop, centre, light), abs(gap / 2 - stop.quantity), stop.code))
        now[heavy].remove(best)
        now.setdefault(light, []).append(replace(best, route=light))
        total[heavy] -= best.quantity
        total[light] += best.quantity
    return {stop.code: route for route, own in now.items() for stop in own}


def _detour(stop: Stop, centre: Mapping[str, Place], to: str) -> float:
    """How much farther it is from the other route's middle than from its own, in whole kilometres."""
    assert stop.place is not None
    there = distance(stop.place, centre[to]) if to in centre else 0.0
    here = distance(stop.place, centre[stop.route]) if stop.route in centre else 0.0
    return round(there - here)


__all__ = ["Load", "Place", "Stop", "by_route", "evened", "loads", "middles", "moved", "place_of", "spread"]
