"""Customers whom nobody calls any more, until the call desk is asked to call again (R12.2)."""

import pytest

from hub.domain.refusals import BadInput, NotFound, NotThisCustomer
from hub.domain.staff.posts import Actor, Post
from hub.operations.changes import temporary
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.phones import call_stops
from hub.operations.phones.call_stops import NotStopped, StoppedAlready
from hub.operations.tasks.tasks import inbox
from hub.registry.schema import StaffNotice
from tests.support import people
from tests.support.makers.applications import CALL, asked, customer

MANAGER = Actor(people.CLERK_ID, "客户经理", frozenset({(Post.ACCOUNT_MANAGER, "3701")}))


def to_call(desk: Desk) -> list[str]:
    """What the call desk has to do."""
    return [view.task.kind for view in inbox(desk).views]


def told(desk: Desk) -> set[tuple[str, str]]:
    """What was told to whom."""
    return {(row.kind, row.post) for row in desk.tx.query(StaffNotice)}


@pytest.mark.article("R12.2")
def test_a_number_for_now_asks_who_stopped_calling_to_call_again(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="phone", order_day="2")
    with office.desk(CALL) as desk:
        stop = call_stops.stop_calling(desk, row.id, "两个号码都打不通")
        with pytest.raises(StoppedAlready):
            call_stops.stop_calling(desk, row.id, "两个号码都打不通")
        assert to_call(desk) == []
        assert told(desk) == {("calls_stopped", Post.ACCOUNT_MANAGER), ("calls_stopped", Post.STATISTICS_CLERK)}
    with office.desk(people.CLERK) as desk:
        asked(desk, desk.customer(row.id), "phone_for_now", order_phone="13900000555")
    with office.desk(CALL) as desk:
        [task] = [view.task for view in inbox(desk).views]
        assert (task.kind, task.article, task.subject_id) == ("call_again", "R12.2", stop) and task.due_at is not None
        with pytest.raises(BadInput):
            call_stops.record_call(desk, stop, True, "")
        call_stops.record_call(desk, stop, True, "已接通并订货")
        assert to_call(desk) == [] and call_stops.stop_of(desk, row.id) is None
        with pytest.raises(NotFound):
            call_stops.record_call(desk, stop, True, "再次")


@pytest.mark.article("R12.2")
def test_the_account_manager_asks_and_who_is_not_reached_stays_on_the_list(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="phone", order_day="2")
    with office.desk(MANAGER) as desk, pytest.raises(NotStopped):
        call_stops.ask_to_call(desk, row.id, "电话修好了")
    stop = office.perform(CALL, call_stops.stop_calling, row.id, "打不通")
    office.perform(MANAGER, call_stops.ask_to_call, row.id, "电话修好了")
    office.perform(MANAGER, call_stops.ask_to_call, row.id, "请尽快")
    with office.desk(CALL) as desk:
        assert to_call(desk) == ["call_again"]
        call_stops.record_call(desk, stop, False, "仍无人接听")
        assert to_call(desk) == [] and ("not_reached", Post.ACCOUNT_MANAGER) in told(desk)
        assert [stopped.id for stopped in call_stops.list_stops(desk)] == [stop]
    office.perform(MANAGER, call_stops.ask_to_call, row.id, "下午在店")
    office.perform(CALL, temporary.record_order, row.id, "phone")
    with office.desk(CALL) as desk:
        assert to_call(desk) == [] and call_stops.list_stops(desk) == []


@pytest.mark.article("R12.2")
def test_who_orders_otherwise_is_not_called_at_all(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="web", order_day="2")
    with pytest.raises(NotThisCustomer) as refused:
        office.perform(CALL, call_stops.stop_calling, row.id, "打不通")
    assert refused.value.article == "R12.2"
