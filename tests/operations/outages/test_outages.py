"""Outages: reported, previewed, switched in batches, stopped and gone on with, returned (R11.1, I2)."""

from datetime import timedelta
from uuid import UUID

import pytest

from hub.domain.plans import PlanMoved
from hub.domain.refusals import BadInput, NotFound
from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations.changes import temporary as temporary_operations
from hub.operations.office import Office
from hub.operations.outages import batches, outages
from hub.operations.outages.outages import NotNow, OutageKnown
from hub.operations.tasks.tasks import inbox
from hub.ports import new_id, now, today
from hub.registry.changes import temporary
from hub.registry.schema import Agreement, Application, Temporary, UnitRule
from tests.support import people
from tests.support.clocks import Clock
from tests.support.makers.applications import asked
from tests.support.makers.outages import CALL, reported, shops


def work_through(office: Office) -> int:
    """What the worker does: batch after batch; how many customers were looked at."""
    total = 0
    while done := office.perform(HUB, batches.switch_batch):
        total += done
    return total


@pytest.mark.article("R11.1", "I2")
def test_an_outage_is_reported_previewed_switched_and_returns_after_the_orders(office: Office, clock: Clock) -> None:
    with office.desk(people.CLERK) as desk:
        one, two, phone, handset, single = [row.id for row in shops(desk, "web", "web", "phone", "handset", "web")]
        asked(desk, desk.customer(single), "phone_outage", order_method="phone", reason="system_outage")
    outage_id = reported(office)
    with office.desk(people.CLERK) as desk:
        [task] = [view.task for view in inbox(desk).views if view.task.kind == "outage"]
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
        assert (view.outage.state, view.switched, view.left_out) == ("switched", 2, 1)
        methods = {each: desk.customer(each).values["order_method"] for each in (one, two, phone, handset)}
        assert methods == {one: "phone", two: "phone", phone: "phone", handset: "handset"}
        [held] = temporary.open_of(desk.tx, one)
        application = desk.tx.get(Application, held.application_id)
        assert application is not None and application.state == "carried_out" and application.rule == "phone_outage"
        assert held.outage_id == outage_id and held.before == {"order_method": "web"}
        assert "outage" not in [each.task.kind for each in inbox(desk).views]
    office.perform(CALL, outages.end_outage, outage_id, "已修复")
    office.perform(CALL, temporary_operations.record_order, one, "phone")
    office.perform(HUB, temporary_operations.return_all)
    with office.desk(people.CLERK) as desk:
        assert desk.customer(one).values["order_method"] == "web"
        assert [(row.customer_id, row.why) for row in outages.list_unreturned(desk, outage_id)] == [(two, "no_order")]
        assert outages.show_outage(desk, outage_id).returns == {"returned": 1, "no_order": 1}


def switching(office: Office, *methods: str) -> tuple[UUID, list[UUID]]:
    """An outage of the web, under way, of customers with these methods."""
    with office.desk(people.CLERK) as desk:
        ids = sorted(row.id for row in shops(desk, *methods))
    outage_id = reported(office)
    office.perform(people.CLERK, outages.switch_over, outage_id, methods.count("web"))
    return outage_id, ids


def held(office: Office, outage_id: UUID) -> list[UUID]:
    """Who was switched by it, once for each time."""
    with office.store.transaction() as tx:
        return sorted(row.customer_id for row in tx.query(Temporary).filter_by(outage_id=outage_id))


@pytest.mark.article("R11.1")
def test_a_switch_is_stopped_half_way_and_gone_on_with_and_nobody_is_switched_twice(office: Office) -> None:
    outage_id, ids = switching(office, *["web"] * 7)
    assert office.perform(HUB, batches.switch_batch, 3) == 3
    office.perform(people.CLERK, outages.stop_switching, outage_id)
    assert office.perform(HUB, batches.switch_batch, 3) == 0 and len(held(office, outage_id)) == 3
    with pytest.raises(NotNow):
        office.perform(people.CLERK, outages.stop_switching, outage_id)
    office.perform(people.CLERK, outages.go_on, outage_id)

    class Killed(Exception):
        """The worker dies with its batch open."""

    with pytest.raises(Killed), office.desk(HUB) as desk:
        assert batches.switch_batch(desk, 3) == 3
        raise Killed
    assert len(held(office, outage_id)) == 3
    while office.perform(HUB, batches.switch_batch, 3):
        pass
    assert held(office, outage_id) == ids, "each once"
    with office.desk(people.CLERK) as desk:
        assert (
            desk.tx.query(Application).count() == 7 and outages.show_outage(desk, outage_id).outage.state == "switched"
        )


@pytest.mark.article("R11.1")
def test_who_was_changed_meanwhile_is_left_out_and_listed_with_the_reason(office: Office) -> None:
    outage_id, ids = switching(office, *["web"] * 4)
    with office.desk(people.CLERK) as desk:
        one, two, three = (desk.customer(each) for each in ids[:3])
        one.values = {**one.values, "order_method": "handset"}
        two.sealed = {}
        asked(desk, three, "phone_outage", order_method="phone", reason="system_outage")
    assert work_through(office) == 4
    with office.desk(people.CLERK) as desk:
        rows = {row.customer_id: (row.state, row.why) for row in outages.list_affected(desk, outage_id)}
        left = [("left_out", why) for why in ("changed", "no_phone", "temporary")]
        assert [rows[each] for each in ids] == [*left, ("switched", "")]
        assert desk.customer(ids[0]).values["order_method"] == "handset"
        assert [row.customer_id for row in outages.list_affected(desk, outage_id, "changed")] == ids[:1]
    assert held(office, outage_id) == ids[3:]


@pytest.mark.article("R11.1", "I8")
def test_where_the_units_own_rule_wants_a_signature_nobody_is_switched_without_it(office: Office) -> None:
    with office.store.transaction() as tx:
        chief = [str(Post.SECTION_CHIEF)]
        own = {"unit_code": people.UNIT, "rule": "phone_outage", "due": None, "more_approvals": chief}
        tx.add(UnitRule(**own, by_name="科长", at=now()))
    outage_id, _ = switching(office, "web")
    work_through(office)
    with office.desk(people.CLERK) as desk:
        assert outages.show_outage(desk, outage_id).number("left_out", "approval") == 1


@pytest.mark.article("R11.1")
def test_the_system_comes_back_while_the_switch_is_under_way(office: Office) -> None:
    outage_id, _ = switching(office, *["web"] * 5)
    office.perform(HUB, batches.switch_batch, 2)
    with pytest.raises(BadInput):
        office.perform(CALL, outages.end_outage, outage_id, " ")
    office.perform(CALL, outages.end_outage, outage_id, "机房已恢复")
    assert office.perform(HUB, batches.switch_batch) == 0
    with office.desk(people.CLERK) as desk:
        view = outages.show_outage(desk, outage_id)
        assert (view.switched, view.number("left_out", "over"), view.outage.state) == (2, 3, "ended")
        with pytest.raises(NotNow):
            outages.end_outage(desk, outage_id, "再次")


@pytest.mark.article("I2", "R11.1")
def test_those_who_did_not_return_are_listed_with_the_reason(office: Office, clock: Clock) -> None:
    outage_id, ids = switching(office, *["web"] * 4)
    work_through(office)
    for each in ids[1:]:
        office.perform(CALL, temporary_operations.record_order, each, "phone")
    with office.desk(people.CLERK) as desk:
        changed = desk.customer(ids[1])
        changed.values = {**changed.values, "order_method": "handset"}
        for each in ids[2:]:
            [row] = temporary.open_of(desk.tx, each)
            row.ordered_at = now() + timedelta(days=60)
            assert row.due_at is not None
        row.due_at = now() - timedelta(minutes=1)
    office.perform(HUB, temporary_operations.return_all)
    with office.desk(people.CLERK) as desk:
        found = [(row.customer_id, row.why) for row in outages.list_unreturned(desk, outage_id)]
        assert sorted(found) == sorted(zip(ids, ("no_order", "changed", "soon", "late"), strict=True))


@pytest.mark.article("R11.1", "R11.3")
def test_a_customer_in_a_carriers_term_is_switched_for_now_and_comes_back_to_it(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        [row] = shops(desk, "handset")
        paper = {"channel": "telecom", "kind": "tri_party", "agreement_no": "TX9", "state": "live"}
        until = today() + timedelta(days=9)
        desk.tx.add(Agreement(id=new_id(), customer_id=row.id, signed_on=today(), term_until=until, **paper))
        customer_id = row.id
    outage_id = reported(office, "handset", "web")
    with office.desk(people.CLERK) as desk:
        view = outages.show_outage(desk, outage_id)
        assert (view.waiting, view.in_term) == (1, 1)
        outages.switch_over(desk, outage_id, 1)
    work_through(office)
    office.perform(CALL, temporary_operations.record_order, customer_id, "phone")
    office.perform(HUB, temporary_operations.return_all)
    with office.desk(people.CLERK) as desk:
        assert desk.customer(customer_id).values["order_method"] == "handset"


@pytest.mark.article("R11.1", "R4.1")
def test_a_report_names_units_of_ones_own_and_is_made_once(office: Office) -> None:
    with pytest.raises(BadInput):
        office.perform(CALL, outages.report_outage, [people.UNIT], ["phone"], now(), "坏了", True)
    with pytest.raises(BadInput):
        office.perform(CALL, outages.report_outage, [people.UNIT], ["web"], now() + timedelta(hours=1), "坏了", True)
    county = Actor(people.CLERK_ID, "电访员", frozenset({(Post.CALL_CLERK, people.UNIT)}))
    with pytest.raises(NotFound):
        office.perform(county, outages.report_outage, ["370102"], ["web"], now(), "坏了", True)
    found = office.perform(CALL, outages.report_outage, [people.UNIT, "370102"], ["web"], now(), "坏了", True)
    assert [row.unit_code for row in found] == [people.UNIT, "370102"]
    with pytest.raises(OutageKnown):
        office.perform(CALL, outages.report_outage, [people.UNIT], ["handset", "web"], now(), "坏了", True)
    office.perform(CALL, outages.end_outage, found[0].id, "误报")
    with office.desk(people.CLERK) as desk:
        assert outages.show_outage(desk, found[0].id).outage.state == "withdrawn"
        assert [view.task.subject_id for view in inbox(desk).views] == [found[1].id]
