"""A new card at the same bank when something goes wrong: a stuck ending, a withdrawn right, a clerk's second thought (R8.1, R8.3)."""

import threading
from uuid import UUID

import pytest

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.operations import cards
from hub.operations.asks import steering
from hub.operations.asks.consequences import binding_live, ended
from hub.operations.cards import CaseOpen
from hub.operations.changes import temporary as temporary_operations
from hub.operations.desk import Desk
from hub.operations.office import Office
from hub.operations.privacy import authorisations
from hub.operations.settlement.accounts import bind_account, plan_binding
from hub.operations.settlement.binding_rules import account_faults
from hub.ports import new_id, now
from hub.registry.asks.ledger import step
from hub.registry.changes import temporary
from hub.registry.schema import Account, Ask, Authorisation, Customer
from hub.registry.settlement import accounts
from hub.registry.tasks import tasks
from tests.operations.changes.test_applications import under_way
from tests.support import people
from tests.support.makers.applications import CALL, asked, electronic, said
from tests.support.makers.endings import answered, lost, remains, states
from tests.support.races import wait_for_a_waiting_transaction


def damaged(office: Office) -> tuple[Customer, UUID]:
    """A damaged card at a bank with one card a customer, and the new one filed: (customer, the ending's ask)."""
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        cards.report_card(desk, said(row, "damaged", "transfer"))
        wanted = people.request(desk, row, 11)
        assert "先终止原卡" in str([line.zh for line in plan_binding(desk, wanted).lines])
        return row, bind_account(desk, wanted)


def heard(desk: Desk, ask_id: UUID) -> Ask:
    """The ask, as if the bank had done it."""
    ask = desk.tx.get(Ask, ask_id)
    assert ask is not None
    step(ask, AskState.SENDING)
    step(ask, AskState.DONE)
    return ask


@pytest.mark.article("R8.3")
def test_the_new_card_follows_the_end_of_the_old_one_and_the_customer_stays_electronic(office: Office) -> None:
    row, ending = damaged(office)
    with office.desk(HUB) as desk:
        assert states(desk, row) == ["filed", "ending"] and desk.customer(row.id).settlement_method == "electronic"
        ask = heard(desk, ending)
        assert (ask.verb, ask.article) == ("unbind_card", "R8.3")
        ended(desk, ask)
        assert states(desk, row) == ["filed", "ended"]
        customer = desk.customer(row.id)
        assert (customer.settlement_method, customer.settlement_bank) == ("electronic", "icbc")
        new = accounts.asks_of(desk.tx, row.id)[0]
        assert (new.verb, new.state) == ("bind_card", "queued")
        binding_live(desk, heard(desk, new.id), "BDP2", None)
        assert states(desk, row) == ["live", "ended"]


@pytest.mark.article("R8.3", "G2")
def test_a_right_that_ended_meanwhile_gives_the_new_card_up_and_says_cash(office: Office) -> None:
    row, ending = damaged(office)
    with office.desk(people.CLERK) as desk:
        for right in desk.tx.query(Authorisation).filter_by(customer_id=row.id).all():
            authorisations.withdraw_authorisation(desk, right.id, "客户撤回")
    with office.desk(HUB) as desk:
        ended(desk, heard(desk, ending))
        [new, _] = accounts.accounts_of(desk.tx, row.id)
        assert (new.state, new.reason) == ("refused", "gate:not_authorised")
        assert desk.customer(row.id).settlement_method == "cash"


@pytest.mark.article("R8.3")
def test_the_clerk_may_take_the_ending_back_and_all_is_as_before(office: Office) -> None:
    row, ending = damaged(office)
    with office.desk(people.CLERK) as desk:
        steering.cancel(desk, ending, "客户改变主意")
        assert states(desk, row) == ["refused", "live"] and remains(desk, row) == ([], [])
        assert desk.customer(row.id).settlement_method == "electronic"
        assert bind_account(desk, people.request(desk, desk.customer(row.id), 12)), "and again, later"


@pytest.mark.article("R8.1")
def test_a_stuck_ending_does_not_keep_the_new_card_out(office: Office) -> None:
    row = lost(office)
    answered(office, row, ended=False)
    with office.desk(people.CLERK) as desk:
        held = desk.customer(row.id)
        ask = desk.tx.get(Ask, bind_account(desk, people.request(desk, held, 11)))
        assert ask is not None and ask.verb == "unbind_card", "the bank is asked once more to end the old one"
        assert states(desk, row) == ["filed", "ending"]
        with pytest.raises(Refusal) as refused:
            bind_account(desk, people.request(desk, held, 12))
        assert refused.value.code == "account_open_already", "one new card at a time"
    answered(office, row, ended=True)
    with office.desk(HUB) as desk:
        new = accounts.asks_of(desk.tx, row.id)[0]
        assert new.verb == "bind_card"
        binding_live(desk, heard(desk, new.id), "BDP2", None)
        assert states(desk, row) == ["live", "ended"] and remains(desk, row) == ([], [])
        assert desk.customer(row.id).settlement_method == "electronic"
        assert {task.kind for task in tasks.open_tasks_of(desk.tx, row.id)} == {"tell_customer"}


@pytest.mark.article("R8.5", "R10.1")
def test_giving_the_credit_card_up_does_not_make_the_interim_cards_bank_the_settlement_bank(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        [credit] = accounts.open_accounts(desk.tx, row.id)
        credit.kind = "credit_card"
        desk.tx.flush()
        case_id = cards.report_card(desk, said(row, "credit_lost", "interim_debit"))
        credit.state = "ended"
        interim = elsewhere(desk, row, credit)
        with pytest.raises(Refusal) as refused:
            cards.close_case(desk, case_id, "given_up", "客户不再办理贷记卡")
        assert (refused.value.code, refused.value.article) == ("interim_elsewhere", "R10.1")
        assert "工商银行" in refused.value.advice()
        faults = account_faults(desk, row, people.request(desk, row, 12))
        assert not list(faults), "a debit card at the bank of before is open"
        assert [each.code for each in account_faults(desk, row, people.request(desk, row, 13, channel="postal"))]
        interim.channel = "icbc"
        desk.tx.flush()
        cards.close_case(desk, case_id, "given_up", "客户不再办理贷记卡")


def elsewhere(desk: Desk, row: Customer, like: Account) -> Account:
    """A debit card at ABC that went live after the loss."""
    same = {"agreement_id": like.agreement_id, "evidence_id": like.evidence_id, "payer_name": like.payer_name}
    number = {"number_sealed": like.number_sealed, "number_digest": b"other", "ending": "0000"}
    state = {"state": "live", "filed_at": now(), "live_at": now(), "kind": "debit_card", "channel": "abc"}
    account = Account(id=new_id(), customer_id=row.id, **same, **number, **state)
    desk.tx.add(account)
    desk.tx.flush()
    return account


@pytest.mark.article("R8.1", "R9.3")
@pytest.mark.parametrize("method", ["cash", "company_account"])
def test_a_card_lost_while_the_customer_pays_otherwise_for_now_is_not_collected_from_after_the_order(
    office: Office, method: str
) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        asked(desk, row, "cash_unit_choice", settlement_method=method, reason="no_time")
        case_id = cards.report_card(desk, said(row, "lost_reported", "cash"))
        assert row.settlement_method == "cash" and states(desk, row) == ["ending"]
        assert [(each.verb, each.article) for each in under_way(desk, row)] == [("unbind_card", "R8.1")]
        assert "new_card" in [task.kind for task in tasks.open_tasks_about(desk.tx, "card_case", case_id)]
    assert office.perform(CALL, temporary_operations.record_order, row.id, "phone") == 0
    assert office.perform(HUB, temporary_operations.return_all) == 0
    answered(office, row, ended=True)
    with office.desk(HUB) as desk:
        assert desk.customer(row.id).settlement_method == "cash"
        new = desk.tx.get(Ask, bind_account(desk, people.request(desk, desk.customer(row.id), 11)))
        assert new is not None
        binding_live(desk, heard(desk, new.id), "BDP2", None)
        assert desk.customer(row.id).settlement_method == "electronic" and not temporary.open_of(desk.tx, row.id)


@pytest.mark.article("R15.1", "R8.3")
def test_two_people_who_report_the_same_card_at_once_open_one_case(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
    refused: list[Refusal] = []

    def second() -> None:
        try:
            with office.desk(people.CLERK) as desk:
                cards.report_card(desk, said(desk.customer(row.id), "damaged", "transfer"))
        except Refusal as refusal:
            refused.append(refusal)

    with office.desk(people.CLERK) as desk:
        cards.report_card(desk, said(desk.customer(row.id), "damaged", "transfer"))
        thread = threading.Thread(target=second)
        thread.start()
        wait_for_a_waiting_transaction(office)
    thread.join(20)
    assert [type(each) for each in refused] == [CaseOpen]
