"""Route meetings: proposals, decisions, final minutes, work of one day, disagreements, the reminder (R13.1, R7.14)."""

from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from hub.domain.people import HUB, Actor, Post
from hub.domain.refusals import BadInput
from hub.operations import applications, meetings, route_proposals
from hub.operations.change_plan import ChangeRequest
from hub.operations.desk import Desk
from hub.operations.meetings import MeetingOpen, NotSitting, Undecided
from hub.operations.office import Office
from hub.operations.route_proposals import Decided, ProposedAlready
from hub.operations.tasks import inbox
from hub.operations.visit_guard import DoubleVisit
from hub.ports import SHANGHAI, now, today
from hub.registry import customers, work
from hub.registry.schema import Customer
from tests.access.conftest import Clock, clock, entrant_things, office
from tests.support import people

__all__ = ["clock", "office"]
CHIEF = Actor(people.CLERK_ID, "科长", frozenset({(Post.SECTION_CHIEF, "3701")}))
MANAGER = Actor(people.CLERK_ID, "经理", frozenset({(Post.ACCOUNT_MANAGER, "3701")}))
DRIVER = Actor(people.CLERK_ID, "送货员", frozenset({(Post.DELIVERY_DRIVER, "3701")}))
ROUTE = {"visit_batch": "一批", "delivery_route": "一线", "order_day": "1", "quantified_data": "30"}


def at(clock: Clock, year: int, month: int, day: int, hour: int = 9) -> None:
    """Let it be this moment in Beijing."""
    clock.ahead += datetime(year, month, day, hour, tzinfo=SHANGHAI) - now()


def placed(office: Office, number: int, **values: str) -> UUID:
    """A customer on a route."""
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        row.values = {**ROUTE, **values}
        return row.id


def proposed(office: Office, customer_id: UUID, **values: str) -> UUID:
    return office.perform(MANAGER, route_proposals.propose, customer_id, values, "更顺路")


def held(office: Office) -> UUID:
    """A meeting of the unit that sits, with its minutes."""
    meeting = office.perform(CHIEF, meetings.call_meeting, people.UNIT, today())
    office.perform(CHIEF, meetings.open_meeting, meeting)
    office.perform(CHIEF, meetings.write_minutes, meeting, "科长、经理、送货员", "逐项讨论")
    return meeting


def of(desk: Desk, customer_id: UUID) -> Customer:
    found = customers.get(desk.tx, customer_id)
    assert found is not None
    return found


@pytest.mark.article("R13.1")
def test_what_a_meeting_accepts_is_the_clerks_work_of_one_day_with_its_record(office: Office, clock: Clock) -> None:
    at(clock, 2026, 11, 24)
    first, second, third = (placed(office, number) for number in (1, 2, 3))
    ids = [proposed(office, each, delivery_route="二线", stop_order="7") for each in (first, second, third)]
    meeting = held(office)
    with pytest.raises(Undecided):
        office.perform(CHIEF, meetings.close_meeting, meeting)
    with pytest.raises(BadInput):
        office.perform(CHIEF, meetings.decide_proposal, ids[1], "refused", " ")
    for each, decision in zip(ids, ("accepted", "refused", "postponed"), strict=True):
        office.perform(CHIEF, meetings.decide_proposal, each, decision, "已议")
    with pytest.raises(Decided):
        office.perform(people.CLERK, route_proposals.carry_out_proposal, ids[0])
    assert office.perform(CHIEF, meetings.close_meeting, meeting) == 1
    with office.desk(people.CLERK) as desk:
        [view] = [each for each in inbox(desk) if each.task.kind == "route_decided"]
        assert view.task.due_at is not None and view.task.due_at.astimezone(SHANGHAI).date() == date(2026, 11, 25)
        assert "个工作日" in view.task.sum
        route_proposals.carry_out_proposal(desk, ids[0])
        row = of(desk, first)
        assert (row.values["delivery_route"], row.values["stop_order"]) == ("二线", "7")
        record = customers.history(desk.tx, first)[-1]
        assert record.article == "R13.1" and "2026-11-24" in record.why
        assert record.changes["delivery_route"] == ["一线", "二线"]
        assert not [each for each in inbox(desk) if each.task.kind == "route_decided"]
        assert of(desk, second).values["delivery_route"] == "一线"
    with pytest.raises(Decided):
        office.perform(people.CLERK, route_proposals.carry_out_proposal, ids[0])
    following = held(office)
    view_of = office.perform(CHIEF, meetings.show_meeting, following)
    assert [(each.proposal.id, each.proposal.postponed) for each in view_of.points] == [(ids[2], 1)]


@pytest.mark.article("R13.1")
def test_minutes_are_final_once_the_meeting_is_closed_and_the_database_holds_them(office: Office) -> None:
    one = proposed(office, placed(office, 1), delivery_route="二线")
    meeting = held(office)
    with pytest.raises(MeetingOpen):
        office.perform(CHIEF, meetings.call_meeting, people.UNIT, today())
    office.perform(CHIEF, meetings.decide_proposal, one, "accepted", "")
    office.perform(CHIEF, meetings.decide_proposal, one, "refused", "绕路")
    assert office.perform(CHIEF, meetings.close_meeting, meeting) == 0
    for do, more in (
        (meetings.write_minutes, ("别人", "改写")),
        (meetings.close_meeting, ()),
        (meetings.open_meeting, ()),
        (meetings.cancel_meeting, ("不算",)),
    ):
        with pytest.raises(NotSitting):
            office.perform(CHIEF, do, meeting, *more)  # type: ignore[arg-type]
    with pytest.raises(NotSitting):
        office.perform(CHIEF, meetings.decide_proposal, one, "accepted", "")
    final = office.perform(CHIEF, meetings.show_meeting, meeting).final
    assert final is not None and final.record["decisions"][0]["said"] == "绕路"
    for statement in ("UPDATE route_minutes SET minutes = 'x'", "DELETE FROM route_minutes"):
        with pytest.raises(IntegrityError), office.store.transaction() as tx:
            tx.execute(text(statement))


@pytest.mark.article("R13.3")
def test_the_meeting_shows_loads_before_and_after_what_it_accepts(office: Office) -> None:
    ids = [placed(office, number) for number in (1, 2)]
    placed(office, 3, delivery_route="二线", quantified_data="12.5")
    one, other = (proposed(office, each, delivery_route="二线") for each in ids)
    meeting = held(office)
    office.perform(CHIEF, meetings.decide_proposal, one, "accepted", "")
    office.perform(CHIEF, meetings.decide_proposal, other, "refused", "绕路")
    for _ in range(2):
        loads = office.perform(CHIEF, meetings.show_meeting, meeting).loads
        found = {
            each.after.name: (
                (each.before.customers, each.before.quantity),
                (each.after.customers, each.after.quantity),
            )
            for each in loads
            if each.after.kind == "delivery_route"
        }
        assert found == {"一线": ((2, 60.0), (1, 30.0)), "二线": ((1, 12.5), (2, 42.5))}
        if office.perform(CHIEF, meetings.show_meeting, meeting).final is None:
            office.perform(CHIEF, meetings.close_meeting, meeting)
            office.perform(people.CLERK, route_proposals.carry_out_proposal, one)


@pytest.mark.article("R13.2", "R13.1")
def test_a_decision_that_the_guard_forbids_today_is_due_and_done_on_the_first_day_allowed(
    office: Office, clock: Clock
) -> None:
    at(clock, 2026, 11, 24)
    one = proposed(office, placed(office, 1), order_day="5")
    meeting = held(office)
    [point] = office.perform(CHIEF, meetings.show_meeting, meeting).points
    assert point.clash is not None and point.clash.fields["allowed"] == date(2026, 11, 27)
    office.perform(CHIEF, meetings.decide_proposal, one, "accepted", "")
    office.perform(CHIEF, meetings.close_meeting, meeting)
    with office.desk(people.CLERK) as desk:
        [task] = work.open_tasks_about(desk.tx, "route_proposal", one)
        assert task.due_at is not None and task.due_at.astimezone(SHANGHAI).date() == date(2026, 11, 27)
    with pytest.raises(DoubleVisit):
        office.perform(people.CLERK, route_proposals.carry_out_proposal, one)
    at(clock, 2026, 11, 27)
    office.perform(people.CLERK, route_proposals.carry_out_proposal, one)


@pytest.mark.article("R7.14")
def test_a_disagreement_about_a_new_entrants_route_goes_to_the_next_meeting(office: Office) -> None:
    customer_id = placed(office, 1)
    with office.desk(people.CLERK) as desk:
        entrant_things(desk, of(desk, customer_id))
        desk.tx.flush()
        version = of(desk, customer_id).version
    request = ChangeRequest(
        customer_id=customer_id,
        version=version,
        rule="route_first_delivery",
        values={"delivery_route": "二线"},
        why="首次送货",
    )
    with office.desk(DRIVER) as desk:
        application = applications.send_change(desk, request).id
    one = office.perform(MANAGER, route_proposals.disagree, application, "经理认为一线更近")
    with pytest.raises(Decided):
        office.perform(MANAGER, route_proposals.disagree, application, "再提")
    with pytest.raises(ProposedAlready):
        proposed(office, customer_id, stop_order="3")
    with office.desk(people.CLERK) as desk:
        assert not work.open_tasks_about(desk.tx, "application", application)
    [point] = office.perform(CHIEF, meetings.show_meeting, held(office)).points
    assert (point.proposal.id, point.proposal.article) == (one, "R7.14")


@pytest.mark.article("R13.1")
def test_a_month_without_a_meeting_is_reminded_once_until_one_is_held(office: Office, clock: Clock) -> None:
    at(clock, 2026, 11, 19)
    one = proposed(office, placed(office, 1), stop_order="4")
    assert office.perform(HUB, meetings.remind) == 0
    at(clock, 2026, 11, 20)
    assert office.perform(HUB, meetings.remind) == 1 and office.perform(HUB, meetings.remind) == 0
    with office.desk(CHIEF) as desk:
        [view] = [each for each in inbox(desk) if each.task.kind == "route_meeting_due"]
        assert view.task.due_at is not None and view.task.due_at.astimezone(SHANGHAI).date() == date(2026, 11, 30)
    meeting = held(office)
    office.perform(CHIEF, meetings.decide_proposal, one, "accepted", "")
    office.perform(CHIEF, meetings.close_meeting, meeting)
    clock.ahead += timedelta(days=1)
    assert office.perform(HUB, meetings.remind) == 0
    with office.desk(CHIEF) as desk:
        assert not [each for each in inbox(desk) if each.task.kind == "route_meeting_due"]
    at(clock, 2026, 12, 21)
    assert office.perform(HUB, meetings.remind) == 1
