"""Telecom against the inherited suite, and what is Telecom's alone: headers, three dresses of an answer."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import hub_telecom
import pytest
from hub_telecom.announcing import CUSTOMERS, HELD, QUERY
from hub_telecom.codes import CHECK_FAILED, REASONS, judge, until_next_month
from hub_telecom.reading import read

from hub.channels.settings_form import BadSettings, more_addresses, read_settings
from hub.domain import reasons
from hub.plugin import (
    BindingAbsent,
    BindingAccepted,
    BindingPending,
    BindingRefused,
    Busy,
    CustomerKnown,
    Refused,
    Reply,
    Secret,
    Unknown,
)
from hub.testing import PluginSuite, Sample, play
from plugins.telecom.tests.said import (
    CODE,
    KEY,
    NOW,
    PHONE,
    RECORD,
    SETTINGS,
    USED_UP,
    answer,
    head,
    no,
    records,
    state,
)


class TestTelecom(PluginSuite):
    """Every promise of the contract."""

    plugin = hub_telecom
    settings = SETTINGS
    fields = {"customer_code": CODE, "order_day": "3", "phone": PHONE, "agreement_no": RECORD["agreementNo"]}
    done = {
        "probe": [no("C0300103-0001", "客户不存在")],
        "announce_customer": [answer(GROUP_TRANSACTIONID="G1")],
        "query_announcement": [answer(**state("20"))],
        "list_devices": [answer(**records(RECORD))],
        "query_device": [answer(record=RECORD)],
    }
    refused = {
        "announce_customer": [no("-11", "协议不存在")],
        "query_announcement": [answer(**state("30", failCode="-12", failDesc="号码不符"))],
    }
    busy = (no("-5", USED_UP), (401, b""), (403, b""), (404, b""), (429, b""), (503, b"<html>"))
    garbage = (
        no("-99", "系统异常"),
        no("0000"),
        answer("0001"),
        answer("-5", USED_UP),
        (200, b"00"),
        (200, b"0000"),
        (200, "成功接收消息".encode()),
        (201, answer()[1]),
        (404, b"<html>not here</html>"),
        (200, b'{"Response":{"RspType":"0","RspCode":"-99","RspCode":"0000"}}'),
    )

    def enclose(self, content: Any) -> Sample:
        return 200, json.dumps(content, ensure_ascii=False).encode()

    def open(self, sample: Sample) -> Any:
        return read(sample[1])


# Envelope


def test_a_change_goes_under_our_serial_and_a_question_under_a_number_of_its_own() -> None:
    partner = TestTelecom().partner()
    [change] = TestTelecom().converse("announce_customer", TestTelecom.done["announce_customer"], key=KEY).requests
    [asked] = TestTelecom().converse("query_announcement", TestTelecom.done["query_announcement"], key=KEY).requests
    sealed = [partner.seal(each, SETTINGS, KEY, "exchange01", NOW) for each in (change, asked)]
    assert [each.headers["X-CTG-Request-ID"] for each in sealed] == [KEY, "exchange01"]
    assert sealed[0].headers["X-APP-KEY"] == SETTINGS.app_key and "made-up-app-key" not in repr(sealed[0].headers)
    assert (sealed[0].headers["X-CTG-Region-ID"], sealed[0].headers["Version"]) == ("8370100", "V1.0.0")
    sent = json.loads(sealed[0].body)
    assert sent == {
        "requestId": KEY,
        "custCode": CODE,
        "orderDay": "3",
        "accNbr": PHONE,
        "agreementNo": "TX0000000001",
    }
    assert PHONE not in repr(change)


@pytest.mark.article("R7.7")
def test_only_what_telecom_needs_leaves() -> None:
    assert TestTelecom().partner().fields_of("announce_customer") == TestTelecom.fields.keys()
    assert TestTelecom().partner().fields_of("query_announcement") == {"customer_code"}
    assert TestTelecom().partner().fields_of("list_devices") == frozenset()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("region_id", "370100"),
        ("page_size", "5001"),
        ("page_size", "0"),
        ("callback_key", "short"),
        ("callback_window", "0"),
        ("app_key", "two words"),
        ("app_id", "line\r\nbreak"),
    ],
)
def test_settings_that_cannot_work_are_named_when_they_are_saved(name: str, value: str) -> None:
    good = {each: it.reveal() if isinstance(it, Secret) else str(it) for each, it in vars(SETTINGS).items()}
    assert read_settings(TestTelecom().partner(), good) == SETTINGS
    with pytest.raises(BadSettings):
        read_settings(TestTelecom().partner(), good | {name: value})
    assert more_addresses(SETTINGS) == {}


@pytest.mark.parametrize(
    ("headers", "rest"),
    [
        ({"x-ratelimit-reset": "14"}, timedelta(seconds=14)),
        ({"retry-after": "7"}, timedelta(seconds=7)),
        ({"x-ratelimit-reset": "9999999"}, timedelta(hours=1)),
        ({"x-ratelimit-reset": "soon"}, None),
        ({}, None),
    ],
)
def test_the_rate_limit_says_how_long_to_rest(headers: dict[str, str], rest: timedelta | None) -> None:
    with pytest.raises(Busy) as busy:
        TestTelecom().partner().unseal(Reply(429, headers, b""), SETTINGS)
    assert busy.value.retry_after == rest


# Three dresses


XML = (
    '<?xml version="1.0" encoding="UTF-8"?><Root><Response><RspType>0</RspType><RspCode>0000</RspCode>'
    "<RspDesc>成功接收消息</RspDesc></Response><GROUP_TRANSACTIONID>G1</GROUP_TRANSACTIONID></Root>"
)


def test_json_and_xml_say_the_same() -> None:
    unseal = TestTelecom().partner().unseal
    as_json = unseal(Reply(200, {}, answer(words="成功接收消息", GROUP_TRANSACTIONID="G1")[1]), SETTINGS)
    assert unseal(Reply(200, {}, XML.encode()), SETTINGS) == as_json
    assert read(b"<a><b>1</b><b>2</b><b>3</b><c/></a>") == {"b": ["1", "2", "3"], "c": ""}
    assert read(b'\xef\xbb\xbf {"a": 1}') == {"a": 1}


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY b "bbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>',
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % p SYSTEM "http://127.0.0.1/x"> %p;]><a/>',
        b"<a>" * 30 + b"</a>" * 30,
        b"<a>" + b"<b/>" * 200_001 + b"</a>",
        b"<a>&undefined;</a>",
        b"<a>1</a>",
        b"<a>",
        b'<?xml version="1.0" encoding="GBK"?><a><b>\xd6\xd0</b></a>',
        b'{"a":' * 5000 + b"1" + b"}" * 5000,
        b'{"a":NaN}',
        b'{"a":' + b"9" * 10_000 + b"}",
        b"00",
        b"17",
    ],
)
def test_a_hostile_or_meaningless_document_is_unknown(body: bytes) -> None:
    with pytest.raises(Unknown):
        read(body)


def test_a_bare_number_is_kept_and_proves_nothing() -> None:
    with pytest.raises(Unknown) as unknown:
        TestTelecom().converse("announce_customer", [(200, b"00")])
    assert (unknown.value.code, unknown.value.text) == ("bare_text", "00")


# Codes


def test_codes_are_what_they_prove() -> None:
    for code in REASONS:
        with pytest.raises(Refused):
            judge(head(code, "", "1"))
    for kind, code in [("0", "-5"), ("1", "0000"), ("", "0000"), ("1", "-77"), ("2", "0000"), ("1", ""), ("0", "00")]:
        with pytest.raises(Unknown):
            judge(head(code, "", kind))
    for content in ({}, {"Response": []}, {"Response": None}, {"Response": "0000"}):
        with pytest.raises(Unknown):
            judge(content)
    assert set(REASONS.values()) <= set(reasons.REASONS)


def test_a_missing_customer_is_named_in_code_or_words() -> None:
    for code, words in (("C0300103-0001", ""), ("-1", "客户资料不存在[C0300103-AB12]")):
        with pytest.raises(Refused) as missing:
            judge(head(code, words, "1"))
        assert missing.value.code.startswith("C0300103-")


def test_the_monthly_limit_is_busy_until_the_next_month_and_another_failed_check_refuses() -> None:
    with pytest.raises(Busy) as busy:
        TestTelecom().converse("announce_customer", [no(CHECK_FAILED, USED_UP)])
    assert busy.value.retry_after == until_next_month(NOW) == timedelta(days=6, hours=23, minutes=30)
    assert until_next_month(datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC)) == timedelta(seconds=1)
    played = TestTelecom().converse("announce_customer", [no(CHECK_FAILED, "业务校验失败:套餐不允许")])
    assert played.facts == (BindingRefused(CODE, "other", "-5", "业务校验失败:套餐不允许"),)


# Announcing


def announce(*answers: object, **changes: Any) -> Any:
    given = TestTelecom.fields | {"key": KEY, "now": NOW} | changes
    return play(TestTelecom().partner().talk("announce_customer", **given), answers)


@pytest.mark.article("R7.7")
def test_received_is_not_done() -> None:
    played = announce({"GROUP_TRANSACTIONID": "G1", "echo": KEY})
    assert played.facts == (BindingAccepted(CODE, reference="G1"),)
    with pytest.raises(Unknown):
        announce({"GROUP_TRANSACTIONID": "G1", "echo": "another"})


@pytest.mark.article("R7.7")
def test_already_ordered_is_success_if_it_is_ours() -> None:
    already = Refused("-8", "已订购,请勿重复订购")
    held = {"custCode": CODE, "orderDay": "3", "agreementNo": "TX0000000001"}
    played = announce(already, held)
    assert [request.path for request in played.requests] == [CUSTOMERS, HELD]
    assert played.facts == (CustomerKnown(CODE),)
    assert announce(already, held, agreement_no="").facts == (CustomerKnown(CODE),)
    for other in ({"orderDay": "4"}, {"agreementNo": "TX0000000002"}):
        [fact] = announce(already, held | other).facts
        assert fact == BindingRefused(CODE, "agreement_exists", "-8", "已订购,请勿重复订购")
    for nothing in (Refused("C0300103-0001"), held | {"custCode": "9"}, {}, held | {"orderDay": ""}):
        with pytest.raises(Unknown):
            announce(already, nothing)


def test_a_customer_without_order_day_or_phone_is_not_sent() -> None:
    played = announce(order_day="", phone=Secret(""))
    assert not played.requests
    assert played.facts == (BindingRefused(CODE, "other", "incomplete", "order_day, phone"),)


def ask(content: object) -> Any:
    return play(TestTelecom().partner().talk("query_announcement", key=KEY, customer_code=CODE, now=NOW), [content])


def test_each_state_of_an_announcement() -> None:
    assert ask(state("20")).facts == (CustomerKnown(CODE),)
    assert ask(state("10")).facts == (BindingPending(CODE, "10"),)
    assert ask(state("11")).facts == (BindingPending(CODE, "11"),)
    assert ask(state("30", failCode="-14", failDesc="未实名")).facts == (
        BindingRefused(CODE, "id_mismatch", "-14", "未实名"),
    )
    assert ask(Refused("C0300103-0001")).facts == (BindingAbsent(CODE),)
    assert ask(state("10")).requests[0].path == QUERY
    for nothing in (state("99"), state(""), state("30"), state("20", custCode="1"), state("20", origRequestId="1"), {}):
        with pytest.raises(Unknown):
            ask(nothing)


def test_an_answer_about_another_serial_is_not_ours() -> None:
    with pytest.raises(Unknown):
        ask(state("20") | {"origRequestId": KEY[::-1]})
