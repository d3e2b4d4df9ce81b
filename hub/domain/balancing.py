"""Load of delivery routes, and an even spread of customers over them (R13.3)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import asin, cos, radians, sin, sqrt

EARTH_KM = 6371.0
Place = tuple[float, float]
"""Longitude and latitude in degrees."""


@dataclass(frozen=True)
class Stop:
    """A customer on a route: what it sells in a month, and where it is (None: not known, so it stays on its route)."""

    code: str
    route: str
    quantity: float
    place: Place | None = None


@dataclass(frozen=True)
class Load:
    """A route's load: customers, their monthly quantity, and kilometres from its middle summed over its stops."""

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


def distance(one: Place, other: Place) -> float:
    """Kilometres over the ground between two places (haversine)."""
    (x1, y1), (x2, y2) = ((radians(x), radians(y)) for x, y in (one, other))
    half = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def middles(stops: Sequence[Stop]) -> dict[str, Place]:
    """The middle of each route's known places."""
    found: dict[str, list[Place]] = {}
    for stop in stops:
        if stop.place is not None:
            found.setdefault(stop.route, []).append(stop.place)
    return {
        route: (sum(x for x, _ in places) / len(places), sum(y for _, y in places) / len(places))
        for route, places in found.items()
    }


def loads(stops: Sequence[Stop], routes: Sequence[str]) -> list[Load]:
    """Each route's load, in the routes' order."""
    centre = middles(stops)
    found = []
    for route in routes:
        own = [stop for stop in stops if stop.route == route]
        km = sum(distance(stop.place, centre[route]) for stop in own if stop.place and route in centre)
        found.append(Load(route, len(own), round(sum(stop.quantity for stop in own), 1), round(km, 1)))
    return found


def spread(found: Sequence[Load]) -> float:
    """How uneven: the largest difference from the mean quantity, in its share; 0 is even."""
    mean = sum(load.quantity for load in found) / len(found) if found else 0
    return max((abs(load.quantity - mean) / mean for load in found), default=0.0) if mean else 0.0


def evened(stops: Sequence[Stop], routes: Sequence[str]) -> dict[str, str]:
    """{code: route}: customers are moved one by one from the heaviest route to the lightest while that helps.

    Of those that help, the one whose way to the other route's middle grows least; unknown places stay.
    """
    centre = middles(stops)
    now = {stop.code: stop for stop in stops}
    total = {load.route: load.quantity for load in loads(stops, routes)}
    for _ in range(len(stops)):
        heavy, light = max(routes, key=total.__getitem__), min(routes, key=total.__getitem__)
        gap = total[heavy] - total[light]
        able = [s for s in now.values() if s.route == heavy and s.place and 0 < s.quantity < gap]
        if not able or heavy == light:
            break
        best = min(able, key=lambda stop: (_detour(stop, centre, light), abs(gap / 2 - stop.quantity), stop.code))
        now[best.code] = replace(best, route=light)
        total[heavy] -= best.quantity
        total[light] += best.quantity
    return {code: stop.route for code, stop in now.items()}


def _detour(stop: Stop, centre: Mapping[str, Place], to: str) -> float:
    """By how many kilometres it is further from the other route's middle than from its own; whole kilometres."""
    assert stop.place is not None
    there = distance(stop.place, centre[to]) if to in centre else 0.0
    here = distance(stop.place, centre[stop.route]) if stop.route in centre else 0.0
    return round(there - here)


__all__ = ["Load", "Place", "Stop", "distance", "evened", "loads", "middles", "place_of", "spread"]
