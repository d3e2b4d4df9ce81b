"""A route found wrong at the first delivery: asked for in its days, corrected when both agree, else the meeting (R7.14)."""

from datetime import timedelta
from uuid import UUID

import pytest

from hub.domain.refusals import BadInput, NotThisCustomer, Refusal, Stale
from hub.domain.staff.posts import Actor, Post
from hub.operations.changes import applications, first_delivery
from hub.operations.changes.first_delivery import ViewMissing, ViewsDiffer
from hub.operations.changes.plan import ChangeRequest
from hub.operations.office import Office
from hub.operations.routes import implementation, meetings
from hub.operations.tasks.due_dates import due_after
from hub.operations.tasks.tasks import inbox
from hub.ports import new_id, now, today
from hub.registry.schema import Application, Change, Customer, DeliveryView, Onboarding, Order
from tests.support import people
from tests.support.clocks import Clock
from tests.support.makers.routes import CHIEF, TUESDAY, customer, somebody, value

DRIVER = somebody(Post.DELIVERY_DRIVER)


def ask(office: Office, row: Customer, actor: Actor = DRIVER) -> UUID:
    """The driver finds that the shop belongs to another route."""
    with office.desk(actor) as desk:
        version = desk.tx.get_one(Customer, row.id).version
        wanted = ChangeRequest(
            customer_id=row.id,
            version=version,
            rule="route_first_delivery",
            values={"delivery_route": "二线"},
            why="绕路",
        )
        return applications.send_change(desk, wanted).id


def ordered(office: Office, row: Customer) -> None:
    """The customer orders for the first time."""
    with office.desk(people.CLERK) as desk:
        desk.tx.add(Order(id=new_id(), customer_id=row.id, at=now(), way="web", by_name="客户"))


def say(office: Office, asked: UUID, post: str, agrees: bool = True, words: str = "顺路") -> None:
    office.perform(people.CLERK, first_delivery.record_view, asked, post, "王示例", agrees, words)


@pytest.mark.article("R7.14")
def test_in_the_days_after_the_first_delivery_a_route_is_corrected_once_both_agree(
    office: Office, clock: Clock
) -> None:
    """Within a working day, with what both said on record; the onboarding may be closed by then."""
    clock.ahead += TUESDAY - now()
    row = customer(office, 1)
    ordered(office, row)
    clock.on(days=1)
    asked = ask(office, row)
    with office.desk(people.CLERK) as desk:
        [todo] = inbox(desk).views
        assert todo.task.due_at == due_after(desk.tx, now(), 1).moment
    with pytest.raises(ViewMissing) as no:
        office.perform(people.CLERK, applications.carry_out, asked)
    assert no.value.article == "R7.14"
    with pytest.raises(BadInput):
        office.perform(people.CLERK, first_delivery.record_view, asked, "call_clerk", "某人", True, "好")
    say(office, asked, "delivery_driver")
    say(office, asked, "account_manager", False, "离拜访线路远")
    with pytest.raises(ViewsDiffer):
        office.perform(people.CLERK, applications.carry_out, asked)
    say(office, asked, "account_manager", True, "调整后可以")
    office.perform(people.CLERK, applications.carry_out, asked)
    assert value(office, row, "delivery_route") == "二线"
    with office.store.transaction() as tx:
        [change] = tx.query(Change).filter_by(customer_id=row.id)
        assert change.article == "R7.14" and change.changes == {"delivery_route": ["一线", "二线"]}
        assert tx.query(DeliveryView).filter_by(application_id=asked).count() == 3
        assert tx.get_one(Application, asked).state == "carried_out"
    with pytest.raises(Stale):
        say(office, asked, "account_manager")


@pytest.mark.article("R7.14")
def test_where_they_do_not_agree_the_next_meeting_decides_with_what_both_said(office: Office) -> None:
    row = customer(office, 1)
    ordered(office, row)
    asked = ask(office, row)
    say(office, asked, "delivery_driver")
    with pytest.raises(ViewMissing):
        office.perform(people.CLERK, first_delivery.to_meeting, asked)
    say(office, asked, "account_manager", False, "离拜访线路远")
    proposal = office.perform(people.CLERK, first_delivery.to_meeting, asked)
    with office.desk(people.CLERK) as desk:
        assert [view.task.kind for view in inbox(desk).views] == []
        [waiting] = meetings.list_meetings(desk).waiting
        assert waiting.id == proposal and waiting.disputed and "离拜访线路远" in waiting.why
    meeting = office.perform(people.CLERK, meetings.call_meeting, people.UNIT, today())
    office.perform(CHIEF, meetings.decide_proposal, meeting, proposal, "accepted")
    office.perform(CHIEF, meetings.close_meeting, meeting, "科长", "配送主任", "同意")
    office.perform(people.CLERK, implementation.carry_route, proposal)
    assert value(office, row, "delivery_route") == "二线"


@pytest.mark.article("R7.14")
def test_where_both_agree_there_is_nothing_for_a_meeting(office: Office) -> None:
    row = customer(office, 1)
    ordered(office, row)
    asked = ask(office, row)
    for post in ("delivery_driver", "account_manager"):
        say(office, asked, post)
    with pytest.raises(BadInput):
        office.perform(people.CLERK, first_delivery.to_meeting, asked)


def refused(office: Office, row: Customer) -> Refusal:
    with pytest.raises(NotThisCustomer) as no:
        ask(office, row)
    assert no.value.article == "R7.14"
    return no.value


@pytest.mark.article("R7.14")
def test_before_the_first_delivery_and_more_than_five_working_days_after_it_the_row_does_not_apply(
    office: Office, clock: Clock
) -> None:
    """Counted from the first order, or from the day that was planned for it."""
    clock.ahead += TUESDAY - now()
    row, planned = customer(office, 1), customer(office, 2)
    assert "还没有" in refused(office, row).sentence()
    with office.desk(people.CLERK) as desk:
        case = Onboarding(id=new_id(), customer_id=planned.id, arrived_on=today(), state="open", begun_at=now())
        case.first_order_on = today() + timedelta(days=1)
        desk.tx.add(case)
    assert "还没有" in refused(office, planned).sentence()
    ordered(office, row)
    clock.on(days=7)
    ask(office, planned)
    ask(office, row)
    clock.on(days=1)
    again = customer(office, 3)
    with office.desk(people.CLERK) as desk:
        desk.tx.add(Order(id=new_id(), customer_id=again.id, at=now() - timedelta(days=8), way="web", by_name="客户"))
    assert "已过" in refused(office, again).sentence()
