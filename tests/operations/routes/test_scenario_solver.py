"""Who computes a scenario: both ways even the load, leave unknown places alone, and do not send people far."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.domain.routes.loads import Stop, evened, loads, moved, place_of, spread
from hub.domain.routes.regions import Wanted, best_of, spread_over
from hub.domain.routes.tours import distance, tour, tour_km
from hub.operations.routes import scenario_solver

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


def spread_after(stops: list[Stop], found: dict[str, str], routes: tuple[str, ...] = ROUTES) -> float:
    return spread(loads(moved(stops, found), routes))


ALL = Wanted(frozenset(ROUTES), ROUTES)


@pytest.mark.article("R13.3")
@settings(max_examples=60, deadline=None)
@given(stops=STOPS)
def test_our_own_way_never_makes_it_more_uneven_and_leaves_unknown_places(stops: list[Stop]) -> None:
    for found in (evened(stops, ROUTES), spread_over(stops, ALL)):
        assert spread_after(stops, found) <= spread(loads(stops, ROUTES)) + 1e-9
        assert all(found[stop.code] == stop.route for stop in stops if stop.place is None)


@pytest.mark.article("R13.3")
@settings(max_examples=60, deadline=None)
@given(stops=STOPS)
def test_a_route_that_is_given_up_keeps_nobody_and_one_that_only_receives_loses_nobody(stops: list[Stop]) -> None:
    found = spread_over(stops, Wanted(frozenset({"一线"}), ("二线", "三线", "四线")))
    assert set(found.values()) <= {"二线", "三线", "四线"}
    assert all(found[stop.code] == stop.route for stop in stops if stop.route in ("二线", "三线"))


@pytest.mark.article("R13.3")
def test_the_optimiser_is_as_even_and_says_that_it_was_used() -> None:
    pytest.importorskip("ortools")
    stops = [Stop(f"C{n:03d}", "一线", 5 + n % 7, (117 + n % 10 / 100, 36 + n // 10 / 100)) for n in range(90)]
    own = spread_over(stops, ALL)
    method, found = scenario_solver.solve(stops, ALL, 5)
    assert spread_after(stops, found) < 0.1
    assert best_of(stops, [own, found], ROUTES) == found and (found == own) == (method == "own")


@pytest.mark.article("R13.3")
def test_without_the_extra_our_own_way_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scenario_solver, "INSTALLED", False)
    stops = [Stop(f"C{n:03d}", "一线", 10, (117.0, 36.0)) for n in range(9)]
    method, found = scenario_solver.solve(stops, ALL, 1)
    assert method == "own" and spread_after(stops, found) == 0


@pytest.mark.article("R13.3")
def test_without_any_quantity_customers_are_counted() -> None:
    stops = [Stop(f"C{n:03d}", "一线", 0, (117 + n / 100, 36.0)) for n in range(9)]
    _, found = scenario_solver.solve(stops, ALL, 1)
    assert sorted(Counter(found.values()).values()) == [3, 3, 3]


def county(customers: int, routes: int) -> list[Stop]:
    """A county of villages, each the heart of a route, with customers about it; the same in each run."""
    chance = Random(3)
    hearts = [(117 + chance.random() * 0.6, 36 + chance.random() * 0.6) for _ in range(routes)]
    found = []
    for number in range(customers):
        at = chance.randrange(routes)
        place = (hearts[at][0] + chance.gauss(0, 0.05), hearts[at][1] + chance.gauss(0, 0.05))
        found.append(Stop(f"C{number:05d}", f"{at:02d}线", float(chance.randint(1, 40)), place))
    return found


@pytest.mark.article("R13.3")
@pytest.mark.parametrize("installed", [True, False])
@pytest.mark.parametrize(("customers", "routes"), [(300, 6), (2500, 12)])
@pytest.mark.slow
def test_at_real_size_a_new_van_gets_a_whole_region_and_all_are_even(
    customers: int, routes: int, installed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No route more than a tenth from the mean; the road together at most a tenth longer than it was, and the new
    van's no longer than the longest of the others: customers of a county that lie together, not crumbs from all."""
    monkeypatch.setattr(scenario_solver, "INSTALLED", installed and scenario_solver.INSTALLED)
    stops = county(customers, routes)
    before = sorted({stop.route for stop in stops})
    after = (*before, "新线")
    _, found = scenario_solver.solve(stops, Wanted(frozenset(before), after), 2)
    rows = {load.route: load for load in loads(moved(stops, found), after)}
    assert spread(list(rows.values())) < 0.1
    road = [load.km for load in loads(stops, before)]
    assert sum(load.km for load in rows.values()) <= 1.1 * sum(road)
    assert 0 < rows["新线"].km <= max(road)
    assert rows["新线"].customers >= 0.5 * customers / len(after)


@pytest.mark.article("R13.3")
def test_loads_that_are_nearly_even_leave_the_decision_to_the_way() -> None:
    """Two columns of shops each, not every other one for the sake of some cartons."""
    stops = [Stop(f"C{n:02d}", "一线", 20.0 + n, (117.1 + n % 4 / 50, 36.6 + n // 4 / 50)) for n in range(12)]
    found = spread_over(stops, Wanted(frozenset({"一线"}), ("一线", "二线")))
    halves = {frozenset(found[stop.code] for stop in stops if (stop.place or (0, 0))[0] < 117.13)}
    assert halves == {frozenset({"一线"})} or halves == {frozenset({"二线"})}
    assert spread_after(stops, found, ("一线", "二线")) < 0.05


@pytest.mark.article("R13.3")
def test_kilometres_are_those_of_a_round_trip() -> None:
    square = [(117.0, 36.0), (117.1, 36.1), (117.1, 36.0), (117.0, 36.1)]
    side, height = distance(square[0], square[2]), distance(square[0], square[3])
    assert abs(tour_km(tuple(square)) - 2 * (side + height)) < 0.1
    assert tour_km(()) == tour_km((square[0],)) == 0
    assert sorted(tour(square)) == [0, 1, 2, 3]


def test_a_place_is_two_numbers_and_nothing_else() -> None:
    assert place_of("117.1,36.6") == (117.1, 36.6)
    assert place_of("人民路1号") is None and place_of("1,2,3") is None and place_of("999,1") is None
