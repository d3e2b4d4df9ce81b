"""The ABC plugin against the bank's own process: what it states under each scenario and fault, the ledger compared."""

import time

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
    NeedsInput,
    Secret,
    Unknown,
)

from .bank import OTHER, PARTNER, WHO, Bank, key


@pytest.mark.article("R7.9", "R10.1")
@pytest.mark.parametrize("bank", [(), ("--charset", "GB18030", "--signature", "SHA256withRSA")], indirect=True)
def test_the_life_of_an_agreement(bank: Bank) -> None:
    serial, code = key(), WHO["customer_code"]
    assert isinstance(bank.ask("query_binding", serial, **WHO)[0], BindingAbsent)
    assert isinstance(bank.ask("bind_card", serial, **WHO)[0], NeedsInput)
    assert isinstance(bank.ask("query_binding", serial, **WHO)[0], NeedsInput)
    wrong = bank.ask("confirm_binding", serial, customer_code=code, code=Secret("000000"))
    assert isinstance(wrong[0], NeedsInput)
    done = BindingLive(code, serial, "0014")
    assert bank.ask("confirm_binding", serial, customer_code=code, code=Secret("246810")) == (done,)
    assert bank.ask("query_binding", serial, **WHO) == (done,)
    assert isinstance(bank.ask("unbind_card", key(), customer_code=code, reference=serial)[0], BindingEnded)
    assert isinstance(bank.ask("unbind_card", key(), customer_code=code, reference=serial)[0], BindingEnded)
    assert isinstance(bank.ask("query_unbinding", key(), customer_code=code, reference=serial)[0], BindingEnded)
    [sign] = bank.ledger()["signs"]
    assert (sign["no"], sign["status"], sign["card"], sign["tries"]) == (serial, "2", "0014", 1)


@pytest.mark.parametrize("bank", [("--resend-seconds", "0.5")], indirect=True)
def test_the_same_serial_again_is_another_sms_and_no_second_agreement(bank: Bank) -> None:
    serial = key()
    bank.ask("bind_card", serial, **WHO)
    with pytest.raises(Busy):
        bank.ask("bind_card", serial, **WHO)
    time.sleep(0.6)
    assert isinstance(bank.ask("bind_card", serial, **WHO)[0], NeedsInput)
    with pytest.raises(Unknown):
        bank.ask("bind_card", serial, **OTHER)
    assert len(bank.ledger()["signs"]) == 1


def test_a_wrong_code_thrice_closes_the_request(bank: Bank) -> None:
    serial = key()
    bank.ask("bind_card", serial, **WHO)
    values = {"customer_code": WHO["customer_code"], "code": Secret("000000")}
    kinds = [type(bank.ask("confirm_binding", serial, **values)[0]) for _ in range(3)]
    assert kinds == [NeedsInput, NeedsInput, BindingRefused]


def test_a_code_that_is_too_old_and_an_agreement_past_its_day(bank: Bank) -> None:
    bank.scenario("agreement_past_its_day", customer_code=WHO["customer_code"])
    [fact] = bank.ask("query_binding", bank.live(), **WHO)
    assert (type(fact), fact.reason) == (BindingRefused, "expired")


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("agreement_name_mismatch", "name_mismatch"),
        ("agreement_id_mismatch", "id_mismatch"),
        ("agreement_phone_mismatch", "phone_mismatch"),
        ("account_closed", "account_closed"),
        ("account_blocked", "account_blocked"),
        ("limit_zero", "limit"),
        ("agreement_other_card", "other_card"),
    ],
)
def test_a_refusal_has_its_neutral_reason(bank: Bank, scenario: str, reason: str) -> None:
    bank.scenario(scenario, customer_code=WHO["customer_code"])
    [fact] = bank.ask("bind_card", key(), **WHO)
    assert (type(fact), fact.reason) == (BindingRefused, reason)
    assert bank.ledger()["signs"] == []


DONE, UNDONE = 1, 0


@pytest.mark.article("R7.11")
@pytest.mark.parametrize(
    ("fault", "setback", "signs"),
    [
        ("eunkwn_unsigned", Unknown, DONE),
        ("eunkwn_not_done", Unknown, UNDONE),
        ("unsigned_success", Unknown, DONE),
        ("wrong_signature", Forged, DONE),
        ("rotated_key", Forged, DONE),
        ("reordered_json", Forged, DONE),
        ("html_200", Unknown, DONE),
        ("http_502_html", Unknown, DONE),
        ("empty_body", Unknown, DONE),
        ("cut_body", Unknown, DONE),
        ("wrong_charset", Unknown, DONE),
        ("page_redirect", Unknown, UNDONE),
        ("duplicate_serial", Unknown, UNDONE),
        ("unknown_code", Unknown, UNDONE),
        ("certificate_expired", Busy, UNDONE),
        ("clock_off", Busy, UNDONE),
        ("function_not_opened", Busy, UNDONE),
        ("unsigned_error", Unknown, UNDONE),
        ("rate_limit", Busy, UNDONE),
        ("http_503", Busy, UNDONE),
    ],
)
def test_each_fault_is_what_it_proves(bank: Bank, fault: str, setback: type[Setback], signs: int) -> None:
    bank.scenario(fault, request_no=1)
    serial = key()
    with pytest.raises(setback):
        bank.ask("bind_card", serial, **WHO)
    assert len(bank.ledger()["signs"]) == signs
    [asked] = bank.ask("query_binding", serial, **WHO)
    assert isinstance(asked, NeedsInput if signs else BindingAbsent)


@pytest.mark.parametrize("fault", ["drop_before_work", "drop_after_work"])
def test_a_cut_line_leaves_a_question_that_the_bank_answers(bank: Bank, fault: str) -> None:
    bank.scenario(fault, path="EntrustSignReq")
    serial = key()
    with pytest.raises(OSError):
        bank.ask("bind_card", serial, **WHO)
    [fact] = bank.ask("query_binding", serial, **WHO)
    assert isinstance(fact, BindingAbsent if fault == "drop_before_work" else NeedsInput)


@pytest.mark.article("R7.10")
def test_a_package_has_a_receipt_for_each_row(bank: Bank) -> None:
    third = {**WHO, "customer_code": "370100000003"}
    people = [{**each, "row_no": str(n)} for n, each in enumerate((WHO, OTHER, third), start=1)]
    rows, serial = PARTNER.rows("deliver_agreements", people), key()
    bank.scenario("agreement_name_mismatch", customer_code=OTHER["customer_code"])
    bank.scenario("row_no_response", customer_code=third["customer_code"])
    bank.scenario("rows_reordered_in_reply", path="EntrustSignBatch")
    taken = bank.ask("deliver_agreements", serial, agreements=rows)
    assert {each.row_no: type(each) for each in taken} == dict.fromkeys("123", BindingAccepted)
    facts = {each.row_no: type(each) for each in bank.ask("query_delivery", serial, agreements=rows)}
    assert facts == {"1": BindingLive, "2": BindingRefused}
    bank.scenario("row_missing_in_reply", path="EntrustSignBatchQuery")
    assert {each.row_no for each in bank.ask("query_delivery", serial, agreements=rows)} == {"1", "2"}
    with pytest.raises(Unknown):
        bank.ask("deliver_agreements", serial, agreements=rows)
    assert [row["state"] for row in bank.ledger()["rows"]] == ["0", "1", "2"]


@pytest.mark.article("R7.10")
def test_a_row_that_is_not_done_is_pending_and_a_lost_package_is_absent(bank: Bank) -> None:
    rows = PARTNER.rows("deliver_agreements", [{**WHO, "row_no": "1"}])
    bank.scenario("row_pending", customer_code=WHO["customer_code"])
    serial = key()
    assert isinstance(bank.ask("query_delivery", serial, agreements=rows)[0], BindingAbsent)
    bank.ask("deliver_agreements", serial, agreements=rows)
    assert isinstance(bank.ask("query_delivery", serial, agreements=rows)[0], BindingPending)


def test_the_probe_and_the_card_check(bank: Bank) -> None:
    assert all(leg.ok for leg in bank.ask("probe", ""))
    bank.scenario("function_not_opened", path="EntrustQuerySign")
    with pytest.raises(Busy):
        bank.ask("probe", "")
    assert bank.ask("check_card", key(), **WHO)[0].usable


def test_the_bank_goes_by_its_own_clock(bank: Bank) -> None:
    rows = PARTNER.rows("deliver_agreements", [{**WHO, "row_no": "1"}])
    bank.post("/_sim/clock", offset_seconds=2 * 86400)
    with pytest.raises(Busy):
        bank.ask("deliver_agreements", key(), agreements=rows)
    serial = key()
    bank.ask("bind_card", serial, **WHO)
    bank.post("/_sim/clock", offset_seconds=2 * 86400 + 301)
    late = bank.ask("confirm_binding", serial, customer_code=WHO["customer_code"], code=Secret("246810"))
    assert isinstance(late[0], NeedsInput), "the code is too old"
    assert bank.ledger()["signs"][0]["status"] == "0"
    bank.post("/_sim/clock", offset_seconds=80 * 366 * 86400)
    [fact] = bank.ask("bind_card", key(), **WHO)
    assert isinstance(fact, BindingRefused) and fact.reason == "expired"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("holder_name", ""),
        ("holder_name", "张" * 31),
        ("id_number", "3701-0019"),
        ("phone", "0531-8888"),
        ("card_number", "621214"),
        ("customer_code", "A-1"),
    ],
)
def test_a_field_that_the_bank_would_not_take_is_turned_away_before_any_work(bank: Bank, name: str, value: str) -> None:
    with pytest.raises(Busy) as busy:
        bank.ask("bind_card", key(), **{**WHO, name: value})
    assert busy.value.code == "APE009" and bank.ledger()["signs"] == []


def test_a_name_in_rare_characters_travels_whole(bank: Bank) -> None:
    serial = key()
    assert isinstance(bank.ask("bind_card", serial, **{**WHO, "holder_name": "张𠮷龦"})[0], NeedsInput)


@pytest.mark.article("R7.10")
@pytest.mark.parametrize(("state", "kinds"), [("0", [BindingLive]), ("1", [BindingRefused]), ("2", [])])
def test_the_clerk_decides_an_open_row_on_the_page(bank: Bank, state: str, kinds: list[type]) -> None:
    rows, serial = PARTNER.rows("deliver_agreements", [{**WHO, "row_no": "1"}]), key()
    bank.scenario("row_pending", customer_code=WHO["customer_code"])
    bank.ask("deliver_agreements", serial, agreements=rows)
    assert "未处理" in bank.page() and "处理失败" in bank.page()
    bank.press("/clerk/row", no="1", state=state)
    assert [type(fact) for fact in bank.ask("query_delivery", serial, agreements=rows)] == kinds


def test_the_clerk_signs_at_the_counter(bank: Bank) -> None:
    serial = key()
    bank.ask("bind_card", serial, **WHO)
    bank.press("/clerk/confirm", no=serial)
    assert isinstance(bank.ask("query_binding", serial, **WHO)[0], BindingLive)
