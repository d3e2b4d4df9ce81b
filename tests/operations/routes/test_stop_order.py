"""Drivers order their own stops; a changed address is reported and looked at before its stop moves (R13.5)."""

from collections.abc import Sequence
from uuid import UUID

import pytest

from hub.domain.refusals import BadInput, NotFound, Stale
from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.customers import fields as customer_fields
from hub.operations.office import Office
from hub.operations.routes import stop_order
from hub.operations.routes.stop_order import AddressMoved, AddressSeen, NotYourRoute
from hub.operations.tasks import notices
from hub.operations.tasks.tasks import inbox
from hub.ports import new_id
from hub.registry.schema import AuditRow, Customer, StaffNotice
from tests.support import people
from tests.support.clocks import Clock
from tests.support.makers.routes import customer, somebody, value
from tests.support.scenes import another

CONTROL = somebody(Post.INTERNAL_CONTROL)


@pytest.fixture
def driver(office: Office) -> Actor:
    """Who drives the first route, once it has customers."""
    with office.desk(people.CLERK) as desk:
        found = another(desk, "driver1", (Post.DELIVERY_DRIVER, people.UNIT))
        people.post(desk, found.user_id, Post.DELIVERY_DRIVER, people.UNIT)
    return found


def stops(office: Office, numbers: Sequence[int] = (10, 20, 30)) -> list[Customer]:
    """The first route's customers, driven by the driver."""
    rows = [customer(office, at, stop_order=str(number)) for at, number in enumerate(numbers, 1)]
    office.perform(people.CLERK, stop_order.name_driver, people.UNIT, "一线", "driver1")
    return rows


def moves(office: Office, row: Customer, **values: str) -> None:
    """The record of a customer changes, by the hub's own hand."""
    with office.desk(HUB) as desk:
        version = desk.customer(row.id).version
        customer_fields.change_fields(desk, row.id, version, values or {"location": "117.9,36.6"}, "变更")


def reorder(office: Office, driver: Actor, *wanted: Customer) -> int:
    """As the page sends it: all stops, numbered from 1."""
    order: dict[UUID, int] = {row.id: at for at, row in enumerate(wanted, 1)}
    return office.perform(driver, stop_order.reorder, people.UNIT, "一线", order)


def orders(office: Office, rows: Sequence[Customer]) -> list[str]:
    return [value(office, row, "stop_order") for row in rows]


def blocked(office: Office, driver: Actor) -> set[UUID]:
    with office.desk(driver) as desk:
        [mine] = stop_order.my_routes(desk)
    return {stop.customer_id for stop in mine.stops if stop.moved}


def waiting(office: Office) -> list[str]:
    """What internal control has to look at, by customer."""
    with office.desk(CONTROL) as desk:
        assert [view.task.kind for view in inbox(desk).views] == ["address_moved"] * len(inbox(desk).views)
        return sorted(each.code for each in stop_order.list_address_reports(desk))


@pytest.mark.article("R13.5")
def test_a_driver_orders_the_own_route_and_no_other(office: Office, driver: Actor) -> None:
    first, second, third = stops(office, (1, 2, 3))
    customer(office, 4, route="二线")
    with pytest.raises(BadInput), office.desk(people.CLERK) as desk:
        stop_order.name_driver(desk, people.UNIT, "一线", "firstclerk")
    assert reorder(office, driver, third, second, first) == 2
    assert orders(office, (first, second, third)) == ["3", "2", "1"]
    for wrong in ({first.id: 1, second.id: 1}, {first.id: 0}, {new_id(): 1}):
        with pytest.raises(BadInput):
            office.perform(driver, stop_order.reorder, people.UNIT, "一线", wrong)
    with pytest.raises(NotYourRoute):
        office.perform(driver, stop_order.reorder, people.UNIT, "二线", {})


@pytest.mark.article("R13.5")
def test_a_refused_reordering_reports_the_stop_to_internal_control_by_itself_and_once(
    office: Office, driver: Actor, clock: Clock
) -> None:
    """The refusal rolls everything back but its report: task, line in the day's mail, audit."""
    first, second, third = stops(office)
    moves(office, first)
    for _ in range(2):
        with pytest.raises(AddressMoved) as no:
            reorder(office, driver, second, first, third)
    assert no.value.article == "R13.5" and first.code in no.value.sentence()
    assert orders(office, (first, second, third)) == ["10", "20", "30"]
    assert waiting(office) == [first.code]
    with office.store.transaction() as tx:
        assert [row.outcome for row in tx.query(AuditRow).filter_by(operation="driving.reorder")] == ["refused"] * 2
        told = tx.query(StaffNotice).filter_by(kind="address_moved", in_mail=True)
        assert [row.customer_id for row in told] == [first.id]


@pytest.mark.article("R13.5")
def test_the_others_are_ordered_as_usual_whatever_gaps_their_numbers_have(
    office: Office, driver: Actor, clock: Clock
) -> None:
    first, second, third = stops(office)
    moves(office, second)
    assert blocked(office, driver) == {second.id}
    assert reorder(office, driver, third, second, first) == 2
    assert orders(office, (first, second, third)) == ["30", "20", "10"]
    assert waiting(office) == []


@pytest.mark.article("R13.5")
def test_internal_control_looks_and_the_stop_may_move_again_until_the_address_changes_anew(
    office: Office, driver: Actor, clock: Clock
) -> None:
    first, second, third = stops(office)
    moves(office, first, address="示例路 1 号")
    assert blocked(office, driver) == set(), "the first entry of an address moves nobody"
    clock.on(hours=1)
    moves(office, first, address="示例路 9 号")
    clock.on(days=400)
    with pytest.raises(AddressMoved):
        reorder(office, driver, second, first, third)
    with pytest.raises(BadInput):
        office.perform(CONTROL, stop_order.clear_address, first.id, " ")
    office.perform(CONTROL, stop_order.clear_address, first.id, "门牌更正,店没有搬")
    assert waiting(office) == [] and blocked(office, driver) == set()
    with pytest.raises(Stale):
        office.perform(CONTROL, stop_order.clear_address, first.id, "再查")
    with office.desk(driver) as desk:
        assert [view.kind for view in notices.list_notices(desk)] == ["address_checked"]
    clock.on(hours=1)
    assert reorder(office, driver, second, first, third) == 2
    clock.on(hours=1)
    moves(office, first, address="示例路 99 号")
    assert blocked(office, driver) == {first.id}


@pytest.mark.article("R13.5")
def test_a_shop_that_the_driver_reported_stays_where_it_is_until_it_was_looked_at(
    office: Office, driver: Actor
) -> None:
    first, second, third = stops(office)
    with pytest.raises(NotFound):
        office.perform(driver, stop_order.report_address, AddressSeen(people.UNIT, "一线", new_id(), "搬了"))
    office.perform(driver, stop_order.report_address, AddressSeen(people.UNIT, "一线", first.id, "店已搬到路口"))
    with pytest.raises(AddressMoved):
        reorder(office, driver, second, first, third)
    assert waiting(office) == [first.code]
    office.perform(CONTROL, stop_order.clear_address, first.id, "已变更地址")
    assert reorder(office, driver, second, first, third) == 2


@pytest.mark.article("R13.5")
def test_who_is_placed_on_a_route_after_the_move_is_not_held_there(office: Office, driver: Actor, clock: Clock) -> None:
    """The office has decided where the shop belongs now: that is the answer to its move."""
    first, second, third = stops(office)
    fourth = customer(office, 4, route="二线", stop_order="1")
    moves(office, fourth)
    clock.on(hours=1)
    moves(office, fourth, delivery_route="一线")
    assert blocked(office, driver) == set()
    assert reorder(office, driver, first, fourth, second, third) > 0
