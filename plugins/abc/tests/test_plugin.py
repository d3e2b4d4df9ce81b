"""ABC against the inherited suite, and what is ABC's alone: SMS codes, unsigned answers, package states."""

import json
from collections.abc import Hashable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import hub_abc
import pytest
from hub_abc.codes import REASONS

from hub.domain import reasons
from hub.domain.facts import Setback
from hub.plugin import (
    BindingAbsent,
    BindingEnded,
    BindingLive,
    BindingPending,
    BindingRefused,
    Busy,
    Fact,
    Forged,
    NeedsInput,
    Request,
    Unknown,
)
from hub.testing import PluginSuite, Sample
from hub.testing.play import as_reply

from .abc_samples import CARD, CODES, KEY, OTHER, SETTINGS, bare, enclosed, framed, held, message, no, ok, package_of

NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)


class TestAbc(PluginSuite):
    """Every promise of the contract."""

    plugin = hub_abc
    settings = SETTINGS
    fields = {
        "customer_code": CODES[0],
        "holder_name": "张三",
        "card_number": CARD,
        "id_number": "37010019900101001X",
        "phone": "18900000001",
    }
    rows = (fields, {**fields, "customer_code": CODES[1], "holder_name": "李四", "card_number": OTHER})
    signed = True
    done = {
        "probe": [no("EPS110")],
        "check_card": [ok(VerifyResult="1")],
        "bind_card": [ok(SignNo=KEY)],
        "confirm_binding": [ok(SignNo=KEY, AgentSignNo="A1", Last4CardNo="0018")],
        "query_binding": [held(KEY)],
        "unbind_card": [ok(SignNo="REF1")],
        "query_unbinding": [held("REF1", "2")],
        "query_binding_in_force": [held("REF1")],
        "deliver_agreements": [package_of("X", "0")],
        "query_delivery": [package_of("0", "0")],
    }
    refused = {
        "bind_card": [no("EPS201", "户名不符")],
        "confirm_binding": [no("EPS122")],
        "deliver_agreements": [package_of("1", "1")],
        "unbind_card": [no("EPS205")],
        "check_card": [no("EPS204")],
    }
    busy = (no("APE003"), bare("APE009"), bare("APE400"), no("EPS900"), (429, b""), (503, b""))
    garbage = (
        no("EUNKWN"),
        bare("EUNKWN"),
        no("APE001"),
        bare("APE001"),
        bare("0000", SignNo=KEY, AgentSignNo="A1", Last4CardNo="0018", AgentSignStatus="1"),
        bare("EPS201"),
        bare("EPS110"),
        bare("EPS900"),
        no("ZZZ"),
        (200, framed(message({"ReturnCode": "0000"}), "{}")),
        (200, framed('{"Merchant":{"MerchantID":"1"},"TrxResponse":{"ReturnCode":"0000"}}')),
    )

    def enclose(self, content: Any) -> Sample:
        """Signed as the bank does; a content stands in TrxResponse."""
        return enclosed(content)

    def open(self, sample: Sample) -> Any:
        """The TrxResponse, whatever its code."""
        return json.loads(sample[1])["MSG"]["Message"]["TrxResponse"]

    def kind_of(self, request: Request) -> Hashable:
        """All interfaces have one address."""
        return request.content["TrxType"]


SUITE = TestAbc()


def stated(verb: str, *samples: Sample, **changes: Any) -> Fact:
    """The one fact of a talk."""
    [fact] = SUITE.converse(verb, samples, **changes).facts
    assert isinstance(fact, Fact)
    return fact


@pytest.mark.article("R7.9")
def test_a_filed_card_waits_for_the_customers_code() -> None:
    assert stated("bind_card", ok(SignNo=KEY), now=NOW) == NeedsInput(CODES[0], "sms_code", NOW + timedelta(minutes=5))


@pytest.mark.article("R7.11")
def test_a_credit_card_is_asked_for_as_a_debit_card_is() -> None:
    assert "credit_card" in hub_abc.channel().accounts
    assert next(SUITE.conversation("bind_card")).content["CustomAccType"] == "A"


def test_a_serial_that_waits_already_gets_another_sms_and_too_early_is_busy() -> None:
    played = SUITE.converse("bind_card", [no("EPS101"), ok(SignNo=KEY)])
    assert [each.content["TrxType"] for each in played.requests] == ["EntrustSignReq", "EntrustSignResendSMS"]
    assert isinstance(played.facts[0], NeedsInput)
    with pytest.raises(Busy) as busy:
        SUITE.converse("bind_card", [no("EPS101"), no("EPS104")])
    assert busy.value.retry_after == timedelta(minutes=1)


@pytest.mark.parametrize("code", ["EPS102", "EPS103", "EUNKWN", "EPS110"])
def test_a_serial_used_before_is_a_doubt_and_never_sent_again(code: str) -> None:
    with pytest.raises(Unknown):
        SUITE.converse("bind_card", [no(code)])


def test_a_wrong_code_may_be_tried_again_within_its_time_until_the_bank_closes_the_request() -> None:
    wrong = stated("confirm_binding", no("EPS120"), now=NOW)
    assert isinstance(wrong, NeedsInput) and (wrong.what, wrong.until, wrong.code) == ("sms_code", None, "EPS120")
    late = stated("confirm_binding", no("EPS121"), now=NOW)
    assert isinstance(late, NeedsInput) and (late.until, late.code) == (NOW, "EPS121"), "it has lapsed"
    assert stated("confirm_binding", no("EPS122")) == BindingRefused(CODES[0], "phone_mismatch", "EPS122")


def test_a_question_about_a_code_that_nobody_handed_in_says_nothing_of_its_time() -> None:
    assert stated("query_binding", held(KEY, "0"), now=NOW) == NeedsInput(CODES[0], "sms_code", None)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (held(KEY), BindingLive),
        (held(KEY, "0"), NeedsInput),
        (held(KEY, "2"), BindingEnded),
        (held(KEY, InvaidDate="2020/01/01"), BindingRefused),
        (no("EPS110"), BindingAbsent),
    ],
)
def test_a_question_states_what_the_bank_holds(answer: Sample, kind: type[Fact]) -> None:
    assert isinstance(stated("query_binding", answer), kind)


@pytest.mark.parametrize("answer", [held("OTHER"), held(KEY, "7"), held(KEY, Last4CardNo="")])
def test_an_answer_about_another_agreement_or_in_another_state_proves_nothing(answer: Sample) -> None:
    with pytest.raises(Unknown):
        SUITE.converse("query_binding", [answer])


@pytest.mark.article("R10.1")
def test_an_agreement_is_ended_by_its_own_number_under_our_serial() -> None:
    request = next(SUITE.conversation("unbind_card"))
    assert (request.content["SignNo"], request.content["OrderNo"]) == ("REF1", KEY)
    assert isinstance(stated("unbind_card", no("EPS130")), BindingEnded)
    assert isinstance(stated("query_unbinding", held("REF1")), BindingLive)


@pytest.mark.article("R7.9", "I7")
def test_what_is_in_force_is_asked_by_the_agreements_own_number_and_without_one_not_at_all() -> None:
    assert next(SUITE.conversation("query_binding_in_force")).content["SignNo"] == "REF1"
    assert isinstance(stated("query_binding_in_force", held("REF1")), BindingLive)
    assert isinstance(stated("query_binding_in_force", held("REF1", "2")), BindingEnded)
    assert isinstance(stated("query_binding_in_force", held("REF1", "0")), BindingPending)
    with pytest.raises(StopIteration) as end:
        next(SUITE.conversation("query_binding_in_force", reference=""))
    assert not end.value.value


@pytest.mark.article("R7.10")
def test_each_row_of_a_package_has_its_receipt_and_no_response_is_unknown() -> None:
    kinds = {state: SUITE.converse("query_delivery", [package_of(state, "0")]).facts[:-1] for state in "X012"}
    assert {state: type(facts[0]) if facts else None for state, facts in kinds.items()} == {
        "X": BindingPending,
        "0": BindingLive,
        "1": BindingRefused,
        "2": None,
    }


@pytest.mark.article("R7.10")
def test_a_package_carries_its_count_and_sum() -> None:
    content = next(SUITE.conversation("deliver_agreements")).content
    assert (content["TotalCount"], content["TotalAmount"]) == ("2", "100000.00")
    assert len(content["BatchNo"]) <= 20


def test_signed_json_in_another_order_is_forged() -> None:
    text = message({"ReturnCode": "0000", "SignNo": KEY})
    other = json.dumps(dict(reversed(json.loads(text).items())), separators=(",", ":"))
    with pytest.raises(Forged):
        SUITE.partner().unseal(as_reply((200, framed(other, text))), SETTINGS)


def test_the_other_charset_and_hash_are_settings() -> None:
    settings = replace(SETTINGS, charset="GB18030", signature="SHA256withRSA")
    sealed = SUITE.partner().seal(next(SUITE.conversation("bind_card")), settings, KEY, "e1", NOW)
    assert "张三".encode("gb18030") in sealed.body and b"SHA256withRSA" in sealed.body
    with pytest.raises(Setback):
        SUITE.partner().unseal(as_reply(ok()), settings)


def test_each_reason_is_a_neutral_one() -> None:
    assert set(REASONS.values()) <= reasons.REASONS.keys()
