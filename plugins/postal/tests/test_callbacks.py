"""What the counter does comes to the hub's ear: verified, opened, fresh, answered under the same number."""

import json
from datetime import timedelta
from typing import Any

import pytest

from hub.plugin import BindingAccepted, BindingEnded, BindingLive, Forged, Unknown

CODE, OTHER_CODE = "370100000001", "370100000002"
PASSBOOK, NEW = "600000000000000018", "600000000000000026"


def settled(bank: Any) -> Any:
    """Whether each callback that went out was answered rightly."""
    return lambda _: all(row["done"] for row in bank.ledger()["pushes"])


@pytest.mark.article("R7.9", "R8.4", "R10.1")
def test_signing_changing_and_ending_are_heard_and_answered(ear: Any) -> None:
    number = ear.bank.sign(CODE, PASSBOOK)
    ear.wait(lambda ear: len(ear.heard) == 1)
    ear.bank.post("/_sim/change", no=number, medium=NEW)
    ear.wait(lambda ear: len(ear.heard) == 2)
    ear.bank.post("/_sim/end", no=number)
    ear.wait(lambda ear: len(ear.heard) == 3)
    signed, changed, ended = (said.facts[0] for said in ear.heard)
    assert isinstance(signed, BindingLive) and (signed.agreement_no, signed.card_ending) == (number, "0018")
    assert isinstance(changed, BindingLive) and (changed.agreement_no, changed.card_ending) == (number, "0026")
    assert isinstance(ended, BindingEnded) and signed.at < changed.at < ended.at
    ear.wait(settled(ear.bank))
    pushes = ear.bank.ledger()["pushes"]
    assert [row["tries"] for row in pushes] == [1, 1, 1] and {row["answer"] for row in pushes} == {"ok"}
    assert [said.event for said in ear.heard] == [row["sequence"] for row in pushes]


@pytest.mark.article("R10.1")
def test_an_ending_of_ours_is_called_in_like_the_counters(ear: Any) -> None:
    number = ear.bank.sign(CODE, PASSBOOK)
    ear.bank.ask("unbind_card", customer_code=CODE, card_number=PASSBOOK, reference=number)
    ear.wait(lambda ear: any(isinstance(said.facts[0], BindingEnded) for said in ear.heard))


def test_a_callback_may_come_before_the_answer_that_it_is_about(ear: Any) -> None:
    number = ear.bank.sign(CODE, PASSBOOK)
    ear.wait(settled(ear.bank))
    ear.bank.scenario("callback_first", path="terminate")
    taken = ear.bank.ask("unbind_card", customer_code=CODE, card_number=PASSBOOK, reference=number)
    assert isinstance(ear.heard[-1].facts[0], BindingEnded) and isinstance(taken[0], BindingAccepted)
    assert ear.bank.ledger()["agreements"][0]["state"] == "2" and ear.bank.ledger()["endings"][0]["executed"] == 1


def test_without_the_right_answer_the_bank_calls_again_under_the_same_number(ear: Any) -> None:
    ear.answers = False
    ear.bank.sign(CODE, PASSBOOK)
    ear.wait(lambda ear: len(ear.heard) >= 2)
    ear.answers = True
    ear.wait(settled(ear.bank))
    assert len({said.event for said in ear.heard}) == 1 and len({said.answer for said in ear.heard}) == 1


def test_a_callback_twice_has_one_number_and_one_fact(ear: Any) -> None:
    ear.bank.scenario("push_twice", path="push")
    ear.bank.sign(CODE, PASSBOOK)
    ear.wait(lambda ear: len(ear.heard) == 2)
    assert ear.heard[0] == ear.heard[1]


def test_callbacks_out_of_order_are_told_apart_by_their_moment(ear: Any) -> None:
    ear.bank.scenario("push_held_back", path="push")
    number = ear.bank.sign(CODE, PASSBOOK)
    ear.bank.post("/_sim/end", no=number)
    ear.wait(lambda ear: len(ear.heard) == 2)
    first, second = (said.facts[0] for said in ear.heard)
    assert isinstance(first, BindingEnded) and isinstance(second, BindingLive) and second.at < first.at


@pytest.mark.parametrize("fault", ["default_user_id", "rotated_key", "other_merchant", "clock_off"])
def test_what_is_not_surely_the_banks_is_forged_and_gets_no_answer(ear: Any, fault: str) -> None:
    ear.bank.scenario(f"push_{fault}", path="push")
    ear.bank.sign(CODE, PASSBOOK)
    ear.wait(lambda ear: ear.setbacks)
    assert isinstance(ear.setbacks[0], Forged)
    ear.wait(lambda ear: ear.heard)  # the bank, mended, calls again
    assert isinstance(ear.heard[0].facts[0], BindingLive)


@pytest.mark.parametrize("fault", ["c1c3c2", "wrong_iv"])
def test_what_the_bank_signed_and_we_cannot_open_is_kept_for_a_person(ear: Any, fault: str) -> None:
    ear.bank.scenario(f"push_{fault}", path="push")
    ear.bank.sign(CODE, PASSBOOK)
    ear.wait(lambda ear: ear.setbacks)
    assert isinstance(ear.setbacks[0], Unknown)
    ear.wait(lambda ear: ear.heard)


def test_an_event_that_nobody_knows_is_no_fact(ear: Any) -> None:
    ear.bank.scenario("push_unknown_kind", path="push")
    ear.bank.sign(CODE, PASSBOOK)
    ear.wait(lambda ear: ear.setbacks)
    assert isinstance(ear.setbacks[0], Unknown) and not ear.heard


def test_a_number_used_twice_is_seen_by_the_hub(ear: Any) -> None:
    """Two different things under one number: the plugin gives the number as it is, the hub hears it once."""
    ear.bank.sign(CODE, PASSBOOK)
    ear.wait(lambda ear: len(ear.heard) == 1)
    ear.bank.scenario("push_same_sequence", path="push")
    ear.bank.sign(OTHER_CODE, NEW)
    ear.wait(lambda ear: len(ear.heard) == 2)
    assert ear.heard[0].event == ear.heard[1].event and ear.heard[0].facts != ear.heard[1].facts


@pytest.mark.article("R7.9")
def test_a_lost_callback_is_made_good_by_the_list_and_the_question(ear: Any) -> None:
    ear.bank.scenario("push_lost", path="push")
    number = ear.bank.sign(CODE, PASSBOOK)
    assert not ear.heard
    [listed] = ear.bank.ask("list_bindings")
    [asked] = ear.bank.ask("query_binding", customer_code=CODE, card_number=PASSBOOK)
    assert listed == asked and isinstance(asked, BindingLive) and asked.agreement_no == number


def test_a_wrong_customer_code_is_heard_as_it_was_entered(ear: Any) -> None:
    ear.bank.scenario("wrong_customer_code", customer_code=CODE)
    ear.bank.sign(CODE, PASSBOOK)
    ear.wait(lambda ear: ear.heard)
    assert ear.heard[0].facts[0].customer_code == OTHER_CODE


def test_the_two_books_agree_after_a_days_work(ear: Any) -> None:
    """Replayed by their moments, the facts that were heard give the bank's books."""
    numbers = [ear.bank.sign(f"37010000000{each}", f"60000000000000000{each}8") for each in range(6)]
    for fault in ("push_twice", "push_held_back", "push_wrong_iv", "push_default_user_id"):
        ear.bank.scenario(fault, path="push")
    for number in numbers[:4]:
        ear.bank.post("/_sim/change", no=number, medium=NEW)
    for number in numbers[::2]:
        ear.bank.post("/_sim/end", no=number)
    ear.wait(settled(ear.bank), 15)
    seen: dict[str, Any] = {}
    for fact in sorted((said.facts[0] for said in ear.heard), key=lambda fact: fact.at):
        seen[fact.customer_code] = fact
    kept = {row["cust"]: row for row in ear.bank.ledger()["agreements"]}
    for code, row in kept.items():
        if row["state"] == "2":
            assert isinstance(seen[code], BindingEnded)
        else:
            assert isinstance(seen[code], BindingLive) and seen[code].card_ending == row["ending"]


def test_the_clerk_can_call_again(ear: Any) -> None:
    ear.bank.sign(CODE, PASSBOOK)
    ear.wait(settled(ear.bank))
    assert ear.bank.press("/clerk/push_again", id="1") == 200
    ear.wait(lambda ear: len(ear.heard) == 2)
    assert ear.heard[0].facts == ear.heard[1].facts and "再次通知" in ear.bank.get("/")


def test_an_older_callback_sent_again_by_somebody_is_not_fresh(ear: Any) -> None:
    bodies: list[bytes] = []
    hear = ear.hear
    ear.hear = lambda body: (bodies.append(body), hear(body))[1]
    ear.bank.sign(CODE, PASSBOOK)
    ear.wait(lambda ear: ear.heard)
    assert json.loads(bodies[0]).keys() == {"request", "encryptKey", "accessToken", "signature"}
    ear.late = timedelta(minutes=6)
    ear.hear(bodies[0])
    assert isinstance(ear.setbacks[-1], Forged) and ear.setbacks[-1].code == "not_fresh"
