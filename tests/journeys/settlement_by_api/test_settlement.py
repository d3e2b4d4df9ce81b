"""Articles 9, 10 and 12.2 by the API, to their end: cash to electronic, cash for now and for good, another bank, a number for now."""

from uuid import UUID

import pytest

from hub.domain.staff.posts import Post
from hub.operations.changes import temporary
from hub.ports import now
from hub.registry.schema import UnitRule
from tests.support import people
from tests.support.api_town import ApiTown, in_force
from tests.support.callers import Caller
from tests.support.makers.watch import Watch


def ask(town: ApiTown, customer_id: UUID, rule: str, values: dict[str, str], status: int = 202, **more: object) -> dict:  # type: ignore[type-arg]
    """A change asked for."""
    given = {"version": town.version(customer_id), "rule": rule, "values": values, "why": "客户来电", **more}
    given["documents"] = ["licence", "id_card"]
    return dict(town.send(f"/customers/{customer_id}/changes", status, **given))


def signed(town: ApiTown, caller: Caller, sent: dict[str, str]) -> None:
    """Section chief, then deputy manager."""
    for post in (Post.SECTION_CHIEF, Post.DEPUTY_MANAGER):
        client = caller(post.replace("_", ""), {post}, "3701")
        town.send(f"/applications/{sent['id']}/decision", client=client, decision="approve", digest=sent["digest"])


@pytest.mark.article("R9.1", "R9.2", "R7.9")
def test_cash_for_good_waits_for_the_bank_and_electronic_again_is_as_for_a_new_entrant(
    town: ApiTown, caller: Caller
) -> None:
    customer_id = town.electronic(1, "icbc", "abc")
    town.told(customer_id)
    refused = ask(town, customer_id, "cash_for_good", {"settlement_method": "cash"}, 409)
    assert refused["code"] == "paper_missing"
    paper = town.upload(customer_id, "written_application")
    sent = ask(town, customer_id, "cash_for_good", {"settlement_method": "cash"}, evidence_ids=[paper])
    signed(town, caller, sent)
    begun = town.send(f"/applications/{sent['id']}/carry-out")
    assert begun["state"] == "approved" and town.pays(customer_id) == ("electronic", "icbc")
    refused = town.send(f"/applications/{sent['id']}/carry-out", 409)
    assert (refused["code"], refused["article"]) == ("bank_still_ending", "R9.2")
    town.settle(customer_id)
    assert town.read(f"/applications/{sent['id']}")["application"]["state"] == "carried_out"
    assert town.pays(customer_id) == ("cash", None) and in_force(town, "icbc") == []
    assert town.tasks(customer_id) == set()
    refused = town.bind(customer_id, "abc", 2, 409, payer_name="别人")
    assert refused["article"] == "R7.12", "the same rules as for a new entrant"
    town.bind(customer_id, "abc", 2, with_package=False)
    assert town.pays(customer_id)[0] == "cash"
    town.settle(customer_id)
    assert town.pays(customer_id) == ("electronic", "abc") and town.tasks(customer_id) == {"tell_customer"}
    town.told(customer_id)


@pytest.mark.article("R9.3")
@pytest.mark.parametrize(
    ("rule", "reason", "method"),
    [
        ("cash_password_locked", "password_locked", "cash"),
        ("cash_unit_choice", "no_time", "cash"),
        ("cash_unit_choice", "bank_failure", "company_account"),
    ],
)
def test_a_locked_password_or_a_banks_failure_is_settled_otherwise_until_the_order_and_then_returns(
    town: ApiTown, rule: str, reason: str, method: str
) -> None:
    customer_id = town.electronic(3, "icbc")
    town.told(customer_id)
    if method == "company_account":
        with town.runtime.office.store.transaction() as tx:
            chosen = {
                "unit_code": people.UNIT,
                "rule": rule,
                "cash": False,
                "company_account": True,
                "by_name": "科长",
                "at": now(),
            }
            tx.add(UnitRule(due=None, more_approvals=[], **chosen))
        refused = ask(town, customer_id, rule, {"settlement_method": "cash"}, 409, reason=reason)
        assert (refused["code"], refused["article"]) == ("unit_decided", "R9.4")
    done = ask(town, customer_id, rule, {"settlement_method": method}, reason=reason)
    assert done["state"] == "carried_out" and town.pays(customer_id) == (method, "icbc")
    assert town.accounts(customer_id) == [("icbc", "live")], "the account is whole"
    assert town.send(f"/customers/{customer_id}/orders", way="phone") == {"returning": 1}
    assert town.keep(temporary.return_all) == 1
    assert town.pays(customer_id) == ("electronic", "icbc") and town.tasks(customer_id) == set()


@pytest.mark.article("R10.1", "I3")
def test_another_bank_is_asked_for_signed_bound_and_only_then_the_old_one_ends(town: ApiTown, caller: Caller) -> None:
    customer_id = town.electronic(4, "icbc", "abc")
    town.told(customer_id)
    refused = town.bind(customer_id, "abc", 5, 409)
    assert (refused["code"], refused["article"]) == ("other_bank_live", "R10.1")
    [account] = town.read(f"/customers/{customer_id}")["accounts"]
    refused = town.send(f"/accounts/{account['id']}/unbind", 409, version=account["version"], why="换银行")
    assert (refused["code"], refused["article"]) == ("no_ground_to_end", "R9.2"), "no way round the application"
    paper = town.upload(customer_id, "written_application")
    sent = ask(town, customer_id, "bank_change", {"settlement_bank": "abc"}, evidence_ids=[paper])
    signed(town, caller, sent)
    refused = town.send(f"/accounts/{account['id']}/unbind", 409, version=account["version"], why="换银行")
    assert refused["code"] == "no_ground_to_end", "the old one ends when the new one is live, not before"
    with Watch(town.runtime.office.store, customer_id) as watch:
        town.bind(customer_id, "abc", 5)
        town.settle(customer_id)
    assert set(watch.seen) == {1}
    assert town.accounts(customer_id) == [("icbc", "ended"), ("abc", "live")] and in_force(town, "icbc") == []
    assert town.read(f"/applications/{sent['id']}")["application"]["state"] == "carried_out"
    assert town.tasks(customer_id) == {"tell_customer"} and town.pays(customer_id) == ("electronic", "abc")


@pytest.mark.article("R12.2", "I2")
def test_a_number_for_now_is_in_the_days_mail_and_the_old_one_is_back_after_the_order(town: ApiTown) -> None:
    customer_id = town.customer(6, order_method="phone", order_day="2")
    town.send(f"/customers/{customer_id}/call-stop", 201, why="两个电话都打不通")
    ask(town, customer_id, "phone_for_now", {"order_phone": "13800000061"})
    assert phone(town, customer_id) == "13800000061"
    assert "call_again" in town.tasks(customer_id), "the call desk is asked to call again"
    ask(town, customer_id, "phone_for_now", {"order_phone": "13800000062"})
    assert town.send(f"/customers/{customer_id}/orders", way="phone") == {"returning": 1}
    assert "call_again" not in town.tasks(customer_id)
    assert town.keep(temporary.return_all) == 1 and town.keep(temporary.return_all) == 0
    assert phone(town, customer_id) == "13900000006", "the number of before the first change"
    told = [each for each in town.read("/staff-notices") if each["customer_id"] == str(customer_id)]
    assert {"change_done", "change_returned"} <= {each["kind"] for each in told}
    assert town.tasks(customer_id) <= {"watch"}


def phone(town: ApiTown, customer_id: UUID) -> str:
    """The order phone in clear, with a reason."""
    path = f"/api/v1/customers/{customer_id}/reveal"
    answer = town.client.post(path, json={"field": "order_phone", "reason": "核对订货电话"})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["value"])
