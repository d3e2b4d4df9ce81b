"""Article 8: lost, damaged, replaced and pending cards; what the customer may choose; what waits for the new card."""

from datetime import timedelta
from uuid import UUID

import pytest

from hub.domain.cards import EVENTS
from hub.domain.refusals import BadInput, NotFound, NotThisCustomer
from hub.domain.settlement.accounts import AccountKind
from hub.domain.staff.posts import HUB, Actor, Post
from hub.operations import cards
from hub.operations.asks.consequences import binding_live
from hub.operations.cards import NotThisChoice
from hub.operations.changes import applications
from hub.operations.changes.card_cases import CaseOpen
from hub.operations.changes.conditions import RiskNotTold
from hub.operations.desk import Desk
from hub.operations.grades.certificates import GradeCertificateMissing
from hub.operations.office import Office
from hub.operations.settlement import kept_orders
from hub.operations.settlement.accounts import bind_account
from hub.operations.tasks.tasks import inbox
from hub.ports import today
from hub.registry import cards as questions
from hub.registry.changes import applications as stored_applications
from hub.registry.changes import temporary
from hub.registry.schema import Ask, Customer, StaffNotice
from hub.registry.settlement import accounts
from hub.registry.tasks import tasks
from tests.support import people
from tests.support.clocks import Clock
from tests.support.makers.applications import electronic, said

CALL = Actor(people.CLERK_ID, "电访员", frozenset({(Post.CALL_CLERK, "3701")}))
MANAGER = Actor(people.CLERK_ID, "客户经理", frozenset({(Post.ACCOUNT_MANAGER, "3701")}))


def settled(desk: Desk, kind: str = "debit_card") -> Customer:
    """A customer with a live account of a kind."""
    row = electronic(desk)
    [account] = accounts.open_accounts(desk.tx, row.id)
    account.kind = kind
    desk.tx.flush()
    return row


def kinds(desk: Desk, case_id: UUID) -> list[str]:
    return sorted(each.kind for each in tasks.open_tasks_about(desk.tx, "card_case", case_id))


@pytest.mark.article("R8.1")
@pytest.mark.parametrize("event", ["lost_reported", "damaged_replaced"])
def test_a_reported_loss_is_cash_until_the_new_card_is_live_and_the_customer_is_urged(
    office: Office, event: str
) -> None:
    with office.desk(people.CLERK) as desk:
        row = settled(desk)
        case_id = cards.report_card(desk, said(row, event, "cash"))
        assert row.settlement_method == "cash" and kinds(desk, case_id) == ["new_card"]
        again = said(row, event, "cash")
        assert any(isinstance(each, CaseOpen) for each in cards.hindrances(desk, row, EVENTS[event], again))
        [old] = accounts.open_accounts(desk.tx, row.id)
        old.state = "ended"
        desk.tx.flush()
        request = people.request(desk, row, 1, agreement_no="NEW-1")
        ask = desk.tx.get(Ask, bind_account(desk, request))
        assert ask is not None
        binding_live(desk, ask, "BDP1", None)
        assert row.settlement_method == "electronic" and not temporary.open_of(desk.tx, row.id)
        [case] = questions.cases_of(desk.tx, row.id)
        assert case.closed_how == "new_account" and kinds(desk, case_id) == []


@pytest.mark.article("R8.1")
def test_the_call_desk_keeps_an_order_until_the_clerk_has_changed_the_settlement(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = settled(desk)
    with office.desk(MANAGER) as desk:
        cards.report_card(desk, said(row, "lost_reported", "cash"))
    with office.desk(CALL) as desk:
        kept = kept_orders.keep_order(desk, row.id, "clerk_away", "统计员休假")
        with pytest.raises(kept_orders.KeptAlready):
            kept_orders.keep_order(desk, row.id, "clerk_away", "统计员休假")
    with office.desk(people.CLERK) as desk:
        assert "kept_order" in [view.task.kind for view in inbox(desk).views]
        [asked] = stored_applications.applications_of(desk.tx, row.id)
        applications.carry_out(desk, asked.id)
        held = questions.kept(desk.tx, kept)
        assert held is not None and held.released_how == "settled"
        assert "kept_order" not in [view.task.kind for view in inbox(desk).views]
        [notice] = desk.tx.query(StaffNotice).all()
        assert (notice.kind, notice.post) == ("order_free", Post.CALL_CLERK)
        with pytest.raises(NotFound):
            kept_orders.release_order(desk, kept, "已放行")


@pytest.mark.article("R8.2")
def test_who_does_not_report_a_loss_is_told_of_the_risk_and_chooses_and_is_reminded(
    office: Office, clock: Clock
) -> None:
    with office.desk(people.CLERK) as desk:
        row = settled(desk)
        with pytest.raises(RiskNotTold):
            cards.report_card(desk, said(row, "lost_unreported", "transfer"))
        case_id = cards.report_card(desk, said(row, "lost_unreported", "transfer", told=True))
        assert row.settlement_method == "electronic", "paying in to the old number goes on"
    with office.desk(MANAGER) as desk:
        [view] = [each for each in inbox(desk).views if each.task.subject_id == case_id]
        assert view.task.article == "R8.2" and "个工作日" in view.task.sum
        cards.urge(desk, case_id, "答应周五去银行")
        [after] = tasks.open_tasks_about(desk.tx, "card_case", case_id)
        assert after.id != view.task.id
        after.done_at = after.made_at
    assert office.perform(HUB, cards.urge_all) == 1 and office.perform(HUB, cards.urge_all) == 0
    with office.desk(people.CLERK) as desk:
        case = questions.case(desk.tx, case_id)
        assert case is not None and case.urged == 1 and case.risk_told


@pytest.mark.article("R8.3")
def test_a_damaged_card_takes_no_cash_and_its_replacement_is_booked(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = settled(desk)
        with pytest.raises(NotThisChoice) as refused:
            cards.report_card(desk, said(row, "damaged", "cash"))
        assert refused.value.article == "R8.3" and "换新卡前不收取现金" in refused.value.sentence()
        assert "汇款" in refused.value.advice()
        case_id = cards.report_card(desk, said(row, "damaged", "transfer"))
        soon = today() + timedelta(days=3)
        with pytest.raises(BadInput):
            cards.book_replacement(desk, case_id, soon, today())
        cards.book_replacement(desk, case_id, soon, soon)
        cards.book_replacement(desk, case_id, soon, soon + timedelta(days=1))
        task = next(each for each in tasks.open_tasks_about(desk.tx, "card_case", case_id) if each.kind == "enter_card")
        assert (
            task.due_at is not None
            and task.due_at.date() >= soon
            and kinds(desk, case_id) == ["enter_card", "new_card"]
        )
        cards.close_case(desk, case_id, "replaced", "号码不变")
        assert kinds(desk, case_id) == []


@pytest.mark.article("R8.4")
def test_a_passbook_is_replaced_without_touching_orders_and_a_forgotten_password_is_as_a_loss(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = settled(desk)
        with pytest.raises(NotThisCustomer):
            cards.report_card(desk, said(row, "passbook_replaced", "unchanged"))
        [account] = accounts.open_accounts(desk.tx, row.id)
        account.kind = AccountKind.PASSBOOK
        desk.tx.flush()
        case_id = cards.report_card(desk, said(row, "passbook_replaced", "unchanged"))
        assert row.settlement_method == "electronic" and kinds(desk, case_id) == []
        cards.report_card(desk, said(row, "password_forgotten", "cash"))
        assert row.settlement_method == "cash"


@pytest.mark.article("R8.5", "R7.11")
def test_a_debit_card_serves_meanwhile_and_the_wait_for_the_credit_card_goes_on(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = settled(desk, "credit_card")
        with pytest.raises(NotThisCustomer):
            cards.report_card(desk, said(row, "lost_reported", "cash"))
        case_id = cards.report_card(desk, said(row, "credit_lost", "interim_debit"))
        assert row.settlement_method == "cash"
        [old] = accounts.open_accounts(desk.tx, row.id)
        old.state = "ended"
        desk.tx.flush()
        ask = desk.tx.get(Ask, bind_account(desk, people.request(desk, row, 1, agreement_no="NEW-2")))
        assert ask is not None
        binding_live(desk, ask, "BDP2", None)
        case = questions.case(desk.tx, case_id)
        assert row.settlement_method == "electronic" and case is not None and case.closed_at is None
        [debit] = accounts.open_accounts(desk.tx, row.id)
        debit.kind = "credit_card"
        cards.account_live(desk, row, debit)
        assert case.closed_how == "new_account"


@pytest.mark.article("R7.11")
def test_a_pending_credit_card_needs_the_grade_certificate_first(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 7)
        with pytest.raises(GradeCertificateMissing):
            cards.report_card(desk, said(row, "credit_pending", "interim_debit"))
        people.certify(desk, row)
        case_id = cards.report_card(desk, said(row, "credit_pending", "interim_debit"))
        assert kinds(desk, case_id) == ["new_card"] and row.settlement_method == "cash"


def test_every_choice_names_a_rule_of_the_table_or_none(office: Office) -> None:
    from_table = {rule for event in EVENTS.values() for rule in event.choices.values() if rule}
    assert from_table <= set(cards.applications.RULES)
