"""Scenarios: asked for, computed by a worker, signed, applied at once, taken back; vans and managers come and go (R13.3)."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.domain.refusals import BadInput, Stale
from hub.domain.staff.posts import HUB, Actor, Post
from hub.engine.scenarios import compute_next
from hub.operations.customers import fields as customer_fields
from hub.operations.office import Office
from hub.operations.routes import scenario_runs, scenarios
from hub.operations.routes.scenarios import OwnScenario
from hub.operations.tasks import notices
from hub.operations.tasks.tasks import NotYourPost, inbox
from hub.ports import today
from hub.registry.schema import Customer, RouteScenario
from tests.support import people
from tests.support.clocks import Clock
from tests.support.makers.routes import CHIEF, MANAGER, because, customer, meet, somebody, value
from tests.support.posts import person

DEPUTY, DRIVER = somebody(Post.DEPUTY_MANAGER), somebody(Post.DELIVERY_DRIVER)


def sign(office: Office, scenario_id: UUID, actor: Actor, agree: bool = True, why: str = "") -> None:
    with office.store.transaction() as tx:
        shown = tx.get_one(RouteScenario, scenario_id).shown_hash.hex()
    office.perform(actor, scenarios.sign_scenario, scenario_id, agree, shown, why)


def scenario(office: Office, days: int = 3, sources: str = "一线", targets: str = "一线 二线", **more: Any) -> UUID:
    """A scenario that a worker has computed."""
    day = today() + timedelta(days=days)
    args = (people.UNIT, sources.split(), targets.split(), "增车", day)
    found = office.perform(people.CLERK, scenarios.compute_scenario, *args, **(because(day) | more))
    assert compute_next(office) and not compute_next(office)
    with office.desk(people.CLERK) as desk:
        meet(desk, found)
    return found


def row_of(office: Office, scenario_id: UUID) -> RouteScenario:
    with office.store.transaction() as tx:
        return tx.get_one(RouteScenario, scenario_id)


def applied(office: Office, clock: Clock, scenario_id: UUID) -> None:
    """Signed by both, and its day has come."""
    sign(office, scenario_id, CHIEF)
    sign(office, scenario_id, DEPUTY)
    clock.on(days=3)
    with office.desk(HUB) as desk:
        assert scenarios.apply_due(desk) == 1


@pytest.mark.article("R13.3", "I3")
def test_a_scenario_is_computed_signed_twice_applied_at_once_and_taken_back(office: Office, clock: Clock) -> None:
    rows = [customer(office, number) for number in range(1, 9)]
    with pytest.raises(BadInput):
        scenario(office, 0)
    for wrong in ({"sources": "八线"}, {"targets": "一线"}, {"sources": ""}, {"field": "shop_name"}):
        with pytest.raises(BadInput):
            scenario(office, **wrong)
    scenario_id = scenario(office)
    with office.desk(people.CLERK) as desk:
        row = scenarios.show_scenario(desk, scenario_id)
        assert [load["quantity"] for load in row.before] == [80, 0] and len(row.moves) == 4
        assert [load["quantity"] for load in row.after] == [40, 40]
    with pytest.raises(NotYourPost):
        sign(office, scenario_id, DEPUTY)
    sign(office, scenario_id, CHIEF)
    with pytest.raises(OwnScenario):
        sign(office, scenario_id, Actor(CHIEF.user_id, "兼任", CHIEF.grants | DEPUTY.grants))
    sign(office, scenario_id, DEPUTY)
    with office.desk(HUB) as desk:
        assert scenarios.apply_due(desk) == 0
    assert {value(office, each, "delivery_route") for each in rows} == {"一线"}
    clock.on(days=3)
    with office.desk(HUB) as desk:
        assert scenarios.apply_due(desk) == 1
    assert sorted(value(office, each, "delivery_route") for each in rows) == ["一线"] * 4 + ["二线"] * 4
    moved = next(each for each in rows if value(office, each, "delivery_route") == "二线")
    with office.desk(HUB) as desk:
        version = desk.customer(moved.id).version
        customer_fields.change_fields(desk, moved.id, version, {"delivery_route": "三线"}, "改送三线")
    stuck = office.perform(people.CLERK, scenarios.reverse_scenario, scenario_id, "运行不顺")
    assert stuck == [moved.code] and value(office, moved, "delivery_route") == "三线"
    assert sorted(value(office, each, "delivery_route") for each in rows) == ["一线"] * 7 + ["三线"]


@pytest.mark.article("R13.3")
def test_a_scenario_whose_customers_were_moved_meanwhile_is_sent_back_whole(office: Office, clock: Clock) -> None:
    rows = [customer(office, number) for number in range(1, 5)]
    scenario_id = scenario(office)
    sign(office, scenario_id, CHIEF)
    sign(office, scenario_id, DEPUTY)
    with office.store.transaction() as tx:
        first = UUID(tx.get_one(RouteScenario, scenario_id).moves[0]["id"])
    with office.desk(HUB) as desk:
        customer_fields.change_fields(desk, first, desk.customer(first).version, {"delivery_route": "三线"}, "改")
    clock.on(days=4)
    with office.desk(HUB) as desk:
        scenarios.apply_due(desk)
    with office.store.transaction() as tx:
        row = tx.get_one(RouteScenario, scenario_id)
        assert row.state == "sent_back" and len(row.trouble) == 1
    assert sorted(value(office, each, "delivery_route") for each in rows) == ["一线"] * 3 + ["三线"]


@pytest.mark.article("R13.3")
def test_a_van_is_given_up_and_its_customers_join_the_others_behind_their_last_stops(
    office: Office, clock: Clock
) -> None:
    """Also who has no place on the map: a route that is gone keeps nobody."""
    for number in range(1, 9):
        customer(office, number, stop_order=str(number))
    gone = [customer(office, number, route="二线", stop_order=str(number - 10)) for number in range(11, 15)]
    gone.append(customer(office, 15, route="二线", stop_order="5", location="村东头"))
    stay = customer(office, 21, route="三线", stop_order="1")
    scenario_id = scenario(office, sources="二线", targets="一线 三线")
    applied(office, clock, scenario_id)
    with office.store.transaction() as tx:
        rows = [row for row in tx.query(Customer) if row.values.get("delivery_route")]
        places = [(row.values["delivery_route"], row.values["stop_order"]) for row in rows]
    assert {route for route, _ in places} == {"一线", "三线"} and len(set(places)) == len(places)
    assert value(office, stay, "stop_order") == "1"
    assert all(int(value(office, row, "stop_order")) > 1 for row in gone)
    office.perform(people.CLERK, scenarios.reverse_scenario, scenario_id, "新车到了")
    assert [value(office, row, "stop_order") for row in gone] == ["1", "2", "3", "4", "5"]
    assert {value(office, row, "delivery_route") for row in gone} == {"二线"}
    with office.desk(DRIVER) as desk:
        told = list(notices.list_notices(desk))
    assert {row.details["name"] for row in told if row.kind == "route_changed"} == {"二线", "三线"}


@pytest.mark.article("R13.3")
def test_a_visit_route_is_split_and_its_customers_get_the_new_account_manager(office: Office, clock: Clock) -> None:
    with office.desk(people.CLERK) as desk:
        for login, name in (("zhang9", "张示例"), ("li9", "李示例")):
            person(desk, login, (Post.ACCOUNT_MANAGER, "a"), name=name)
    rows = [
        customer(office, number, visit_route="东片", account_manager="张示例", stop_order=str(number))
        for number in range(1, 9)
    ]
    with pytest.raises(BadInput):
        scenario(office, targets="一线 二线", managers={"二线": "李示例"})
    scenario_id = scenario(
        office, sources="东片", targets="东片 西片", field="visit_route", managers={"西片": "李示例"}
    )
    applied(office, clock, scenario_id)
    found = sorted((value(office, row, "visit_route"), value(office, row, "account_manager")) for row in rows)
    assert found == [("东片", "张示例")] * 4 + [("西片", "李示例")] * 4
    assert [value(office, row, "stop_order") for row in rows] == [str(number) for number in range(1, 9)]
    with office.desk(MANAGER) as desk:
        assert [view.kind for view in notices.list_notices(desk)] == ["route_changed"]
    office.perform(people.CLERK, scenarios.reverse_scenario, scenario_id, "经理不来了")
    assert {(value(office, row, "visit_route"), value(office, row, "account_manager")) for row in rows} == {
        ("东片", "张示例")
    }


def asked(office: Office) -> UUID:
    """A scenario that nobody has computed yet."""
    day = today() + timedelta(days=3)
    args = (people.UNIT, ["一线"], ["一线", "二线"], "增车", day)
    return office.perform(people.CLERK, scenarios.compute_scenario, *args, **because(day))


@pytest.mark.article("R13.3")
def test_nobody_waits_for_a_scenario_and_it_is_computed_once(office: Office, clock: Clock) -> None:
    for number in range(1, 5):
        customer(office, number)
    scenario_id = asked(office)
    assert row_of(office, scenario_id).state == "computing"
    with office.desk(CHIEF) as desk:
        assert inbox(desk).views == []
    with pytest.raises(Stale):
        sign(office, scenario_id, CHIEF)
    job = office.perform(HUB, scenario_runs.claim)
    assert job is not None and office.perform(HUB, scenario_runs.claim) is None
    clock.on(minutes=5)
    assert compute_next(office), "its worker is dead by now"
    assert row_of(office, scenario_id).state == "computed"
    office.perform(HUB, scenario_runs.settle, job, scenario_runs.compute(job))
    with office.desk(CHIEF) as desk:
        assert [view.task.kind for view in inbox(desk).views] == ["sign_scenario"]


@pytest.mark.article("R13.3")
def test_a_scenario_without_moves_or_with_a_fault_says_so_and_one_withdrawn_meanwhile_stays_so(
    office: Office,
) -> None:
    customer(office, 1, location="村东头")
    even = asked(office)
    assert compute_next(office)
    assert (row_of(office, even).state, row_of(office, even).failed_why) == ("failed", "even")
    gone = asked(office)
    office.perform(people.CLERK, scenarios.reverse_scenario, gone, "不办了")
    assert not compute_next(office) and row_of(office, gone).state == "withdrawn"
    for number in range(2, 5):
        customer(office, number, quantified_data="9" * 400)
    broken = asked(office)
    with pytest.raises(ValueError):
        compute_next(office)
    assert (row_of(office, broken).state, row_of(office, broken).failed_why) == ("failed", "fault")
    with office.desk(people.CLERK) as desk:
        assert [view.kind for view in notices.list_notices(desk)] == ["scenario_failed"] * 2
