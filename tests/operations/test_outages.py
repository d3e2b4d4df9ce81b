"""Outages: reported, previewed, switched in batches, stopped and gone on with, returned (R11.1, I2)."""

from datetime import timedelta
from uuid import UUID

import pytest

from hub.domain.people import HUB, Actor, Post
from hub.domain.refusals import BadInput, NotFound
from hub.operations import outage_batches, outages, returning
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.outages import NotNow, OutageKnown
from hub.operations.settlement import PlanMoved
from hub.operations.tasks import inbox
from hub.ports import now
from hub.registry import temporaries
from hub.registry.schema import Application, Customer, Outage, OutageCustomer, Temporary
from tests.access.conftest import Clock, clock, office
from tests.operations.test_changes import asked
from tests.support import people

__all__ = ["clock", "office"]
CALL = Actor(people.CLERK_ID, "电访员", frozenset({(Post.CALL_CLERK, "3701")}))


def shops(desk: Desk, *methods: str) -> list[Customer]:
    """Customers who order so, on Wednesdays."""
    found = []
    for number, method in enumerate(methods, start=1):
        row = people.customer(desk, number)
        row.values = {"order_method": method, "order_day": "3"}
        found.append(row)
    desk.tx.flush()
    return found


def reported(office: Office, *methods: str, unit: str = people.UNIT) -> UUID:
    """An outage of these methods."""
    [row] = office.perform(CALL, outages.report_outage, [unit], methods or ["web"], now(), "登录页打不开")
    return row.id


def work_through(office: Office) -> int:
    """What the worker does: batch after batch; how many customers were looked at."""
    total = 0
    while done := office.perform(HUB, outage_batches.switch_batch):
        total += done
    return total


@pytest.mark.article("R11.1", "I2")
def test_an_outage_is_reported_previewed_switched_and_returns_after_the_orders(office: Office, clock: Clock) -> None:
    with office.desk(people.CLERK) as desk:
        one, two, phone, handset, single = [
            row.id for row in shops(desk, "web", "web", "phone", "handset", "web")
        ]
        asked(desk, desk.customer(single), "phone_outage", order_method="phone", reason="system_outage")
    outage_id = reported(office)
    with office.desk(people.CLERK) as desk:
        [task] = [view.task for view in inbox(desk) if view.task.kind == "outage"]
        assert task.subject_id == outage_id and task.article == "R11.1"
        view = outages.show_outage(desk, outage_id)
        assert (view.waiting, view.left_out, view.number("left_out", "temporary")) == (2, 1, 1)
        assert [each.customer_id for each in outages.list_affected(desk, outage_id, "")] == [one, two]
        assert [each.customer_id for each in outages.list_affected(desk, outage_id, "temporary")] == [single]
    with pytest.raises(PlanMoved):
        office.perform(people.CLERK, outages.switch_over, outage_id, 3)
    office.perform(people.CLERK, outages.switch_over, outage_id, 2)
    assert work_through(office) == 2
    with office.desk(people.CLERK) as desk:
        view = outages.show_outage(desk, outage_id)
        assert (view.row.state, view.switched, view.left_out) == ("switched", 2, 1)
        methods = {each: desk.customer(each).values["order_method"] for each in (one, two, phone, handset)}
        assert methods == {one: "phone", two: "phone", phone: "phone", handset: "handset"}
        [held] = temporaries.open_of(desk.tx, one)
        application = desk.tx.get(Application, held.application_id)
        assert application is not None and application.state == "carried_out" and application.rule == "phone_outage"
        assert held.outage_id == outage_id and held.before == {"order_method": "web"}
        assert "outage" not in [each.task.kind for each in inbox(desk)]
    office.perform(CALL, outages.end_outage, outage_id, "已修复")
    office.perform(CALL, returning.record_order, one, "phone")
    office.perform(HUB, returning.return_all)
    with office.desk(people.CLERK) as desk:
        assert desk.customer(one).values["order_method"] == "web"
        assert [(row.id, why) for row, _, why in outages.list_unreturned(desk, outage_id)] == [(two, "no_order")]
        assert outages.show_outage(desk, outage_id).returns == {"returned": 1, "no_order": 1}
