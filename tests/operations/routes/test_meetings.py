"""Routes: meetings and their guard, load, scenarios (article 13, R7.14)."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.errors import RestrictViolation
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from hub.domain.refusals import BadInput, NotPermitted, Stale
from hub.domain.staff.posts import HUB, Actor, Post
from hub.domain.visits import clash, next_visit
from hub.operations.customers import fields as customer_fields
from hub.operations.customers.fields import ByRule
from hub.operations.office import Office, operation_of
from hub.operations.routes import implementation, meetings
from hub.operations.routes.meetings import MeetingOpen, MeetingUnfinished, OwnProposal
from hub.operations.tasks.due_dates import due_after
from hub.operations.tasks.tasks import inbox
from hub.operations.visits.guard import DoubleVisit
from hub.ports import new_id, now, today
from hub.registry import routes
from hub.registry.schema import Change, Onboarding, Order, RouteMeeting, RouteProposal
from tests.support import people
from tests.support.clocks import Clock
from tests.support.databases import by_owner
from tests.support.makers.routes import CHIEF, MANAGER, TUESDAY, customer, value


def meeting(office: Office, days: int = 0) -> UUID:
    return office.perform(people.CLERK, meetings.call_meeting, people.UNIT, today() + timedelta(days=days))


def decide(office: Office, meeting_id: UUID, proposal_id: UUID, decision: str, why: str = "") -> None:
    office.perform(CHIEF, meetings.decide_proposal, meeting_id, proposal_id, decision, why)


def close(office: Office, meeting_id: UUID, who: Actor = CHIEF, logistics: str = "配送主任") -> int:
    return office.perform(who, meetings.close_meeting, meeting_id, "科长、客户经理", logistics, "逐户讨论")


def view_of(office: Office, meeting_id: UUID) -> meetings.MeetingPage:
    with office.desk(people.CLERK) as desk:
        return meetings.show_meeting(desk, meeting_id)


@pytest.mark.article("R13.1", "R13.3", "R7.14")
def test_what_a_meeting_accepts_is_carried_out_in_a_day_and_what_it_postpones_comes_again(office: Office) -> None:
    first, second, third = (customer(office, number) for number in (1, 2, 3))
    with office.desk(people.CLERK) as desk:
        row = Onboarding(id=new_id(), customer_id=third.id, arrived_on=today(), state="open", begun_at=now())
        desk.tx.add(row)
    one = office.perform(MANAGER, meetings.propose, first.id, {"delivery_route": "二线"}, "顺路")
    two = office.perform(MANAGER, meetings.propose, second.id, {"stop_order": "3"}, "先送学校")
    three = office.perform(MANAGER, meetings.propose, third.id, {"visit_batch": "第二批"}, "首次送货有异议")
    meeting_id = meeting(office)
    view = view_of(office, meeting_id)
    assert [line.disputed for line in view.agenda] == [False] * 3, "nobody disagreed after a first delivery"
    decide(office, meeting_id, one, "accepted")
    with pytest.raises(BadInput):
        decide(office, meeting_id, two, "refused")
    decide(office, meeting_id, two, "refused", "路上不经过")
    with pytest.raises(MeetingUnfinished):
        close(office, meeting_id)
    decide(office, meeting_id, three, "postponed", "再看一个月")
    assert close(office, meeting_id) == 1
    with office.desk(people.CLERK) as desk:
        [todo] = inbox(desk).views
        assert todo.task.kind == "carry_route" and todo.task.due_at == due_after(desk.tx, now(), 1).moment
        assert [line.id for line in meetings.list_meetings(desk).waiting] == [three]
    office.perform(people.CLERK, implementation.carry_route, one)
    assert value(office, first, "delivery_route") == "二线"
    with pytest.raises(Stale):
        office.perform(people.CLERK, implementation.carry_route, one)
    with pytest.raises(Stale):
        decide(office, meeting_id, three, "accepted")
    with office.store.transaction() as tx:
        [change] = tx.query(Change).filter_by(customer_id=first.id)
        assert change.article == "R13.1" and "线路会议决定" in change.why
        assert tx.get_one(RouteMeeting, meeting_id).minutes_hash is not None
    for statement in ("UPDATE route_meetings SET minutes = '改写'", "UPDATE route_meetings SET load = '{}'"):
        with pytest.raises(IntegrityError), office.store.transaction() as tx:
            tx.execute(text(statement))
    with pytest.raises(RestrictViolation):
        by_owner(office.store, "DELETE FROM route_meetings")
    with office.desk(people.CLERK) as desk:
        assert inbox(desk).views == []


@pytest.mark.article("R13.3")
def test_a_closed_meeting_shows_the_load_before_and_after_as_it_was_then(office: Office) -> None:
    """Also once the change is carried out, when what is there now is the same before and after."""
    rows = [customer(office, number, visit_route="东片") for number in (1, 2, 3)]
    one = office.perform(MANAGER, meetings.propose, rows[0].id, {"delivery_route": "二线"}, "顺路")
    two = office.perform(MANAGER, meetings.propose, rows[1].id, {"visit_route": "西片"}, "顺路")
    meeting_id = meeting(office)
    open_view = view_of(office, meeting_id)
    for each in (one, two):
        decide(office, meeting_id, each, "accepted")
    close(office, meeting_id)
    office.perform(people.CLERK, implementation.carry_route, one)
    office.perform(people.CLERK, implementation.carry_route, two)
    view = view_of(office, meeting_id)
    assert view.load == open_view.load
    delivery, visit = view.load["delivery_route"], view.load["visit_route"]
    assert [(load.route, load.quantity) for load in delivery.before] == [("一线", 30), ("二线", 0)]
    assert [(load.route, load.quantity) for load in delivery.after] == [("一线", 20), ("二线", 10)]
    assert [(load.route, load.customers) for load in visit.after] == [("东片", 2), ("西片", 1)]
    assert delivery.before[0].km > 0
    assert view.agenda[0].present == {"delivery_route": "一线"} and view.agenda[0].carried_at is not None


@pytest.mark.article("R13.1", "I3")
def test_nobody_is_a_whole_meeting_alone(office: Office) -> None:
    """Whoever holds every post proposes or decides, never both; a clerk decides nothing; no token closes."""
    everything = Actor(new_id(), "多岗", frozenset((post, "3701") for post in Post))
    row = customer(office, 1)
    one = office.perform(everything, meetings.propose, row.id, {"delivery_route": "二线"}, "顺路")
    meeting_id = office.perform(everything, meetings.call_meeting, people.UNIT, today())
    with pytest.raises(OwnProposal) as no:
        office.perform(everything, meetings.decide_proposal, meeting_id, one, "accepted")
    assert no.value.article == "R13.1"
    for function, *args in (
        (meetings.decide_proposal, meeting_id, one, "accepted"),
        (meetings.close_meeting, meeting_id, "科长", "司机", "记录"),
        (meetings.cancel_meeting, meeting_id, "改期"),
    ):
        assert operation_of(function).people_only
        with pytest.raises(NotPermitted):
            office.perform(people.CLERK, function, *args)
    decide(office, meeting_id, one, "accepted")
    with pytest.raises(OwnProposal):
        close(office, meeting_id, everything)
    with pytest.raises(MeetingUnfinished) as no_driver:
        close(office, meeting_id, logistics=" ")
    assert no_driver.value.article == "R13.1" and "物流" in no_driver.value.sentence()
    assert close(office, meeting_id) == 1


@pytest.mark.article("R13.1")
def test_a_unit_has_one_open_meeting_which_is_closed_on_its_day_or_cancelled_with_a_reason(
    office: Office, clock: Clock
) -> None:
    row = customer(office, 1)
    one = office.perform(MANAGER, meetings.propose, row.id, {"delivery_route": "二线"}, "顺路")
    meeting_id = meeting(office, 2)
    with pytest.raises(MeetingOpen):
        meeting(office)
    decide(office, meeting_id, one, "accepted")
    with pytest.raises(MeetingUnfinished) as early:
        close(office, meeting_id)
    assert (today() + timedelta(days=2)).isoformat() in early.value.sentence()
    with pytest.raises(BadInput):
        office.perform(CHIEF, meetings.cancel_meeting, meeting_id, " ")
    office.perform(CHIEF, meetings.cancel_meeting, meeting_id, "雨雪,改期")
    assert view_of(office, meeting_id).meeting.minutes == "雨雪,改期"
    with pytest.raises(Stale):
        close(office, meeting_id)
    again = meeting(office, 1)
    assert view_of(office, again).agenda[0].decision is None
    clock.on(days=1)
    decide(office, again, one, "accepted")
    assert close(office, again) == 1


@pytest.mark.article("R13.1")
def test_two_meetings_called_at_once_are_one(office: Office) -> None:
    """The second one's transaction finds the first one's only when it writes."""
    with office.desk(people.CLERK) as desk:
        row = RouteMeeting(id=new_id(), unit_code=people.UNIT, held_on=today(), state="called")
        row.called_by_name, row.called_at = "甲", now()
        other = RouteMeeting(id=new_id(), unit_code=people.UNIT, held_on=today(), state="called")
        other.called_by_name, other.called_at = "乙", now()
        assert routes.enter_meeting(desk.tx, row) and not routes.enter_meeting(desk.tx, other)


@pytest.mark.article("R13.1")
def test_a_unit_without_a_meeting_is_reminded_late_in_the_month_once(office: Office, clock: Clock) -> None:
    customer(office, 1)
    first = today().replace(day=1)
    clock.on(days=(first + timedelta(days=32)).replace(day=21).toordinal() - today().toordinal())
    for _ in range(2):
        with office.desk(HUB) as desk:
            meetings.remind_meetings(desk)
    with office.desk(CHIEF) as desk:
        assert [view.task.kind for view in inbox(desk).views] == ["hold_meeting"]
    close(office, meeting(office))
    with office.desk(HUB) as desk:
        assert meetings.remind_meetings(desk) == 0
    with office.desk(CHIEF) as desk:
        assert inbox(desk).views == []


@pytest.mark.article("R13.2")
def test_no_way_of_changing_an_order_day_goes_round_the_guard(office: Office, clock: Clock) -> None:
    """The day of yesterday's visit may not become tomorrow by hand."""
    clock.ahead += TUESDAY - now()
    yesterday, tomorrow = 1, 3
    row = customer(office, 1, order_day=str(yesterday))
    with pytest.raises(ByRule), office.desk(people.CLERK) as desk:
        customer_fields.change_fields(desk, row.id, desk.customer(row.id).version, {"order_day": str(tomorrow)}, "改")
    with office.desk(people.CLERK) as desk:
        people.entering(desk, row)
        at = now() - timedelta(days=1)
        desk.tx.add(Order(id=new_id(), customer_id=row.id, at=at, way="phone", by_name="电访"))
    with pytest.raises(DoubleVisit), office.desk(people.CLERK) as desk:
        customer_fields.change_fields(desk, row.id, desk.customer(row.id).version, {"order_day": str(tomorrow)}, "改")
    assert value(office, row, "order_day") == str(yesterday)


@pytest.mark.article("R13.2", "R13.1")
def test_an_accepted_change_that_would_visit_twice_now_waits_for_the_first_day_on_which_it_does_not(
    office: Office, clock: Clock
) -> None:
    """On a Tuesday, who was visited on Monday goes to Fridays: from Friday on, when it is due."""
    clock.ahead += TUESDAY - now()
    row = customer(office, 1, order_day="1")
    one = office.perform(MANAGER, meetings.propose, row.id, {"order_day": "5"}, "顺路")
    meeting_id = meeting(office)
    decide(office, meeting_id, one, "accepted")
    assert view_of(office, meeting_id).agenda[0].not_before == date(2026, 11, 27)
    close(office, meeting_id)
    with office.desk(people.CLERK) as desk:
        [todo] = inbox(desk).views
        assert todo.task.due_at is not None and todo.task.due_at.date() == date(2026, 11, 27)
    with pytest.raises(DoubleVisit):
        office.perform(people.CLERK, implementation.carry_route, one)
    clock.on(days=3)
    office.perform(people.CLERK, implementation.carry_route, one)
    assert value(office, row, "order_day") == "5"
    with office.desk(people.CLERK) as desk:
        assert inbox(desk).views == []


@pytest.mark.article("R13.1")
def test_what_was_accepted_and_cannot_be_done_goes_to_the_next_meeting(office: Office, clock: Clock) -> None:
    clock.ahead += TUESDAY - now()
    row = customer(office, 1, order_day="1")
    one = office.perform(MANAGER, meetings.propose, row.id, {"order_day": "5"}, "顺路")
    meeting_id = meeting(office)
    decide(office, meeting_id, one, "accepted")
    close(office, meeting_id)
    with pytest.raises(BadInput):
        office.perform(people.CLERK, implementation.postpone_route, one, "")
    again = office.perform(people.CLERK, implementation.postpone_route, one, "客户停业")
    with office.desk(people.CLERK) as desk:
        assert inbox(desk).views == []
        [waiting] = meetings.list_meetings(desk).waiting
    assert waiting.id == again and "客户停业" in waiting.why
    with office.store.transaction() as tx:
        assert tx.get_one(RouteProposal, again).proposed_by == MANAGER.user_id
    with pytest.raises(Stale):
        office.perform(people.CLERK, implementation.carry_route, one)
    assert view_of(office, meeting_id).agenda[0].decision == "accepted"


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
