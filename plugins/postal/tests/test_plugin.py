"""The Postal plugin against the inherited suite, and what is its own: who signs, who may read, which answer is meant."""

import json
from collections.abc import Hashable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import hub_postal
import pytest
from hub_postal import Settings
from hub_postal.envelope import enclose
from hub_postal.talking import question_serial

from hub.plugin import (
    BindingAbsent,
    BindingAccepted,
    BindingEnded,
    BindingLive,
    BindingPending,
    BindingRefused,
    Busy,
    Fact,
    Forged,
    ProbeLeg,
    Reply,
    Request,
    Secret,
    Unknown,
    Url,
    sm,
)
from hub.testing import PluginSuite, Sample
from hub.testing.suite import KEY, NOW

CODE, PASSBOOK = "370100000001", "600000000000000018"
OUR_KEY, BANK_KEY = "11" * 32, "22" * 32
ASKED = NOW - timedelta(hours=2)


def public(private: str) -> str:
    return "04" + sm.PrivateKey.from_hex(private).public.to_bytes().hex()


SETTINGS = Settings(
    base_url=Url("https://wap.postal.test"),
    merchant_id="MADEUP0001",
    app_id="900000000000000000001",
    source_id="99",
    private_key=Secret(OUR_KEY),
    bank_public_key=public(BANK_KEY),
    iv=Secret("0123456789abcdef"),
    message_secret=Secret("a-made-up-secret-of-32-characters"),
)
BANK = replace(SETTINGS, private_key=Secret(BANK_KEY), bank_public_key=public(OUR_KEY))
"""The other side of the same wire."""


def bank_says(content: Any, bank: Settings = BANK) -> Sample:
    """A content as the bank would send it."""
    return 200, enclose(json.dumps(content, ensure_ascii=False), bank, json.dumps(content), "response")


def answer(serial: str, code: str = "000000", **data: Any) -> dict[str, Any]:
    head = {"partnerTxSriNo": serial, "merchantId": SETTINGS.merchant_id}
    return {"head": head, "body": {"respCode": code, "respMsg": "成功", "data": json.dumps(data)}}


def record(ending: str = "0018", state: str = "1", changed: str = "20261124003000000", **more: str) -> dict[str, str]:
    fields = {"customerCode": CODE, "qpayAgrNo": "REF1", "mediumNo": f"60000000000000{ending}", "agrSta": state}
    return {**fields, "changeTime": changed, **more}


def asking(label: str) -> str:
    return question_serial(KEY, NOW, label)


PROBED = question_serial("", NOW, "probe")
HELD = answer(asking("held"), records=[record()])
LISTED = answer(asking("list 0"), records=[record(), record(customerCode="370100000002")], cursor="T1", more="0")


class TestPostal(PluginSuite):
    """The bank's answers, enveloped as it does."""

    plugin = hub_postal
    settings = SETTINGS
    fields = {"customer_code": CODE, "card_number": PASSBOOK}
    done = {
        "probe": [bank_says(answer(PROBED, "710001"))],
        "query_binding": [bank_says(HELD)],
        "unbind_card": [bank_says(answer(KEY, qpayAgrNo="REF1"))],
        "query_unbinding": [
            bank_says(HELD),
            bank_says(answer(asking("result"), oriVendorNo=KEY, orderSta="01")),
        ],
        "query_binding_in_force": [bank_says(HELD)],
        "list_bindings": [bank_says(LISTED)],
    }
    refused = {"unbind_card": [bank_says(answer(KEY, "710005"))]}
    busy = ((503, b""), (429, b"<html>slow down</html>"))
    garbage = (
        bank_says(answer("202611240030000000000000")),
        bank_says(answer(KEY, "999999")),
        bank_says(answer(KEY, "")),
        bank_says({"head": {}, "body": {}}),
        bank_says(answer(asking("held"), "000001", records=[])),
        bank_says(answer(asking("held"), records=[])),
        bank_says(answer(asking("held"), records=[record(customerCode="370100000009")])),
        bank_says(answer(asking("list 0"), records=[record()], cursor="", more="0")),
        bank_says(HELD, replace(BANK, private_key=Secret("33" * 32))),
        bank_says(HELD, replace(BANK, iv=Secret("fedcba9876543210"))),
        bank_says(HELD, replace(BANK, key_order="C1C3C2")),
        bank_says(HELD, replace(BANK, merchant_id="1234567812345678")),
    )
    examples = 120

    def enclose(self, content: Any) -> Sample:
        return bank_says(content)

    def kind_of(self, request: Request) -> Hashable:
        return request.content["head"]["method"]


SUITE = TestPostal()


def told(verb: str, *contents: Any, **changes: Any) -> tuple[Any, ...]:
    return SUITE.converse(verb, [bank_says(each) for each in contents], **changes).facts


# The envelope


def test_a_message_is_enveloped_as_the_bank_has_published_it() -> None:
    partner = SUITE.partner()
    request = next(SUITE.conversation("unbind_card"))
    sealed = partner.seal(request, SETTINGS, KEY, "e01", NOW)
    assert sealed.path == "/sop-h5/biz/unionpay/MADEUP0001.htm" and sealed.params == {"partnerTxSriNo": KEY}
    envelope = json.loads(sealed.body)
    assert list(envelope) == ["request", "encryptKey", "accessToken", "signature"]
    lines = envelope["request"].split("\r\n")
    assert {len(line) for line in lines[:-1]} == {76} and 0 < len(lines[-1]) <= 76
    assert len(envelope["encryptKey"]) == 226 and envelope["encryptKey"] == envelope["encryptKey"].upper()
    key = sm.decrypt(BANK.ours(), bytes.fromhex(envelope["encryptKey"]), sm.C1C2C3)
    assert len(key) == 16 and key.isalnum()
    signed = (envelope["request"] + envelope["encryptKey"]).encode()
    signature = sm.from_hex_pair(envelope["signature"])
    assert sm.verify(SETTINGS.ours().public, signed, signature, b"MADEUP0001")
    assert not sm.verify(SETTINGS.ours().public, signed, signature)
    head, body = request.content["head"], request.content["body"]
    assert head["partnerTxSriNo"] == body["busiMainId"] == json.loads(body["data"])["reqTraceId"] == KEY
    assert head["reqTime"] == "20261124003000" and json.loads(body["data"])["netInteTxTpCd"] == "0110"


def test_each_sending_has_a_key_of_its_own_and_the_same_one_the_same_bytes() -> None:
    request = next(SUITE.conversation("unbind_card"))
    once, again, other = (SUITE.partner().seal(request, SETTINGS, KEY, each, NOW).body for each in ("e1", "e1", "e2"))
    assert once == again != other
    assert json.loads(once)["encryptKey"] != json.loads(other)["encryptKey"]


@pytest.mark.parametrize("line_break", ["crlf", "lf", "none"])
@pytest.mark.parametrize("order", ["C1C2C3", "C1C3C2"])
def test_installations_that_spell_otherwise_are_understood(line_break: Any, order: Any) -> None:
    settings = replace(SETTINGS, line_break=line_break, key_order=order)
    status, body = bank_says(HELD, replace(BANK, line_break=line_break, key_order=order))
    assert SUITE.partner().unseal(Reply(status, {}, body), settings) == HELD


@pytest.mark.parametrize("name", ["response", "encryptKey", "accessToken", "signature"])
def test_each_part_of_the_envelope_is_signed(name: str) -> None:
    envelope = json.loads(bank_says(HELD)[1])
    envelope[name] = envelope[name][:-1] + ("0" if envelope[name][-1:] != "0" else "1")
    with pytest.raises(Forged):
        SUITE.partner().unseal(Reply(200, {}, json.dumps(envelope).encode()), SETTINGS)


def test_a_line_break_taken_out_on_the_way_breaks_the_signature() -> None:
    envelope = json.loads(bank_says(HELD)[1])
    envelope["response"] = envelope["response"].replace("\r\n", "\n")
    with pytest.raises(Forged):
        SUITE.partner().unseal(Reply(200, {}, json.dumps(envelope).encode()), SETTINGS)


def test_an_older_answer_sent_again_is_none_to_this_question() -> None:
    for code in ("000000", "710001", "710005", "900006"):
        with pytest.raises(Forged):
            told("query_binding", answer(asking("held"), code, records=[record()]), key="202611230900009876543210")


def test_what_the_door_turned_away_is_busy_and_tells_the_probe_which_leg() -> None:
    for code in ("900001", "900002", "900003", "900004", "900005", "900006", "900010"):
        with pytest.raises(Busy):
            told("query_binding", answer(asking("held"), code))
    legs = {code: told("probe", answer(PROBED, code))[0] for code in ("900001", "900003", "900005")}
    assert [(leg.leg, leg.ok) for leg in legs.values()] == [("login", False), ("clock", False), ("permission", False)]
    assert all(isinstance(leg, ProbeLeg) for leg in legs.values())


# What the counter keeps

BEFORE, SINCE = "20261120090000000", "20261124000000000"


@pytest.mark.article("R7.9", "R8.4")
@pytest.mark.parametrize(
    ("records", "fact"),
    [
        ([record(changed=SINCE)], (BindingLive, "0018")),
        ([record(changed=BEFORE)], (BindingLive, "0018")),
        ([record("0026", changed=BEFORE)], (BindingPending, "other_passbook")),
        ([record("0026", changed=SINCE)], (BindingLive, "0026")),
        ([record(state="2", changed=SINCE)], (BindingEnded, "")),
        ([record(state="2", changed=BEFORE)], (BindingPending, "not_at_counter")),
        ([record("0026", "2", SINCE)], (BindingPending, "not_at_counter")),
        ([record("0026", "2", SINCE), record(changed=SINCE)], (BindingLive, "0018")),
        ([record("0018", "2", SINCE), record("0026", changed=BEFORE)], (BindingPending, "other_passbook")),
    ],
)
def test_what_the_counter_has_done_since_we_asked(records: list[Any], fact: tuple[type[Fact], str]) -> None:
    [found] = told("query_binding", answer(asking("held"), records=records))
    assert isinstance(found, fact[0])
    assert (getattr(found, "card_ending", "") or getattr(found, "code", "")) == fact[1]


def test_nobody_at_the_counter_yet_is_pending_and_no_refusal() -> None:
    assert told("query_binding", answer(asking("held"), "710001")) == (BindingPending(CODE, "not_at_counter"),)


def test_two_agreements_in_force_are_a_matter_for_a_person() -> None:
    with pytest.raises(Unknown):
        told("query_binding", answer(asking("held"), records=[record(), record("0026", qpayAgrNo="REF2")]))


@pytest.mark.parametrize("medium", ["6" * 12, "6" * 32, "6217********0018", "****0018"])
def test_a_passbook_number_of_another_length_is_known_by_its_end(medium: str) -> None:
    [fact] = told("query_binding", answer(asking("held"), records=[record(mediumNo=medium, changed=SINCE)]))
    assert isinstance(fact, BindingLive) and fact.card_ending == medium[-4:]


@pytest.mark.parametrize("medium", ["", "018", "0018", "6" * 40, "60000000000000001X", "６００００００００００１８"])
def test_a_passbook_number_that_is_none_proves_nothing(medium: str) -> None:
    with pytest.raises(Unknown):
        told("query_binding", answer(asking("held"), records=[record(mediumNo=medium)]))


# Ending


@pytest.mark.article("R10.1")
def test_an_ending_goes_under_the_agreements_number_and_is_asked_about() -> None:
    assert told("unbind_card", answer(KEY, qpayAgrNo="REF1")) == (BindingAccepted(CODE, reference="REF1"),)
    assert told("unbind_card", answer(KEY, "710001")) == (BindingEnded(CODE, "710001"),)
    with pytest.raises(Unknown):
        told("unbind_card", answer(KEY, qpayAgrNo="REF2"))
    with pytest.raises(Unknown):
        told("unbind_card", answer(KEY, "710002"))
    assert told("query_unbinding", answer(asking("held"), records=[record(state="2")])) == (BindingEnded(CODE),)
    other = told("query_binding_in_force", answer(asking("held"), records=[record("9999")]))
    assert [(type(fact), fact.card_ending) for fact in other if isinstance(fact, BindingLive)] == [
        (BindingLive, "9999")
    ]
    assert told("query_binding_in_force", answer(asking("held"), records=[record(state="2")])) == (BindingEnded(CODE),)
    assert told("query_binding_in_force", answer(asking("held"), "710001")) == (BindingEnded(CODE),)
    assert told("query_unbinding", answer(asking("held"), "710001")) == (BindingEnded(CODE),)


def test_an_ending_without_a_number_looks_it_up_first() -> None:
    found = answer(asking("held"), records=[record(qpayAgrNo="REF7")])
    assert told("unbind_card", found, answer(KEY, qpayAgrNo="REF7"), reference="") == (
        BindingAccepted(CODE, reference="REF7"),
    )
    other = answer(asking("held"), records=[record("0026")])
    assert told("unbind_card", other, reference="") == (BindingEnded(CODE),)


@pytest.mark.parametrize(
    ("result", "fact"),
    [
        (answer(asking("result"), "710003"), BindingAbsent(CODE)),
        (answer(asking("result"), oriVendorNo=KEY, orderSta="00"), BindingPending(CODE, "00")),
        (
            answer(asking("result"), oriVendorNo=KEY, orderSta="02", orderCode="710006", orderMsg="冻结"),
            BindingRefused(CODE, "account_blocked", "710006", "冻结"),
        ),
    ],
)
def test_still_in_force_is_no_end_whatever_became_of_our_serial(result: Any, fact: Fact) -> None:
    assert told("query_unbinding", HELD, result) == (fact,)


@pytest.mark.parametrize(
    "changed", [{"oriVendorNo": "1" * 24}, {"orderSta": ""}, {"orderSta": "09"}, {"orderSta": "02"}, {"orderSta": 1}]
)
def test_a_result_of_something_else_or_of_no_known_state_proves_nothing(changed: dict[str, Any]) -> None:
    with pytest.raises(Unknown):
        told("query_unbinding", HELD, answer(asking("result"), **({"oriVendorNo": KEY, "orderSta": "01"} | changed)))


# Settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"merchant_id": "x"},
        {"app_id": "12"},
        {"source_id": ""},
        {"iv": Secret("short")},
        {"message_secret": Secret("short")},
        {"private_key": Secret("00" * 32)},
        {"bank_public_key": "04" + "11" * 64},
        {"page_size": 0},
        {"callback_window": 0},
    ],
)
def test_settings_that_cannot_work_are_found_when_they_are_saved(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        replace(SETTINGS, **wrong)


def test_the_list_goes_on_from_its_tag() -> None:
    partner_side = answer(asking("list 0"), records=[record()], cursor="P1", more="1")
    second = answer(asking("list 1"), records=[record(state="2")], cursor="T1", more="0")
    facts = told("list_bindings", partner_side, second, cursor="")
    moment = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    assert facts == (BindingLive(CODE, "REF1", "0018", at=moment), BindingEnded(CODE, at=moment))
    endless = answer(asking("list 0"), records=[record()], cursor="", more="1")
    with pytest.raises(Unknown):
        told("list_bindings", endless)
