"""Article 8 by the API, to its end, at banks that run: lost, told of the risk, damaged, replaced, passbook, credit card."""

from uuid import UUID

import pytest

from hub.domain.staff.posts import Post
from hub.operations import cards
from tests.support.api_town import ApiTown, in_force
from tests.support.callers import Caller
from tests.support.makers.driving import drive
from tests.support.makers.watch import Watch

pytestmark = pytest.mark.usefixtures("machine_clock")


@pytest.mark.article("R8.1", "R7.9")
def test_a_lost_card_is_cash_and_a_new_card_with_a_new_agreement_electronic_again(
    town: ApiTown, caller: Caller
) -> None:
    customer_id = town.electronic(1, "icbc")
    town.told(customer_id)
    assert town.tasks(customer_id) == set()
    manager = caller("manager", {Post.ACCOUNT_MANAGER}, "3701")
    lost = {"version": town.version(customer_id), "event": "lost_reported", "choice": "cash", "why": "客户来电"}
    town.send(f"/customers/{customer_id}/cards", 201, client=manager, **lost)
    town.send(f"/customers/{customer_id}/kept-orders", 201, cause="clerk_away", why="统计员休假")
    [asked] = [each for each in town.read("/applications") if each["customer_id"] == str(customer_id)]
    town.send(f"/applications/{asked['id']}/carry-out")
    assert town.pays(customer_id)[0] == "cash" and town.read("/cards")["kept"] == [], "the kept order goes on"
    town.settle(customer_id)
    assert town.accounts(customer_id) == [("icbc", "ended")] and in_force(town, "icbc") == []
    assert town.tasks(customer_id) == {"new_card"}
    given = town.binding(customer_id, "icbc", 11)
    assert town.tasks(customer_id) == {"new_card", "enter_account"}, "the papers are in"
    plan = town.client.post(f"/api/v1/customers/{customer_id}/accounts/plan", json=given).json()
    assert plan["missing"] == []
    town.send(f"/customers/{customer_id}/accounts", 202, **given, plan_digest=plan["digest"])
    assert town.pays(customer_id)[0] == "cash", "until both sides have it"
    town.settle(customer_id)
    assert town.pays(customer_id) == ("electronic", "icbc") and len(in_force(town, "icbc")) == 1
    assert town.tasks(customer_id) == {"tell_customer"}
    town.told(customer_id)
    assert town.tasks(customer_id) == set()
    [case] = town.read(f"/customers/{customer_id}/cards")
    assert case["closed_how"] == "new_account" and town.read("/cards")["cases"] == []


@pytest.mark.article("R8.2")
def test_who_does_not_report_the_loss_is_told_chooses_and_is_reminded_until_the_new_card_is_there(
    town: ApiTown,
) -> None:
    customer_id = town.electronic(2, "abc")
    town.told(customer_id)
    said = {"version": town.version(customer_id), "event": "lost_unreported", "choice": "transfer", "why": "来电"}
    refused = town.send(f"/customers/{customer_id}/cards", 409, **said)
    assert (refused["code"], refused["article"]) == ("risk_not_told", "R8.2")
    case_id = town.report(customer_id, "lost_unreported", "transfer", told=True)
    assert town.pays(customer_id) == ("electronic", "abc") and town.tasks(customer_id) == {"new_card"}
    town.send(f"/cards/{case_id}/urged", why="答应周五去银行")
    assert town.tasks(customer_id) == {"new_card"}, "the next reminder stands already"
    assert town.keep(cards.urge_all) == 0
    with Watch(town.runtime.office.store, customer_id) as watch:
        town.bind(customer_id, "abc", 12)
        town.settle(customer_id)
    assert set(watch.seen) == {1}, "never none, never two"
    [case] = town.read(f"/customers/{customer_id}/cards")
    assert (case["closed_how"], case["urged"], case["risk_told"]) == ("new_account", 1, True)
    assert town.accounts(customer_id) == [("abc", "ended"), ("abc", "live")] and len(in_force(town, "abc")) == 1
    assert town.tasks(customer_id) == {"tell_customer"}


@pytest.mark.article("R8.3")
@pytest.mark.parametrize("bank", ["abc", "icbc"])
def test_a_damaged_card_stays_electronic_is_booked_and_replaced_at_its_bank(town: ApiTown, bank: str) -> None:
    customer_id = town.electronic(3, bank)
    town.told(customer_id)
    refused = town.bind(customer_id, bank, 13, 409)
    assert refused["code"] == "account_open_already" and "report what happened" in refused["advice"]
    case_id = town.report(customer_id, "damaged", "transfer")
    town.send(f"/cards/{case_id}/booking", card_on="2199-01-02", entry_on="2199-01-02")
    assert town.tasks(customer_id) == {"enter_account", "enter_card", "new_card"}
    assert town.bind(customer_id, bank, 3, 409, agreement_no="XYSAME")["code"] == "same_number"
    town.methods.clear()
    with Watch(town.runtime.office.store, customer_id) as watch:
        town.bind(customer_id, bank, 14)
        town.settle(customer_id)
    assert set(town.methods) == {"electronic"}, "at no moment another method than the customer's own"
    assert set(watch.seen) <= ({1} if bank == "abc" else {0, 1}), "ICBC holds one card a customer: the old ends first"
    assert town.accounts(customer_id) == [(bank, "ended"), (bank, "live")]
    order = ["bind_card", "bind_card", "unbind_card"] if bank == "abc" else ["bind_card", "unbind_card", "bind_card"]
    assert [verb for _, verb in town.verbs(customer_id)] == order
    assert len(in_force(town, bank)) == 1 and town.pays(customer_id) == ("electronic", bank)
    assert town.tasks(customer_id) == {"tell_customer"}
    assert [each["closed_how"] for each in town.read(f"/customers/{customer_id}/cards")] == ["new_account"]


@pytest.mark.article("R8.3")
def test_a_bank_with_one_card_a_customer_that_refuses_the_new_one_leaves_cash_and_says_so(town: ApiTown) -> None:
    customer_id = town.electronic(4, "icbc")
    town.report(customer_id, "damaged", "transfer")
    ending = town.bind(customer_id, "icbc", 15)["id"]
    assert town.bind(customer_id, "icbc", 25, 409)["code"] == "account_open_already", "one new card at a time"
    drive(town.runtime, UUID(ending))
    assert town.pays(customer_id) == ("electronic", "icbc"), "the new one follows at once"
    town.banks["icbc"].post("/_sim/scenario", scenario="account_lost", customer_code="370101000004")
    town.settle(customer_id)
    assert town.accounts(customer_id) == [("icbc", "ended"), ("icbc", "refused")]
    assert town.pays(customer_id) == ("cash", None)
    assert "new_card" in town.tasks(customer_id), "the case goes on"


@pytest.mark.article("R8.5", "R7.11")
def test_a_lost_credit_card_is_served_by_a_debit_card_of_any_bank_until_the_new_one_is_there(town: ApiTown) -> None:
    customer_id = town.electronic(5, "icbc", "abc", kind="credit_card")
    town.told(customer_id)
    town.report(customer_id, "credit_lost", "interim_debit")
    assert town.pays(customer_id)[0] == "cash"
    town.bind(customer_id, "abc", 16)
    town.settle(customer_id)
    assert town.accounts(customer_id) == [("icbc", "ended"), ("abc", "live")]
    assert town.pays(customer_id) == ("electronic", "abc") and "new_card" in town.tasks(customer_id)
    with Watch(town.runtime.office.store, customer_id) as watch:
        town.bind(customer_id, "icbc", 17, kind="credit_card")
        town.settle(customer_id)
    assert set(watch.seen) == {1}
    assert town.accounts(customer_id) == [("icbc", "ended"), ("abc", "ended"), ("icbc", "live")]
    assert town.pays(customer_id) == ("electronic", "icbc") and in_force(town, "abc") == []
    assert town.read("/cards")["cases"] == []


@pytest.mark.article("R7.11")
def test_the_grade_certificate_comes_first_and_a_debit_card_serves_meanwhile(town: ApiTown) -> None:
    customer_id = town.customer(6, "icbc", "abc")
    refused = town.bind(customer_id, "abc", 18, 409, kind="credit_card")
    assert (refused["code"], refused["article"]) == ("grade_certificate_missing", "R7.11")
    said = {"version": town.version(customer_id), "event": "credit_pending", "choice": "interim_debit", "why": "申请"}
    assert town.send(f"/customers/{customer_id}/cards", 409, **said)["code"] == "grade_certificate_missing"
    town.certify(customer_id)
    town.report(customer_id, "credit_pending", "interim_debit")
    town.bind(customer_id, "icbc", 19)
    town.settle(customer_id)
    assert town.pays(customer_id) == ("electronic", "icbc") and len(town.read("/cards")["cases"]) == 1
    town.bind(customer_id, "abc", 18, kind="credit_card")
    town.settle(customer_id)
    assert town.accounts(customer_id) == [("icbc", "ended"), ("abc", "live")]
    assert town.read("/cards")["cases"] == [] and town.pays(customer_id) == ("electronic", "abc")


@pytest.mark.article("R10.1", "R7.11")
def test_a_card_of_long_ago_is_no_interim_card(town: ApiTown) -> None:
    customer_id = town.electronic(7, "icbc", "abc")
    town.certify(customer_id)
    town.report(customer_id, "credit_pending", "interim_debit")
    refused = town.bind(customer_id, "abc", 20, 409, kind="credit_card")
    assert (refused["code"], refused["article"]) == ("other_bank_live", "R10.1")
    town.bind(customer_id, "icbc", 21, kind="credit_card")
    town.settle(customer_id)
    assert town.accounts(customer_id) == [("icbc", "ended"), ("icbc", "live")]
