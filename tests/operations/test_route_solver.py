"""Who computes a scenario: both ways even the load, leave unknown places alone, and do not send people far."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.balancing import Stop, evened, loads, place_of, spread
from hub.operations import route_solver

ROUTES = ("一线", "二线", "三线")
STOPS = st.lists(
    st.tuples(st.sampled_from(ROUTES), st.integers(0, 90), st.booleans(), st.floats(117, 117.5), st.floats(36, 36.5)),
    min_size=1,
    max_size=40,
).map(
    lambda rows: [
        Stop(f"C{at:03d}", route, quantity, (x, y) if known else None)
        for at, (route, quantity, known, x, y) in enumerate(rows)
    ]
)


def spread_after(stops: list[Stop], found: dict[str, str]) -> float:
    return spread(loads([Stop(s.code, found[s.code], s.quantity, s.place) for s in stops], ROUTES))


@pytest.mark.article("R13.3")
@settings(max_examples=60, deadline=None)
@given(stops=STOPS)
def test_our_own_way_never_makes_it_more_uneven_and_leaves_unknown_places(stops: list[Stop]) -> None:
    found = evened(stops, ROUTES)
    assert spread_after(stops, found) <= spread(loads(stops, ROUTES)) + 1e-9
    assert all(found[stop.code] == stop.route for stop in stops if stop.place is None)


@pytest.mark.article("R13.3")
def test_the_optimiser_is_as_even_and_says_that_it_was_used() -> None:
    pytest.importorskip("ortools")
    stops = [Stop(f"C{n:03d}", "一线", 5 + n % 7, (117 + n % 10 / 100, 36 + n // 10 / 100)) for n in range(90)]
    method, found = route_solver.solve(stops, ROUTES, 5)
    assert method == "ortools" and spread_after(stops, found) < 0.05


@pytest.mark.article("R13.3")
def test_without_the_extra_our_own_way_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route_solver, "INSTALLED", False)
    stops = [Stop(f"C{n:03d}", "一线", 10, (117.0, 36.0)) for n in range(9)]
    method, found = route_solver.solve(stops, ROUTES, 1)
    assert method == "own" and spread_after(stops, found) == 0


def test_a_place_is_two_numbers_and_nothing_else() -> None:
    assert place_of("117.1,36.6") == (117.1, 36.6)
    assert place_of("人民路1号") is None and place_of("1,2,3") is None and place_of("999,1") is None
