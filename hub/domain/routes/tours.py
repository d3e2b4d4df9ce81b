"""A short round trip through places: its kilometres, and an order in which to drive them (R13.3)."""

from collections.abc import Sequence
from functools import lru_cache
from math import asin, cos, radians, sin, sqrt

# The earth's mean radius in kilometres.
EARTH_KM = 6371.0
# Longitude and latitude in degrees.
Place = tuple[float, float]
# Bits of the curve that gives the first order: a grid of 1024 by 1024, cells of some 50 m over a county.
GRID = 10
# How many stops ahead a better continuation is looked for: on the curve, neighbours are near each other in the order,
# and a full search would grow with the square of the number of stops.
WINDOW = 40
# Rounds of 2-opt at most; starting from the curve's order, few tours still gain in the sixth.
ROUNDS = 6


def distance(one: Place, other: Place) -> float:
    """Kilometres over the ground between two places (haversine)."""
    (x1, y1), (x2, y2) = ((radians(x), radians(y)) for x, y in (one, other))
    half = sin((y2 - y1) / 2) ** 2 + cos(y1) * cos(y2) * sin((x2 - x1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


def tour(places: Sequence[Place]) -> list[int]:
    """An order of the places for a round trip: along Hilbert's curve, then improved by 2-opt."""
    if len(places) < 4:
        return list(range(len(places)))
    flat = _flat(places)
    cells = _cells(flat)
    order = sorted(range(len(flat)), key=lambda at: (_along(*cells[at]), at))
    for _ in range(ROUNDS):
        if not _improve(order, flat):
            break
    return order


@lru_cache(maxsize=512)
def tour_km(places: tuple[Place, ...]) -> float:
    """Kilometres of the round trip; cached, because pages ask for the same routes again and again."""
    order = tour(places)
    return sum(distance(places[one], places[order[at - 1]]) for at, one in enumerate(order)) if len(order) > 1 else 0.0


def _flat(places: Sequence[Place]) -> list[complex]:
    """The places in kilometres on a plane: exact to a tenth of a per cent over a county."""
    middle = radians(sum(y for _, y in places) / len(places))
    return [complex(EARTH_KM * radians(x) * cos(middle), EARTH_KM * radians(y)) for x, y in places]


def _cells(flat: list[complex]) -> list[tuple[int, int]]:
    left, low = min(p.real for p in flat), min(p.imag for p in flat)
    span = max(max(p.real for p in flat) - left, max(p.imag for p in flat) - low, 1e-9)
    most = (1 << GRID) - 1
    return [(int((p.real - left) / span * most), int((p.imag - low) / span * most)) for p in flat]


def _along(x: int, y: int) -> int:
    """How far along Hilbert's curve a cell lies."""
    # One bit of both coordinates in each turn, highest first: find the quarter, then turn it to lie like the whole.
    passed, side = 0, 1 << (GRID - 1)
    while side:
        right, up = int(x & side > 0), int(y & side > 0)
        passed += side * side * ((3 * right) ^ up)
        if not up:
            if right:
                x, y = side - 1 - x, side - 1 - y
            x, y = y, x
        side >>= 1
    return passed


def _improve(order: list[int], flat: list[complex]) -> bool:
    """One round of 2-opt: reverse a stretch where that is shorter; whether any was."""
    better, count = False, len(order)
    way = [flat[at] for at in order]
    for i in range(count - 2):
        here, after = way[i], way[i + 1]
        step = abs(here - after)
        for j in range(i + 2, min(i + WINDOW, count - 1)):
            gain = step + abs(way[j] - way[j + 1]) - abs(here - way[j]) - abs(after - way[j + 1])
            if gain > 1e-9:  # more than rounding, or two tours of one length would alternate
                order[i + 1 : j + 1] = order[i + 1 : j + 1][::-1]
                way[i + 1 : j + 1] = way[i + 1 : j + 1][::-1]
                after, better = way[i + 1], True
                step = abs(here - after)
    return better
