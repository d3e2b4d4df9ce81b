"""The Postal plugin against the bank's own process: what it states under each scenario and fault."""

import json
import time
import urllib.parse
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.domain.facts import Setback
from hub.plugin import (
    BindingAbsent,
    BindingAccepted,
    BindingEnded,
    BindingLive,
    BindingPending,
    BindingRefused,
    Busy,
    Forged,
    Unknown,
)

CODE, OTHER_CODE = "370100000001", "370100000002"
PASSBOOK, NEW = "600000000000000018", "600000000000000026"
CARD = "6212140000000000014"


def state(bank: Any, serial: str = "", medium: str = PASSBOOK, code: str = CODE, **more: Any) -> Any:
    [fact] = bank.ask("query_binding", serial, customer_code=code, card_number=medium, **more)
    return fact


def end(bank: Any, serial: str, reference: str = "", medium: str = PASSBOOK) -> Any:
    [fact] = bank.ask("unbind_card", serial, customer_code=CODE, card_number=medium, reference=reference)
    return fact


def ending(bank: Any, serial: str, reference: str = "") -> Any:
    given = {"customer_code": CODE, "card_number": PASSBOOK, "reference": reference}
    [fact] = bank.ask("query_unbinding", serial, **given)
    return fact


# The counter


@pytest.mark.article("R7.9")
@pytest.mark.parametrize("medium", [PASSBOOK, CARD, "600000000018", "6" * 26 + "0018"])
def test_the_counter_keeps_the_agreement_and_the_question_finds_it(bank: Any, medium: str) -> None:
    assert state(bank, medium=medium) == BindingPending(CODE, "not_at_counter")
    number = bank.sign(CODE, medium)
    found = state(bank, medium=medium)
    assert isinstance(found, BindingLive) and (found.agreement_no, found.card_ending) == (number, medium[-4:])
    assert found.at is not None and abs(found.at - datetime.now(UTC)) < timedelta(seconds=10)
    [kept] = bank.ledger()["agreements"]
    assert (kept["cust"], kept["state"], kept["ending"], kept["times"]) == (CODE, "1", medium[-4:], 1)


@pytest.mark.article("R8.4")
def test_a_passbook_replaced_at_the_counter_stays_one_agreement(bank: Any) -> None:
    number = bank.sign(CODE, PASSBOOK)
    later = datetime.now(UTC) + timedelta(seconds=1)
    assert state(bank, medium=NEW, asked_at=later) == BindingPending(CODE, "other_passbook")
    bank.post("/_sim/change", no=number, medium=NEW)
    found = state(bank, medium=NEW, asked_at=later)
    assert isinstance(found, BindingLive) and (found.agreement_no, found.card_ending) == (number, "0026")


def test_an_agreement_under_a_wrong_customer_code_is_not_there(bank: Any) -> None:
    bank.scenario("wrong_customer_code", customer_code=CODE)
    bank.sign(CODE, PASSBOOK)
    assert state(bank) == BindingPending(CODE, "not_at_counter")
    [listed] = bank.ask("list_bindings")
    assert isinstance(listed, BindingLive) and listed.customer_code == OTHER_CODE


def test_another_passbook_entered_is_shown_with_its_own_end(bank: Any) -> None:
    bank.scenario("other_passbook_entered", customer_code=CODE)
    bank.sign(CODE, PASSBOOK)
    found = state(bank)
    assert isinstance(found, BindingLive) and found.card_ending == "8100"


def test_withdrawn_at_the_counter_after_our_asking_is_an_end(bank: Any) -> None:
    number = bank.sign(CODE, PASSBOOK)
    bank.post("/_sim/end", no=number)
    assert isinstance(state(bank), BindingEnded)
    assert state(bank, asked_at=datetime.now(UTC) + timedelta(seconds=1)) == BindingPending(CODE, "not_at_counter")


# The nightly list


@pytest.mark.article("R7.9")
def test_the_list_comes_by_pages_and_goes_on_from_its_tag(bank: Any) -> None:
    for number in range(8):
        bank.sign(f"37010000000{number}", f"60000000000000000{number}8")
    assert [fact.card_ending for fact in bank.ask("list_bindings")] == [f"00{number}8" for number in range(8)]
    bank.post("/_sim/end", no="YZ0000000002")
    changed = bank.ask("list_bindings", cursor="R8")
    assert [(type(fact), fact.customer_code) for fact in changed] == [(BindingEnded, "370100000001")]
    assert bank.ask("list_bindings", cursor="R9") == ()
    assert bank.ask("list_bindings", since=datetime.now(UTC) + timedelta(minutes=1)) == ()
    assert bank.ask("list_bindings", since=datetime.now(UTC) - timedelta(minutes=1))


def test_a_list_that_contradicts_the_counter_is_told_as_it_stands(bank: Any) -> None:
    bank.scenario("list_contradicts", customer_code=CODE)
    bank.sign(CODE, PASSBOOK)
    assert isinstance(state(bank), BindingLive)
    assert [type(fact) for fact in bank.ask("list_bindings")] == [BindingEnded]


# Ending


@pytest.mark.article("R10.1")
@pytest.mark.parametrize("known", [True, False])
def test_an_ending_is_taken_first_and_done_later(bank: Any, known: bool) -> None:
    number, serial = bank.sign(CODE, PASSBOOK), bank.key()
    reference = number if known else ""
    assert ending(bank, serial, reference) == BindingAbsent(CODE)
    assert end(bank, serial, reference) == BindingAccepted(CODE, reference=number)
    deadline = time.monotonic() + 5
    while isinstance(found := ending(bank, serial, number), BindingPending) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert found == BindingEnded(CODE)
    assert end(bank, bank.key(), number) == BindingEnded(CODE, "710001")
    assert [row["executed"] for row in bank.ledger()["endings"]] == [1]


def test_the_same_ending_sent_again_is_done_once(bank: Any) -> None:
    number, serial = bank.sign(CODE, PASSBOOK), bank.key()
    bank.scenario("drop_after_work", path="terminate")
    with pytest.raises(OSError):
        end(bank, serial, number)
    assert end(bank, serial, number) == BindingAccepted(CODE, reference=number)
    other = bank.sign(OTHER_CODE, NEW)
    with pytest.raises(Unknown):
        end(bank, serial, other)
    [row] = bank.ledger()["endings"]
    assert row["received"] == 3 and row["agreement"] == number


@pytest.mark.parametrize(
    ("scenario", "reason"), [("terminate_refused", "account_blocked"), ("terminate_other_account", "other_card")]
)
def test_an_ending_refused_at_once_leaves_it_in_force(bank: Any, scenario: str, reason: str) -> None:
    number = bank.sign(CODE, PASSBOOK)
    bank.scenario(scenario, customer_code=CODE)
    fact = end(bank, bank.key(), number)
    assert isinstance(fact, BindingRefused) and fact.reason == reason and fact.text
    assert bank.ledger()["agreements"][0]["state"] == "1"


def test_an_ending_that_was_taken_may_still_fail_or_stay_open(bank: Any) -> None:
    number, serial = bank.sign(CODE, PASSBOOK), bank.key()
    bank.scenario("terminate_fails_later", customer_code=CODE)
    assert isinstance(end(bank, serial, number), BindingAccepted)
    time.sleep(0.3)
    fact = ending(bank, serial, number)
    assert isinstance(fact, BindingRefused) and fact.reason == "account_blocked"
    bank.scenario("terminate_never_decided", customer_code=CODE)
    serial = bank.key()
    assert isinstance(end(bank, serial, number), BindingAccepted)
    time.sleep(0.3)
    assert ending(bank, serial, number) == BindingPending(CODE, "00")


# Faults

FAULTS = [
    ("system_code", Unknown),
    ("unknown_code", Unknown),
    ("code_as_number", Unknown),
    ("no_code", Unknown),
    ("duplicate_serial", Unknown),
    ("http_502_html", Unknown),
    ("html_200", Unknown),
    ("empty_body", Unknown),
    ("cut_body", Unknown),
    ("huge_body", Unknown),
    ("wrong_charset", Unknown),
    ("unsigned_body", Unknown),
    ("c1c3c2", Unknown),
    ("wrong_iv", Unknown),
    ("wrong_signature", Forged),
    ("rotated_key", Forged),
    ("default_user_id", Forged),
    ("reordered_json", Forged),
    ("line_breaks_lost", Forged),
    ("other_serial", Forged),
    ("other_merchant", Forged),
    ("rate_limit", Busy),
    ("key_refused", Busy),
    ("clock_refused", Busy),
    ("no_right", Busy),
    ("unreadable", Busy),
    ("http_503", Busy),
]


@pytest.mark.parametrize(("fault", "setback"), FAULTS)
def test_each_fault_is_what_it_proves(bank: Any, fault: str, setback: type[Setback]) -> None:
    number = bank.sign(CODE, PASSBOOK)
    for path, ask in (("terminate", lambda: end(bank, bank.key(), number)), ("query", lambda: state(bank))):
        bank.scenario(fault, path=path)
        with pytest.raises(Setback) as raised:
            ask()
        assert isinstance(raised.value, setback), raised.value
    done = [row["agreement"] for row in bank.ledger()["endings"]]
    turned_away = setback is Busy or fault == "duplicate_serial"
    assert done == ([] if turned_away else [number])


def test_faults_are_set_by_request_number_and_by_customer_too(bank: Any) -> None:
    bank.sign(CODE, PASSBOOK)
    bank.scenario("system_code", request_no=2)
    bank.scenario("rate_limit", customer_code=OTHER_CODE)
    state(bank)
    with pytest.raises(Unknown):
        state(bank)
    with pytest.raises(Busy):
        state(bank, code=OTHER_CODE)
    assert [row["fault"] for row in json.loads(bank.get("/_sim/requests"))] == [None, "system_code", "rate_limit"]


def test_an_older_answer_played_again_is_not_believed(bank: Any) -> None:
    bank.sign(CODE, PASSBOOK)
    state(bank)
    bank.scenario("replayed_answer", path="query")
    with pytest.raises(Forged):
        state(bank)


def test_a_dropped_or_late_answer_is_no_answer(bank: Any) -> None:
    bank.sign(CODE, PASSBOOK)
    bank.patience = 0.5
    for fault in ("drop_before_work", "drop_after_work", "answer_late", "drip"):
        bank.scenario(fault, path="query")
        with pytest.raises(OSError):
            state(bank)


def test_the_probe_names_the_leg_that_fails(bank: Any) -> None:
    assert all(leg.ok for leg in bank.ask("probe"))
    bank.post("/_sim/clock", offset_seconds=900)
    assert [(leg.leg, leg.ok) for leg in bank.ask("probe")] == [("clock", False)]
    bank.post("/_sim/clock", offset_seconds=0)
    for fault, leg in (("key_refused", "login"), ("no_right", "permission")):
        bank.scenario(fault, path="query")
        assert [(each.leg, each.ok) for each in bank.ask("probe")] == [(leg, False)]


def test_the_door_looks_at_address_serial_and_signature(bank: Any) -> None:
    bank.sign(CODE, PASSBOOK)
    for wrong in ("other merchant", "other serial", "touched"):
        request = next(bank.talk("query_binding", bank.key(), customer_code=CODE, card_number=PASSBOOK))
        serial = request.params["partnerTxSriNo"]
        original, path = bank.exchange, request.path
        if wrong == "other merchant":
            path = path.replace("MADEUP0001", "MADEUP0002")
        sent = "1" * 24 if wrong == "other serial" else serial
        changed = type(request)("POST", path, request.content, {"partnerTxSriNo": sent})
        if wrong == "touched":
            changed.content["head"]["appID"] = "1" * 21
        answer = original(changed, serial)
        assert answer["body"]["respCode"] in ("900004", "900010") and not json.loads(answer["body"]["data"])


def test_no_message_key_is_used_twice(bank: Any) -> None:
    bank.sign(CODE, PASSBOOK)
    for _ in range(5):
        state(bank)
    assert bank.ledger()["keys_reused"] == 0


# The page


def test_the_clerk_plays_by_the_page(bank: Any) -> None:
    assert bank.press("/clerk/sign", customer_code=CODE, medium=PASSBOOK, name="<张三>") == 200
    page = bank.get("/")
    assert "模拟邮政储蓄银行" in page and "&lt;张三&gt;" in page and "0018" in page and PASSBOOK not in page
    assert bank.press("/clerk/change", no="YZ0000000001", medium=NEW) == 200
    assert bank.press("/clerk/end", no="YZ0000000001") == 200
    assert bank.press("/clerk/scenario", scenario="list_contradicts", customer_code=CODE) == 200
    [kept] = bank.ledger()["agreements"]
    assert (kept["state"], kept["ending"], kept["times"]) == ("2", "0026", 3)
    for path, values in (
        ("/clerk/end", {"no": "YZ0000000001"}),
        ("/clerk/sign", {"customer_code": "1", "medium": PASSBOOK}),
        ("/clerk/sign", {"customer_code": CODE, "medium": "1"}),
        ("/clerk/change", {"no": "YZ9"}),
        ("/clerk/dance", {}),
        ("/clerk/push_again", {"id": "7"}),
    ):
        assert bank.press(path, **values) == 400


def test_the_books_outlive_the_process(bank: Any, tmp_path: Any) -> None:
    bank.sign(CODE, PASSBOOK)
    assert (tmp_path / "ledger.sqlite").exists() and (tmp_path / "settings.json").stat().st_mode & 0o77 == 0
    url = f"{bank.url}/sop-h5/biz/agreement/MADEUP0001.htm?" + urllib.parse.urlencode({"partnerTxSriNo": "1" * 24})
    with urllib.request.urlopen(url, b"<html>", timeout=5) as answer:
        assert json.loads(answer.read()).keys() == {"response", "encryptKey", "accessToken", "signature"}
