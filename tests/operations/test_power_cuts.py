"""Planned power cuts: who is to be warned, what was arranged; help for web customers (R11.5, R11.6)."""

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest

from hub.domain.people import HUB, Actor, Post
from hub.domain.refusals import BadInput, NotFound, Stale
from hub.operations import helping, power_cuts
from hub.operations.helping import NotOnTheWeb
from hub.operations.office import Office
from hub.operations.power_cuts import CutRequest, order_days
from hub.operations.tasks import inbox
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.schema import Customer, Order, StaffNotice
from tests.access.conftest import Clock, clock, office
from tests.support import people

__all__ = ["clock", "office"]
MANAGER = Actor(new_id(), "客户经理甲", frozenset({(Post.ACCOUNT_MANAGER, people.UNIT)}))


def customer(office: Office, number: int, day: str, method: str = "web", unit: str = people.UNIT) -> Customer:
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, number)
        row.unit_code, row.values = unit, {"order_method": method, "order_day": day, "delivery_route": "一线"}
        row.stage = "registered"
        return row


def cut(office: Office, days_ahead: int = 2, **changed: object) -> UUID:
    begins = datetime.combine(today() + timedelta(days=days_ahead), time(8), SHANGHAI)
    given = {"unit_code": people.UNIT, "area": "城北", "begins_at": begins, "ends_at": begins + timedelta(hours=9)}
    return office.perform(people.CLERK, power_cuts.enter_cut, CutRequest(**given | {"source": "供电通知"} | changed))  # type: ignore[arg-type]


@pytest.mark.article("R11.5")
def test_web_customers_who_order_on_the_day_are_to_be_warned_before_it(office: Office, clock: Clock) -> None:
    day = str((today() + timedelta(days=2)).isoweekday())
    other = str((today() + timedelta(days=3)).isoweekday())
    first, second = customer(office, 1, day), customer(office, 2, day)
    customer(office, 3, other)
    customer(office, 4, day, "handset")
    customer(office, 5, day, unit="370102")
    cut_id = cut(office)
    with office.desk(MANAGER) as desk:
        [view] = inbox(desk)
        assert view.task.kind == "warn_power_cut" and view.task.details == {"customers": 2}
        row, rows = power_cuts.show_cut(desk, cut_id)
        assert view.task.due_at == row.begins_at and {each.id for _, each in rows} == {first.id, second.id}
    office.perform(MANAGER, power_cuts.warn, cut_id, first.id, "order_earlier", "今晚订")
    with pytest.raises(BadInput):
        office.perform(MANAGER, power_cuts.warn, cut_id, second.id, "somehow")
    with office.desk(MANAGER) as desk:
        assert len(inbox(desk)) == 1
    office.perform(MANAGER, power_cuts.warn, cut_id, second.id, "elsewhere")
    with office.desk(MANAGER) as desk:
        assert inbox(desk) == []
    clock.on(days=3)
    with office.desk(HUB) as desk:
        assert power_cuts.keep_cuts(desk) == 1
        assert desk.tx.query(StaffNotice).count() == 0
    with pytest.raises(Stale):
        office.perform(MANAGER, power_cuts.warn, cut_id, first.id, "laptop")


@pytest.mark.article("R11.5")
def test_who_was_not_warned_when_it_begins_is_told_to_the_chief(office: Office, clock: Clock) -> None:
    customer(office, 1, str((today() + timedelta(days=2)).isoweekday()))
    cut(office)
    clock.on(days=3)
    with office.desk(HUB) as desk:
        assert power_cuts.keep_cuts(desk) == 1 and power_cuts.keep_cuts(desk) == 0
        [notice] = desk.tx.query(StaffNotice)
        assert (notice.kind, notice.post, notice.details) == ("cut_unwarned", "section_chief", {"customers": 1})


@pytest.mark.article("R11.5")
def test_a_cut_is_narrowed_called_off_and_refused_when_it_makes_no_sense(office: Office) -> None:
    day = str((today() + timedelta(days=2)).isoweekday())
    first, second = customer(office, 1, day), customer(office, 2, day)
    cut_id = cut(office, codes=(second.code,), routes=("一线",))
    with office.desk(people.CLERK) as desk:
        assert [row.id for _, row in power_cuts.show_cut(desk, cut_id)[1]] == [second.id]
    with pytest.raises(NotFound):
        office.perform(MANAGER, power_cuts.warn, cut_id, first.id, "laptop")
    for wrong in ({"begins_at": now() - timedelta(1)}, {"ends_at": now()}, {"area": " "}, {"source": ""}):
        with pytest.raises(BadInput):
            cut(office, **wrong)
    office.perform(people.CLERK, power_cuts.call_off, cut_id, "改期")
    with office.desk(MANAGER) as desk:
        assert inbox(desk) == []
    with pytest.raises(Stale):
        office.perform(people.CLERK, power_cuts.call_off, cut_id, "改期")


@pytest.mark.article("R11.5")
def test_the_days_of_a_cut_are_beijings() -> None:
    monday = datetime(2026, 11, 23, 17, tzinfo=SHANGHAI)
    assert order_days(monday, monday + timedelta(hours=8)) == ["1", "2"]


@pytest.mark.article("R11.6", "I2")
def test_help_says_who_ordered_for_whom_and_an_order_on_behalf_is_an_order(office: Office) -> None:
    row, phone = customer(office, 1, "3"), customer(office, 2, "3", "phone")
    office.perform(MANAGER, helping.record_help, row.id, "terminal", "路由器坏了")
    for kind, note, who in (("lent", "坏了", ""), ("terminal", " ", ""), ("on_behalf", "坏了", "")):
        with pytest.raises(BadInput):
            office.perform(MANAGER, helping.record_help, row.id, kind, note, who)
    with pytest.raises(NotOnTheWeb):
        office.perform(MANAGER, helping.record_help, phone.id, "terminal", "坏了")
    office.perform(MANAGER, helping.record_help, row.id, "on_behalf", "电脑坏了", "客户经理甲")
    with office.desk(MANAGER) as desk:
        month = helping.list_help(desk)
        assert month.counts == {"terminal": 1, "on_behalf": 1} and month.rows[0][0].ordered_by == "客户经理甲"
        [order] = desk.tx.query(Order)
        assert (order.way, order.help) == ("on_behalf", "由客户经理甲代为订货")
