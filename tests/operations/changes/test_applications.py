"""Changes under the rule table: asked, signed, carried out, returned (R8.1, R9.2, R9.3, R11.x, R12.x, R13.4)."""

from datetime import timedelta

import pytest

from hub.domain.refusals import BadInput, NotThisCustomer, Refusal
from hub.domain.staff.posts import HUB, Actor, Post
from hub.domain.states import ApplicationState
from hub.domain.visits import clash
from hub.operations import cards
from hub.operations.administration import calendar
from hub.operations.asks.consequences import ended
from hub.operations.changes import applications
from hub.operations.changes import temporary as temporary_operations
from hub.operations.changes.applications import NotItsTurn
from hub.operations.changes.conditions import HeldForNow, InTerm, NothingReported, RiskNotTold, UnitDecided
from hub.operations.changes.effects import BankStillEnding
from hub.operations.changes.papers import PaperMissing
from hub.operations.changes.plan import ChangeRequest
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.tasks.tasks import inbox
from hub.operations.visits.guard import DoubleVisit
from hub.ports import SHANGHAI, new_id, now, today
from hub.registry.changes import applications as stored_applications
from hub.registry.changes import temporary
from hub.registry.schema import Agreement, Ask, Customer, Device, UnitRule
from hub.registry.settlement import accounts
from hub.registry.tasks import tasks
from tests.support import people
from tests.support.clocks import Clock
from tests.support.makers.applications import CALL, asked, customer, electronic, said
from tests.support.scenes import another


def under_way(desk: Desk, row: Customer) -> list[Ask]:
    """The customer's asks that have not ended."""
    return [ask for ask in accounts.asks_of(desk.tx, row.id) if ask.ended_at is None]


@pytest.mark.article("R11.1", "I2")
@pytest.mark.parametrize("orders", [True, False])
def test_phone_ordering_for_now_returns_after_the_order_or_at_the_end_of_a_day_without_one(
    office: Office, clock: Clock, orders: bool
) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="web", order_day="3")
        done = asked(desk, row, "phone_outage", order_method="phone", reason="system_outage")
        assert done.state == ApplicationState.CARRIED_OUT and row.values["order_method"] == "phone"
    clock.on(hours=1)
    if orders:
        assert office.perform(CALL, temporary_operations.record_order, row.id, "phone") == 1
    else:
        assert office.perform(HUB, temporary_operations.return_all) == 0
        clock.on(days=8)
    assert office.perform(HUB, temporary_operations.return_all) == 1
    assert office.perform(HUB, temporary_operations.return_all) == 0
    with office.desk(people.CLERK) as desk:
        assert desk.customer(row.id).values["order_method"] == "web"
        told = [view.task.kind for view in inbox(desk).views]
        assert ("no_order" in told) is not orders
        assert not temporary.open_of(desk.tx, row.id)


@pytest.mark.article("R12.2", "I6")
def test_a_number_for_now_is_kept_from_the_screen_and_the_old_one_comes_back(office: Office, clock: Clock) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="phone", order_day="2")
        asked(desk, row, "phone_for_now", order_phone="13900000555")
        [held] = temporary.open_of(desk.tx, row.id)
        assert held.before_sealed and "13900000001" not in str(held.before_sealed)
    office.perform(CALL, temporary_operations.record_order, row.id, "phone")
    office.perform(HUB, temporary_operations.return_all)
    with office.desk(people.CLERK) as desk:
        token = desk.customer(row.id).sealed["order_phone"]
        assert desk.vault.open_field(row.id, "order_phone", token).reveal() == "13900000001"


@pytest.mark.article("I2")
def test_what_somebody_changed_meanwhile_is_not_overwritten_and_the_clerk_is_told(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="web", order_day="3")
        asked(desk, row, "phone_outage", order_method="phone", reason="system_outage")
        row.values = {**row.values, "order_method": "handset"}
    office.perform(CALL, temporary_operations.record_order, row.id, "phone")
    office.perform(HUB, temporary_operations.return_all)
    with office.desk(people.CLERK) as desk:
        assert desk.customer(row.id).values["order_method"] == "handset"
        assert "not_returned" in [view.task.kind for view in inbox(desk).views]


@pytest.mark.article("R8.1", "R8.2", "R9.3")
def test_a_lost_card_is_cash_for_now_and_its_account_ends_so_that_a_new_one_can_come(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        with pytest.raises(RiskNotTold):
            asked(desk, row, "cash_card_unreported", settlement_method="cash", reason="lost_not_reported")
        with pytest.raises(BadInput):
            asked(desk, row, "cash_card_reported", settlement_method="cash", reason="password_locked")
        cards.report_card(desk, said(row, "lost_reported", "cash"))
        assert row.settlement_method == "cash"
        assert [each.state for each in accounts.accounts_of(desk.tx, row.id)] == ["ending"]
        [ask] = under_way(desk, row)
        assert ask.verb == "unbind_card" and ask.article == "R8.1"
        temporary_operations.new_account(desk, row)
        assert not temporary.open_of(desk.tx, row.id)


@pytest.mark.article("R9.3", "I8")
def test_a_unit_chooses_between_cash_and_its_own_account(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        chosen = {"unit_code": people.UNIT, "rule": "cash_unit_choice", "cash": False, "company_account": True}
        desk.tx.add(UnitRule(**chosen, due=None, more_approvals=[], by_name="科长", at=now()))
        desk.tx.flush()
        with pytest.raises(UnitDecided):
            asked(desk, row, "cash_unit_choice", settlement_method="cash", reason="no_time")
        asked(desk, row, "cash_unit_choice", settlement_method="company_account", reason="no_time")
        assert row.settlement_method == "company_account"


@pytest.mark.article("R9.2", "I3", "I4")
def test_cash_for_good_needs_a_paper_and_two_signatures_and_a_rejection_says_why(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        with pytest.raises(PaperMissing):
            asked(desk, row, "cash_for_good", settlement_method="cash")
        paper = people.paper(desk, row, "written_application").id
        sent = asked(desk, row, "cash_for_good", settlement_method="cash", evidence_ids=(paper,))
        chief = another(desk, "chief", (Post.SECTION_CHIEF, "3701"))
        deputy = another(desk, "deputy", (Post.DEPUTY_MANAGER, "3701"))
    with office.desk(chief) as desk:
        [task] = [view.task for view in inbox(desk).views if view.task.subject_id == sent.id]
        assert task.kind == "sign" and "个工作日" in task.sum
        with pytest.raises(BadInput):
            applications.decide(desk, sent.id, "reject", sent.digest)
    office.perform(chief, applications.decide, sent.id, "approve", sent.digest)
    with pytest.raises(NotItsTurn):
        office.perform(people.CLERK, applications.carry_out, sent.id)
    office.perform(deputy, applications.decide, sent.id, "approve", sent.digest)
    with pytest.raises(Refusal):
        office.perform(chief, applications.carry_out, sent.id)
    begun = office.perform(people.CLERK, applications.carry_out, sent.id)
    assert begun.state == ApplicationState.APPROVED, "the bank has not ended it yet"
    with pytest.raises(BankStillEnding):
        office.perform(people.CLERK, applications.carry_out, sent.id)
    with office.desk(HUB) as desk:
        assert desk.customer(row.id).settlement_method == "electronic"
        [ask] = under_way(desk, row)
        assert (ask.verb, ask.article) == ("unbind_card", "R9.2")
        ended(desk, ask)
        assert stored_applications.application(desk.tx, sent.id).state == ApplicationState.CARRIED_OUT  # type: ignore[union-attr]
        customer_row = desk.customer(row.id)
        assert (customer_row.settlement_method, customer_row.settlement_bank) == ("cash", None)
        assert not tasks.open_tasks_of(desk.tx, row.id)


@pytest.mark.article("R11.2", "R11.3")
def test_a_device_in_its_term_allows_no_other_method_and_a_failed_one_phone_for_now(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="handset", order_day="1")
        term = {"channel": "telecom", "kind": "tri_party", "agreement_no": "TX1", "state": "live"}
        until = today() + timedelta(days=100)
        agreement = Agreement(id=new_id(), customer_id=row.id, signed_on=today(), term_until=until, **term)
        desk.tx.add(agreement)
        desk.tx.flush()
        with pytest.raises(InTerm) as refused:
            asked(desk, row, "method_after_term", order_method="phone")
        assert refused.value.article == "R11.3" and "第十一条" in refused.value.advice()
        with pytest.raises(NothingReported):
            asked(desk, row, "phone_device", order_method="phone", reason="device_failed")
        kept = {"channel": "telecom", "kind": "handset", "device_no": "860000000000001", "state": "failed"}
        desk.tx.add(Device(id=new_id(), customer_id=row.id, repairable=False, bound_at=now(), **kept))
        desk.tx.flush()
        asked(desk, row, "phone_device", order_method="phone", reason="device_failed")
        assert row.values["order_method"] == "phone"
        agreement.term_until = today() - timedelta(days=1)
        row.values = {**row.values, "order_method": "handset"}
        desk.tx.flush()
        with pytest.raises(HeldForNow):
            asked(desk, row, "method_after_term", order_method="phone")
        [held] = temporary.open_of(desk.tx, row.id)
        held.ended_at = now()
        desk.tx.flush()
        assert asked(desk, row, "method_after_term", order_method="phone").state == ApplicationState.CARRIED_OUT


@pytest.mark.article("R11.4", "R12.1", "R12.4")
def test_a_rule_for_other_customers_is_refused_with_its_article(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="phone", order_day="1")
        for rule, article, values in (
            ("leave_web", "R11.4", {"order_method": "phone"}),
            ("phone_told", "R11.1", {"order_phone": "13900000777"}),
        ):
            with pytest.raises(NotThisCustomer) as refused:
                asked(desk, row, rule, **values)
            assert refused.value.article == article
        with pytest.raises(PaperMissing):
            asked(desk, row, "phone_for_good", order_phone="13900000777")


@pytest.mark.article("R13.2", "R13.4")
def test_an_urgent_route_change_that_would_visit_twice_is_refused_with_the_day_that_is_allowed(office: Office) -> None:
    manager = Actor(people.CLERK_ID, "客户经理", frozenset({(Post.ACCOUNT_MANAGER, "3701")}))
    with office.desk(manager) as desk:
        row = customer(desk, order_day=str(today().isoweekday() % 5 or 5), order_method="phone")
        old = int(row.values["order_day"])
        refusals = []
        for new in {1, 2, 3, 4, 5} - {old}:
            request = ChangeRequest(
                customer_id=row.id,
                version=row.version,
                rule="route_urgent",
                values={"order_day": str(new)},
                why="改道",
                no_meeting="等不到会议",
            )
            clashes = clash(old, new, today()) is not None
            found = [each for each in applications.plan_change(desk, request).missing if isinstance(each, DoubleVisit)]
            assert bool(found) is clashes
            refusals += found
        assert refusals and all(each.article == "R13.2" for each in refusals)


@pytest.mark.article("I1", "R7.2")
def test_a_new_notice_moves_the_due_moments_of_open_tasks_and_says_how_they_are_counted(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        paper = people.paper(desk, row, "written_application").id
        sent = asked(desk, row, "cash_for_good", settlement_method="cash", evidence_ids=(paper,))
        [task] = tasks.open_tasks_about(desk.tx, "application", sent.id)
        assert task.due_at is not None
        due = task.due_at.astimezone(SHANGHAI).date()
    with office.desk(people.CENTRE) as desk:
        assert calendar.enter_days(desk, [due], False, "国办发明电〔2026〕0号") == 1
        [moved] = tasks.open_tasks_about(desk.tx, "application", sent.id)
        assert moved.due_at is not None and moved.due_at.astimezone(SHANGHAI).date() > due and "休息" in moved.sum
        assert calendar.withdraw_day(desk, due, "登记有误") == 1
