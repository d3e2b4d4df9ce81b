"""A card bound at ICBC, from the clerk's click to "tell the customer"."""

from datetime import timedelta

import pytest

from hub.domain.facts import BindingAbsent
from hub.domain.staff.posts import HUB
from hub.domain.states import AskState
from hub.engine.runtime import WorkerRuntime
from hub.operations.asks import outcomes
from hub.operations.asks.packages import send_package
from hub.operations.settlement.accounts import bind_account, unbind_account
from hub.ports import now
from hub.registry.asks import ledger
from hub.registry.customers import customers
from hub.registry.privacy import authorisations
from hub.registry.schema import Confidentiality
from hub.registry.settlement import accounts
from tests.support import people
from tests.support.makers.driving import bound, drive
from tests.support.partners import Bank


@pytest.mark.article("R7.1", "R7.9", "R7.10", "R9.1")
def test_a_card_is_live_only_when_both_sides_have_it_and_the_customer_is_to_be_told(
    runtime: WorkerRuntime, bank: Bank
) -> None:
    customer_id, ask_id = bound(runtime, 1)
    with runtime.office.store.transaction() as tx:
        assert customers.get(tx, customer_id).settlement_method == "cash"
    ask = drive(runtime, ask_id)
    assert ask.state == AskState.DONE
    with runtime.office.store.transaction() as tx:
        customer = customers.get(tx, customer_id)
        [account] = accounts.accounts_of(tx, customer_id)
        [notice] = accounts.notices_of(tx, customer_id)
        assert (customer.settlement_method, customer.settlement_bank) == ("electronic", "icbc")
        assert account.state == "live" and account.partner_evidence is not None
        assert notice.kind == "pay_electronically" and notice.told_at is None
    [agreement] = bank.ledger()["agreements"]
    assert agreement["pay_no"] == customer.code and agreement["times"] == 1


@pytest.mark.article("R7.9")
@pytest.mark.parametrize("package", [False, True])
def test_an_agreement_that_is_there_already_is_ours_only_if_it_is_for_our_card(
    runtime: WorkerRuntime, bank: Bank, package: bool
) -> None:
    for number, signed in ((1, 1), (2, 7)):
        bank.post("/_sim/sign", customer_code=f"37010100000{number}", name="张三", card=people.card(signed))
    found = [bound(runtime, number, with_package=package)[1] for number in (1, 2)]
    if package:
        [sent] = runtime.office.perform(people.CLERK, send_package, "icbc")
        drive(runtime, sent)
    else:
        for ask_id in found:
            drive(runtime, ask_id)
    with runtime.office.store.transaction() as tx:
        ended = [(ask.state, ask.reason) for ask_id in found if (ask := ledger.get(tx, ask_id)) is not None]
    assert ended == [("live", None), ("refused", "other_card")]
    assert [row["times"] for row in bank.ledger()["agreements"]] == [1, 1]


@pytest.mark.article("R7.9")
def test_what_the_bank_never_has_a_trace_of_goes_to_a_person_in_the_end(runtime: WorkerRuntime) -> None:
    _, ask_id = bound(runtime, 1)
    with runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, ask_id, lock=True)
        assert ask is not None
        ask.state, ask.sent_at, ask.attempts, ask.questions = AskState.ASKED, now() - timedelta(hours=1), 9, 5
        ask.asked_at = now() - timedelta(hours=23)
        absent = outcomes.Learnt((BindingAbsent(ask.customer_code or ""),), None, question=True)
        outcomes.learn(desk, ask, absent)
        assert ask.state == AskState.ASKED and ask.waits_for == "question"
        ask.asked_at = now() - timedelta(hours=25)
        outcomes.learn(desk, ask, absent)
        assert (ask.state, ask.waits_for) == (AskState.PERSON, "person:doubt_too_old")


@pytest.mark.article("G2")
@pytest.mark.parametrize("paper", ["authorisation", "confidentiality"])
def test_when_a_paper_ends_before_the_sending_no_byte_leaves(runtime: WorkerRuntime, bank: Bank, paper: str) -> None:
    customer_id, ask_id = bound(runtime, 1)
    with runtime.office.desk(HUB) as desk:
        if paper == "authorisation":
            [given] = authorisations.authorisations_of(desk.tx, customer_id)
            given.withdrawn_at = now()
        else:
            agreed = desk.tx.query(Confidentiality).filter_by(channel="icbc").one()
            agreed.ended_on = agreed.valid_from
    ask = drive(runtime, ask_id)
    assert ask.state == AskState.REFUSED and str(ask.reason).startswith("gate:")
    assert bank.get("/_sim/requests") == []


@pytest.mark.article("R7.10", "R7.9")
def test_a_package_gives_each_row_its_own_end_whatever_the_bank_leaves_out_or_turns_round(
    runtime: WorkerRuntime, bank: Bank
) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        for number in range(1, 7):
            row = people.customer(desk, number)
            bind_account(desk, people.request(desk, row, number, with_package=True))
    bank.post("/_sim/scenario", scenario="agreement_name_mismatch", customer_code="370101000002")
    bank.post("/_sim/scenario", scenario="agreement_exists", customer_code="370101000003")
    bank.post("/_sim/scenario", scenario="rows_reordered_in_reply", path="mepbprotocolsubmit")
    bank.post("/_sim/scenario", scenario="row_missing_in_reply", path="mepbprotocolimpinstrqry")
    [package] = runtime.office.perform(people.CLERK, send_package, "icbc")
    assert drive(runtime, package).state == AskState.DONE
    with runtime.office.store.transaction() as tx:
        found = {row.customer_code: (row.state, row.reason) for row in ledger.rows_of(tx, package)}
    assert found.pop("370101000002") == ("refused", "name_mismatch")
    assert found.pop("370101000003") == ("refused", "agreement_exists")
    assert {state for state, _ in found.values()} == {"live"}
    books = bank.ledger()
    assert {row["pay_no"] for row in books["agreements"]} == set(found)
    assert [row["executed"] for row in books["packages"]] == [1]


@pytest.mark.article("R7.10")
def test_a_package_whose_answer_is_lost_is_asked_about_and_never_sent_again(runtime: WorkerRuntime, bank: Bank) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        for number in range(1, 4):
            bind_account(desk, people.request(desk, people.customer(desk, number), number, with_package=True))
    bank.post("/_sim/scenario", scenario="drop_after_work", path="mepbprotocolsubmit")
    [package] = runtime.office.perform(people.CLERK, send_package, "icbc")
    assert drive(runtime, package).state == AskState.DONE
    books = bank.ledger()
    assert [row["received"] for row in books["packages"]] == [1]
    assert [row["times"] for row in books["agreements"]] == [1, 1, 1]


@pytest.mark.article("R7.10")
def test_a_package_that_the_bank_was_too_busy_for_waits_for_a_person_with_its_rows_ready_to_go_again(
    runtime: WorkerRuntime, bank: Bank
) -> None:
    with runtime.office.desk(people.CLERK) as desk:
        for number in range(1, 4):
            bind_account(desk, people.request(desk, people.customer(desk, number), number, with_package=True))
    [package] = runtime.office.perform(people.CLERK, send_package, "icbc")
    with runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, package)
        assert ask is not None
        ask.asked_at = now() - timedelta(hours=25)
    for _ in range(20):
        bank.post("/_sim/scenario", scenario="rate_limit", path="mepbprotocolsubmit")
    assert drive(runtime, package).state == AskState.PERSON
    with runtime.office.store.transaction() as tx:
        assert {row.state for row in ledger.rows_of(tx, package)} == {AskState.QUEUED}


@pytest.mark.article("R10.1")
def test_an_account_ends_only_when_the_bank_has_ended_it(runtime: WorkerRuntime, bank: Bank) -> None:
    customer_id, ask_id = bound(runtime, 1)
    drive(runtime, ask_id)
    with runtime.office.desk(people.CLERK) as desk:
        [account] = accounts.accounts_of(desk.tx, customer_id)
        people.lost(desk, desk.customer(customer_id))
        ending = unbind_account(desk, account.id, account.version, "客户换卡")
    assert drive(runtime, ending).state == AskState.DONE
    with runtime.office.store.transaction() as tx:
        [account] = accounts.accounts_of(tx, customer_id)
        assert account.state == "ended" and customers.get(tx, customer_id).settlement_method == "cash"
    assert bank.ledger()["agreements"][0]["status"] == "2"
