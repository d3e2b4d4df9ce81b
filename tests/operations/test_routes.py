"""Routes: meetings and their guard, load, scenarios, the driver's order (article 13, R7.14)."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from hub.domain.people import HUB, Actor, Post
from hub.domain.refusals import BadInput, NotFound, Stale
from hub.domain.visits import clash, next_visit
from hub.operations import customers, driving, route_meetings, route_scenarios
from hub.operations.customers import ByRule
from hub.operations.driving import AddressMoved, NotYourRoute
from hub.operations.office import Office
from hub.operations.route_meetings import MeetingUnfinished
from hub.operations.route_scenarios import NothingToGain, OwnScenario
from hub.operations.tasks import NotYourPost, inbox
from hub.operations.visit_guard import DoubleVisit
from hub.ports import new_id, now, today
from hub.registry.schema import Change, Customer, Onboarding, RouteMeeting, RouteScenario
from tests.access.conftest import Clock, another, clock, office
from tests.support import people

__all__ = ["clock", "office"]


def somebody(post: Post) -> Actor:
    """A holder of a post in the whole company."""
    return Actor(new_id(), f"{post}甲", frozenset({(post, "3701")}))


CHIEF, DEPUTY, MANAGER = map(somebody, (Post.SECTION_CHIEF, Post.DEPUTY_MANAGER, Post.ACCOUNT_MANAGER))
CONTROL = somebody(Post.INTERNAL_CONTROL)


def customer(office: Office, number: int, route: str = "一线", quantity: int = 10, **values: str) -> Customer:
    """A customer on a route, a little further east by each number."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        place = f"{117 + number / 1000:.3f},36.6"
        row.values = {"delivery_route": route, "quantified_data": str(quantity), "location": place} | values
        return row


def value(office: Office, row: Customer, key: str) -> str:
    with office.store.transaction() as tx:
        return str(tx.get_one(Customer, row.id).values.get(key, ""))


def meeting(office: Office) -> UUID:
    return office.perform(people.CLERK, route_meetings.call_meeting, people.UNIT, today())


def decide(office: Office, meeting_id: UUID, proposal_id: UUID, decision: str, why: str = "") -> None:
    office.perform(people.CLERK, route_meetings.decide_proposal, meeting_id, proposal_id, decision, why)


@pytest.mark.article("R13.1", "R13.3", "R7.14")
def test_what_a_meeting_accepts_is_carried_out_in_a_day_and_what_it_postpones_comes_again(office: Office) -> None:
    first, second, third = (customer(office, number) for number in (1, 2, 3))
    with office.desk(people.CLERK) as desk:
        row = Onboarding(id=new_id(), customer_id=third.id, arrived_on=today(), state="open", begun_at=now())
        desk.tx.add(row)
    one = office.perform(MANAGER, route_meetings.propose, first.id, {"delivery_route": "二线"}, "顺路")
    two = office.perform(MANAGER, route_meetings.propose, second.id, {"stop_order": "3"}, "先送学校")
    three = office.perform(MANAGER, route_meetings.propose, third.id, {"visit_batch": "第二批"}, "首次送货有异议")
    meeting_id = meeting(office)
    with office.desk(people.CLERK) as desk:
        view = route_meetings.show_meeting(desk, meeting_id)
    assert [row.disputed for row, _ in view.items] == [False, False, True]
    assert [(load.route, load.customers) for load in view.before] == [("一线", 3), ("二线", 0)]
    assert [(load.route, load.quantity) for load in view.after] == [("一线", 20), ("二线", 10)]
    decide(office, meeting_id, one, "accepted")
    with pytest.raises(BadInput):
        decide(office, meeting_id, two, "refused")
    decide(office, meeting_id, two, "refused", "路上不经过")
    with pytest.raises(MeetingUnfinished):
        office.perform(people.CLERK, route_meetings.close_meeting, meeting_id, "科长、配送主任", "逐户讨论")
    decide(office, meeting_id, three, "postponed", "再看一个月")
    with pytest.raises(MeetingUnfinished):
        office.perform(people.CLERK, route_meetings.close_meeting, meeting_id, "", "逐户讨论")
    closed = office.perform(people.CLERK, route_meetings.close_meeting, meeting_id, "科长、配送主任", "逐户讨论")
    assert closed == 1
    with office.desk(people.CLERK) as desk:
        assert [view.task.kind for view in inbox(desk).views] == ["carry_route"]
        assert [row.id for row, _ in route_meetings.list_meetings(desk)[1]] == [three]
    office.perform(people.CLERK, route_meetings.carry_route, one)
    assert value(office, first, "delivery_route") == "二线"
    with pytest.raises(Stale):
        office.perform(people.CLERK, route_meetings.carry_route, one)
    with pytest.raises(Stale):
        decide(office, meeting_id, three, "accepted")
    with office.store.transaction() as tx:
        [change] = tx.query(Change).filter_by(customer_id=first.id)
        assert change.article == "R13.1" and "线路会议决定" in change.why
        assert tx.get_one(RouteMeeting, meeting_id).minutes_hash is not None
    for statement in ("UPDATE route_meetings SET minutes = '改写'", "DELETE FROM route_meetings"):
        with pytest.raises(IntegrityError), office.store.transaction() as tx:
            tx.execute(text(statement))
    with office.desk(people.CLERK) as desk:
        assert inbox(desk).views == []


@pytest.mark.article("R13.1")
def test_a_unit_without_a_meeting_is_reminded_late_in_the_month_once(office: Office, clock: Clock) -> None:
    customer(office, 1)
    first = today().replace(day=1)
    clock.on(days=(first + timedelta(days=32)).replace(day=21).toordinal() - today().toordinal())
    for _ in range(2):
        with office.desk(HUB) as desk:
            route_meetings.remind_meetings(desk)
    with office.desk(CHIEF) as desk:
        assert [view.task.kind for view in inbox(desk).views] == ["hold_meeting"]
    office.perform(people.CLERK, route_meetings.close_meeting, meeting(office), "科长", "没有调整")
    with office.desk(HUB) as desk:
        assert route_meetings.remind_meetings(desk) == 0
    with office.desk(CHIEF) as desk:
        assert inbox(desk).views == []


@pytest.mark.article("R13.2")
def test_no_way_of_changing_an_order_day_goes_round_the_guard(office: Office) -> None:
    """The day of yesterday's visit may not become tomorrow: by hand, by a meeting, when it is carried out."""
    yesterday, tomorrow = ((today() + timedelta(days=n)).isoweekday() for n in (-1, 1))
    if yesterday > 5 or tomorrow > 5:
        yesterday, tomorrow = (today().isoweekday() - 1) or 5, 5 if today().isoweekday() != 5 else 4
    row = customer(office, 1, order_day=str(yesterday))
    with pytest.raises(ByRule), office.desk(people.CLERK) as desk:
        customers.change_fields(desk, row.id, desk.customer(row.id).version, {"order_day": str(tomorrow)}, "改")
    with office.desk(people.CLERK) as desk:
        people.entering(desk, row)
    with pytest.raises(DoubleVisit), office.desk(people.CLERK) as desk:
        customers.change_fields(desk, row.id, desk.customer(row.id).version, {"order_day": str(tomorrow)}, "改")
    proposal = office.perform(MANAGER, route_meetings.propose, row.id, {"order_day": str(tomorrow)}, "顺路")
    meeting_id = meeting(office)
    with pytest.raises(DoubleVisit):
        decide(office, meeting_id, proposal, "accepted")
    assert value(office, row, "order_day") == str(yesterday)


@pytest.mark.article("R13.2")
@given(old=st.integers(1, 7), new=st.integers(1, 7), day=st.dates(date(2026, 1, 1), date(2027, 12, 31)))
def test_the_first_day_that_is_allowed_keeps_one_visit_a_cycle(old: int, new: int, day: date) -> None:
    found = clash(old, new, day)
    if found is None:
        return
    assert (next_visit(new, found.allowed_from) - found.last).days >= 7
    assert all(
        (next_visit(new, day + timedelta(n)) - found.last).days < 7 for n in range((found.allowed_from - day).days)
    )


def sign(office: Office, scenario_id: UUID, actor: Actor, agree: bool = True, why: str = "") -> None:
    with office.store.transaction() as tx:
        shown = tx.get_one(RouteScenario, scenario_id).shown_hash.hex()
    office.perform(actor, route_scenarios.sign_scenario, scenario_id, agree, why, shown)


def scenario(office: Office, days: int = 3) -> UUID:
    day = today() + timedelta(days=days)
    return office.perform(people.CLERK, route_scenarios.compute_scenario, people.UNIT, ["一线", "二线"], "增车", day)


@pytest.mark.article("R13.3", "I3")
def test_a_scenario_is_computed_signed_twice_applied_at_once_and_taken_back(office: Office, clock: Clock) -> None:
    rows = [customer(office, number) for number in range(1, 9)]
    with pytest.raises(BadInput):
        scenario(office, 0)
    with pytest.raises(NothingToGain):
        day = today() + timedelta(days=3)
        args = (people.UNIT, ["七线", "八线"], "增车", day)
        office.perform(people.CLERK, route_scenarios.compute_scenario, *args)
    scenario_id = scenario(office)
    with office.desk(people.CLERK) as desk:
        row = route_scenarios.show_scenario(desk, scenario_id)
        assert [load["quantity"] for load in row.before] == [80, 0] and len(row.moves) == 4
        assert [load["quantity"] for load in row.after] == [40, 40]
    with pytest.raises(NotYourPost):
        sign(office, scenario_id, DEPUTY)
    sign(office, scenario_id, CHIEF)
    with pytest.raises(OwnScenario):
        sign(office, scenario_id, Actor(CHIEF.user_id, "兼任", CHIEF.grants | DEPUTY.grants))
    sign(office, scenario_id, DEPUTY)
    with office.desk(HUB) as desk:
        assert route_scenarios.apply_due(desk) == 0
    assert {value(office, each, "delivery_route") for each in rows} == {"一线"}
    clock.on(days=3)
    with office.desk(HUB) as desk:
        assert route_scenarios.apply_due(desk) == 1
    assert sorted(value(office, each, "delivery_route") for each in rows) == ["一线"] * 4 + ["二线"] * 4
    moved = next(each for each in rows if value(office, each, "delivery_route") == "二线")
    with office.desk(HUB) as desk:
        version = desk.customer(moved.id).version
        customers.change_fields(desk, moved.id, version, {"delivery_route": "三线"}, "改送三线")
    stuck = office.perform(people.CLERK, route_scenarios.reverse_scenario, scenario_id, "运行不顺")
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
        customers.change_fields(desk, first, desk.customer(first).version, {"delivery_route": "三线"}, "改")
    clock.on(days=4)
    with office.desk(HUB) as desk:
        route_scenarios.apply_due(desk)
    with office.store.transaction() as tx:
        row = tx.get_one(RouteScenario, scenario_id)
        assert row.state == "sent_back" and len(row.trouble) == 1
    assert sorted(value(office, each, "delivery_route") for each in rows) == ["一线"] * 3 + ["三线"]


@pytest.mark.article("R13.5")
def test_a_driver_orders_the_own_route_and_a_changed_address_is_reported_instead(office: Office, clock: Clock) -> None:
    rows = [customer(office, number, stop_order=str(number)) for number in (1, 2, 3)]
    customer(office, 4, route="二线")
    with office.desk(people.CLERK) as desk:
        driver = another(desk, "driver1", (Post.DELIVERY_DRIVER, people.UNIT))
        people.post(desk, driver.user_id, Post.DELIVERY_DRIVER, people.UNIT)
        driving.name_driver(desk, people.UNIT, "一线", "driver1")
        with pytest.raises(BadInput):
            driving.name_driver(desk, people.UNIT, "一线", "clerk")
    order = {rows[0].id: 3, rows[1].id: 2, rows[2].id: 1}
    assert office.perform(driver, driving.reorder, people.UNIT, "一线", order) == 2
    with office.desk(driver) as desk:
        [mine] = driving.my_routes(desk)
        assert [stop.code for stop in mine.stops] == [rows[2].code, rows[1].code, rows[0].code]
    for wrong in ({rows[0].id: 1, rows[1].id: 1}, {rows[0].id: 0}, {new_id(): 1}):
        with pytest.raises(BadInput):
            office.perform(driver, driving.reorder, people.UNIT, "一线", wrong)
    with pytest.raises(NotYourRoute):
        office.perform(driver, driving.reorder, people.UNIT, "二线", {})
    clock.on(hours=1)
    with office.desk(people.CLERK) as desk:
        customers.change_fields(desk, rows[0].id, desk.customer(rows[0].id).version, {"location": "117.9,36.6"}, "搬迁")
    with pytest.raises(AddressMoved) as no:
        office.perform(driver, driving.reorder, people.UNIT, "一线", {rows[0].id: 1, rows[2].id: 3})
    assert rows[0].code in no.value.sentence()
    office.perform(driver, driving.reorder, people.UNIT, "一线", {rows[1].id: 1, rows[2].id: 2})
    with pytest.raises(NotFound):
        office.perform(driver, driving.report_address, people.UNIT, "一线", new_id(), "搬了")
    office.perform(driver, driving.report_address, people.UNIT, "一线", rows[0].id, "店已搬到路口")
    with office.desk(CONTROL) as desk:
        assert [view.task.kind for view in inbox(desk).views] == ["address_moved"]
