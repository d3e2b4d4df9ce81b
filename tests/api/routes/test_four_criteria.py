"""Article 13: delivery on the way first, then even loads, then visits on the way, then even sales."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from hub.domain.routes.criteria import judged
from hub.domain.routes.loads import Load, Stop, loads, moved
from hub.domain.routes.regions import best_of
from hub.domain.staff.posts import Post
from hub.engine.scenarios import compute_next
from hub.operations.office import Office
from hub.ports import today
from hub.registry.schema import Customer
from tests.support import people
from tests.support.callers import Caller
from tests.support.makers.calls import read, send

ORDER = ["delivery_way", "delivery_even", "visit_way", "visit_even"]


@pytest.fixture
def clerk(caller: Caller, office: Office) -> TestClient:
    """A clerk, with four shops in the west on one pair of routes and four in the east on another, one of them astray."""
    with office.desk(people.CLERK) as desk:
        for number in range(1, 9):
            east = number > 4
            row = people.customer(desk, number)
            place = f"{118 if east else 117}.{number:03d},36.6"
            row.values = {"delivery_route": "二线" if east else "一线", "visit_route": "东片" if east else "西片"}
            row.values = row.values | {"quantified_data": "10", "location": place}
            if number == 8:
                row.values = row.values | {"delivery_route": "一线"}
    return caller("clerk1", {Post.STATISTICS_CLERK}, "3701")


@pytest.mark.article("R13.6")
def test_a_proposal_is_shown_by_the_four_criteria_before_and_after(clerk: TestClient, office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        astray = desk.tx.query(Customer).filter_by(code=f"{people.UNIT}000008").one().id
    wanted = {"values": {"delivery_route": "二线"}, "why": "顺路"}
    assert send(clerk, f"/customers/{astray}/route-proposals", **wanted).status_code == 201
    called = send(clerk, "/route-meetings", unit_code=people.UNIT, held_on=today().isoformat()).json()["id"]
    [line] = read(clerk, f"/route-meetings/{called}")["agenda"]
    assert [criterion["key"] for criterion in line["judged"]] == ORDER
    way, even, visit_way, visit_even = line["judged"]
    assert way["decides"] and way["after"] < way["before"] / 10 and even["before"] > even["after"] == 0
    assert visit_way["after"] == visit_way["before"] > 0 and visit_even["after"] == visit_even["before"] == 0


@pytest.mark.article("R13.6")
def test_a_scenario_is_shown_by_the_four_criteria_before_and_after(clerk: TestClient, office: Office) -> None:
    day = today() + timedelta(days=2)
    wanted = {"unit_code": people.UNIT, "sources": ["一线", "二线"], "targets": ["一线", "二线"], "title": "并片"}
    wanted |= {"cut_over": day.isoformat(), "upkeep_by": day.isoformat(), "trigger": "loads_uneven"}
    made = send(clerk, "/route-scenarios", **wanted)
    assert made.status_code == 201, made.text
    assert compute_next(office)
    shown = read(clerk, f"/route-scenarios/{made.json()['id']}")
    assert [criterion["key"] for criterion in shown["judged"]] == ORDER
    way, even, visit_way, _ = shown["judged"]
    assert way["after"] < way["before"] and even["after"] <= even["before"]
    assert visit_way["after"] == visit_way["before"] > 0
    assert [move["to"] for move in shown["moves"]] == ["二线"]


@pytest.mark.article("R13.6")
def test_a_way_that_is_clearly_shorter_goes_before_even_loads_and_even_loads_decide_between_ways_alike() -> None:
    """The first shop in the middle; three in the west, five in the east: 4 to 4 would cross the county."""
    stops = [Stop(f"C{n}", "一线", 10, (117 + n / 1000, 36.6)) for n in range(3)]
    stops += [Stop(f"C{n}", "二线", 10, (118 + n / 1000, 36.6)) for n in range(3, 8)]
    whole = {stop.code: stop.route for stop in stops}
    even = whole | {"C3": "一线"}
    assert best_of(stops, [even, whole], ("一线", "二线")) == whole
    near = [Stop(f"C{n}", "一线", 10, (117 + n / 100, 36.6)) for n in range(8)]
    uneven = {stop.code: "一线" if at < 3 else "二线" for at, stop in enumerate(near)}
    halves = {stop.code: "一线" if at < 4 else "二线" for at, stop in enumerate(near)}
    assert best_of(near, [uneven, halves], ("一线", "二线")) == halves
    nobody = {stop.code: "一线" for stop in near}
    assert best_of(near, [nobody, halves], ("一线", "二线")) == halves, "a van that is added gets customers"
    assert sum(load.km for load in loads(moved(near, halves), ("一线", "二线"))) > 0


@pytest.mark.article("R13.6")
def test_the_first_criterion_that_moves_decides_whatever_the_later_ones_say() -> None:
    long, short, even, uneven = (
        Load("一线", 2, 20, 30.0),
        Load("一线", 2, 20, 9.0),
        Load("二线", 2, 20, 9.0),
        Load("二线", 2, 90, 9.0),
    )
    before, after = {"d": [long, even], "v": [even]}, {"d": [short, uneven], "v": [even]}
    assert [criterion.decides for criterion in judged(before, after, "d", "v")] == [True, False, False, False]
    later = {"d": [long, even], "v": [long]}
    assert [criterion.decides for criterion in judged(before, later, "d", "v")] == [False, False, True, False]
    assert not any(criterion.decides for criterion in judged(before, before, "d", "v"))
