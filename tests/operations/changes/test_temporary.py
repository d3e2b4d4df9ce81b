"""What a temporary change holds: a second one, another rule's, and two at the same moment (I2, R8.3, R11.3, R12.2)."""

import threading
from datetime import timedelta

import pytest

from hub.domain.refusals import Refusal
from hub.domain.staff.posts import HUB
from hub.operations import cards
from hub.operations.asks.consequences import binding_live
from hub.operations.changes import temporary as temporary_operations
from hub.operations.changes.applications import OpenAlready
from hub.operations.desk import Desk
from hub.operations.documents.evidence import add_evidence
from hub.operations.office import Office
from hub.operations.settlement.accounts import bind_account, tell_customer
from hub.ports import new_id, today
from hub.registry.changes import temporary
from hub.registry.schema import Agreement, Ask, Customer
from hub.registry.settlement import accounts
from hub.registry.tasks.tasks import open_tasks_of
from tests.support import people
from tests.support.clocks import Clock
from tests.support.makers.applications import CALL, asked, customer, electronic, said
from tests.support.races import wait_for_a_waiting_transaction


def number_of(desk: Desk, row: Customer) -> str:
    """The order phone, in clear."""
    return desk.vault.open_field(row.id, "order_phone", desk.customer(row.id).sealed["order_phone"]).reveal()


@pytest.mark.article("R12.2", "I6")
def test_a_second_number_for_now_before_the_return_goes_on_and_the_first_one_comes_back(
    office: Office, clock: Clock
) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="phone", order_day="2")
        asked(desk, row, "phone_for_now", order_phone="13900000555")
    clock.on(hours=2)
    with office.desk(people.CLERK) as desk:
        again = asked(desk, desk.customer(row.id), "phone_for_now", order_phone="13900000666")
        assert again.state == "carried_out" and number_of(desk, row) == "13900000666"
        [held] = temporary.open_of(desk.tx, row.id)
        assert held.application_id == again.id and held.order_on is not None and held.ordered_at is None
    assert office.perform(CALL, temporary_operations.record_order, row.id, "phone") == 1
    assert office.perform(HUB, temporary_operations.return_all) == 1
    with office.desk(people.CLERK) as desk:
        assert number_of(desk, row) == "13900000001" and not temporary.open_of(desk.tx, row.id)
        assert not [task for task in open_tasks_of(desk.tx, row.id) if task.kind == "not_returned"]


@pytest.mark.article("R11.3", "R11.1")
def test_who_is_on_the_phone_for_an_outage_is_bound_by_the_agreement_all_the_same(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="handset", order_day="1")
        term = {"channel": "telecom", "kind": "tri_party", "agreement_no": "TX1", "state": "live"}
        until = today() + timedelta(days=300)
        desk.tx.add(Agreement(id=new_id(), customer_id=row.id, signed_on=today(), term_until=until, **term))
        desk.tx.flush()
        asked(desk, row, "phone_outage", order_method="phone", reason="system_outage")
        papers = (people.paper(desk, row, "web_ordering_form").id,)
        with pytest.raises(Refusal) as refused:
            asked(desk, row, "web_ordering", order_method="web", evidence_ids=papers)
        assert (refused.value.code, refused.value.article) == ("in_term", "R11.3")
        assert str(until) in refused.value.sentence()


@pytest.mark.article("I2", "R7.6")
def test_what_a_temporary_change_holds_is_not_changed_by_another_rule_before_it_returns(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="yanxintong", order_day="1")
        asked(desk, row, "phone_outage", order_method="phone", reason="system_outage")
        papers = (people.paper(desk, row, "web_ordering_form").id,)
        with pytest.raises(Refusal) as refused:
            asked(desk, row, "web_ordering", order_method="web", evidence_ids=papers)
        assert (refused.value.code, refused.value.article) == ("held_for_now", "I2")
        assert "登记订货" in refused.value.advice()
        assert len(temporary.open_of(desk.tx, row.id)) == 1


@pytest.mark.article("R12.4", "R12.2")
def test_a_number_for_good_is_not_held_up_by_the_number_for_now(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = customer(desk, order_method="phone", order_day="2")
        asked(desk, row, "phone_for_now", order_phone="13900000555")
        paper = (people.paper(desk, row, "phone_change_form").id,)
        assert asked(desk, row, "phone_for_good", order_phone="13900000777", evidence_ids=paper).state == "sent"


@pytest.mark.article("R8.3", "R9.3")
def test_a_damaged_card_takes_no_cash_by_the_units_choice_either(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        cards.report_card(desk, said(row, "damaged", "transfer"))
        with pytest.raises(Refusal) as refused:
            asked(desk, row, "cash_unit_choice", settlement_method="cash", reason="no_time")
        assert (refused.value.code, refused.value.article) == ("damaged_takes_no_cash", "R8.3")
        assert "原卡号" in refused.value.advice() and row.settlement_method == "electronic"
        asked(desk, row, "cash_unit_choice", settlement_method="company_account", reason="bank_failure")
        assert row.settlement_method == "company_account", "that is no cash"


@pytest.mark.article("R15.1", "R9.2")
def test_two_clerks_at_the_same_moment_make_one_application_and_a_refusal(office: Office) -> None:
    with office.desk(people.CLERK) as desk:
        row = electronic(desk)
        papers = (people.paper(desk, row, "written_application").id,)
        others = (people.paper(desk, row, "written_application").id,)
    refused: list[Refusal] = []

    def second() -> None:
        try:
            with office.desk(people.CLERK) as desk:
                held = desk.customer(row.id)
                asked(desk, held, "cash_for_good", settlement_method="cash", evidence_ids=others)
        except Refusal as refusal:
            refused.append(refusal)

    with office.desk(people.CLERK) as desk:
        asked(desk, desk.customer(row.id), "cash_for_good", settlement_method="cash", evidence_ids=papers)
        thread = threading.Thread(target=second)
        thread.start()
        wait_for_a_waiting_transaction(office)
    thread.join(20)
    assert [type(each) for each in refused] == [OpenAlready]


PNG = b"\x89PNG\r\n\x1a\n" + b"scan" * 10


@pytest.mark.article("R7.9")
def test_when_agreement_and_slip_are_in_the_clerk_has_a_working_day_to_enter_the_number_and_then_to_tell(
    office: Office,
) -> None:
    with office.desk(people.CLERK) as desk:
        row = people.customer(desk, 1)
        paper = {"title": "扫描件", "media_type": "image/png", "content": PNG, "custodian": "资料员"}
        slip = add_evidence(desk, row.id, "deposit_slip", **paper)  # type: ignore[arg-type]
        assert tasks(desk, row) == {}
        agreed = add_evidence(desk, row.id, "tri_party_agreement", **paper)  # type: ignore[arg-type]
        assert tasks(desk, row) == {"enter_account": "R7.9"}
        wanted = people.request(desk, row, 1, evidence_id=slip, agreement_evidence_id=agreed)
        ask_id = bind_account(desk, wanted)
        assert tasks(desk, row) == {}
        ask = desk.tx.get(Ask, ask_id)
        assert ask is not None
        binding_live(desk, ask, "BDP1", None)
        assert tasks(desk, row) == {"tell_customer": "R7.9"}
        [notice] = accounts.notices_of(desk.tx, row.id)
        tell_customer(desk, notice.id, "phone")
        assert tasks(desk, row) == {}


def tasks(desk: Desk, row: Customer) -> dict[str, str]:
    """The clerk's open tasks about the account, each due a working day later: {kind: article}."""
    found = [task for task in open_tasks_of(desk.tx, row.id) if task.kind in ("enter_account", "tell_customer")]
    assert all(task.days == 1 and task.post == "statistics_clerk" and task.sum for task in found)
    return {task.kind: task.article for task in found}
