"""A short round trip: everyone once, and no stretch of it that would be shorter driven the other way round (R13.3)."""

from itertools import pairwise
from random import Random

import pytest

from hub.domain.routes.tours import Place, distance, tour, tour_km


def shops(seed: int, number: int) -> list[Place]:
    """Shops of a county, anywhere."""
    chance = Random(seed)
    return [(117 + chance.random() / 2, 36 + chance.random() / 2) for _ in range(number)]


def kilometres(places: list[Place], order: list[int]) -> float:
    """The way from the first stop to the last."""
    return sum(distance(places[one], places[other]) for one, other in pairwise(order))


@pytest.mark.parametrize("number", [0, 1, 2, 3, 4, 5, 40, 90])
def test_everyone_is_visited_once(number: int) -> None:
    assert sorted(tour(shops(number, number))) == list(range(number))


@pytest.mark.article("R13.3")
@pytest.mark.parametrize("seed", range(8))
def test_no_stretch_would_be_shorter_the_other_way_round(seed: int) -> None:
    places = shops(seed, 30)
    order = tour(places)
    way = kilometres(places, order)
    for first in range(1, len(order) - 1):
        for last in range(first + 1, len(order) - 1):
            turned = order[:first] + order[first : last + 1][::-1] + order[last + 1 :]
            assert kilometres(places, turned) >= way * 0.999, "more than a plane differs from a globe"


@pytest.mark.article("R13.3")
def test_a_round_trip_comes_home() -> None:
    """Four corners of a square, told crosswise, are driven around; there and back is twice the way."""
    side = distance((117.0, 36.0), (117.0, 36.1))
    square = ((117.0, 36.0), (117.1, 36.1), (117.0, 36.1), (117.1, 36.0))
    assert 3.5 * side < tour_km(square) < 4 * side
    assert tour_km(square[:2]) == pytest.approx(2 * distance(*square[:2]))
    assert tour_km(square[:1]) == 0.0
