"""Telecom against the inherited suite, and what is Telecom's alone: headers, three dresses of an answer, callbacks."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import hub_telecom
import pytest
from hub_telecom import Settings
from hub_telecom.announcing import CUSTOMERS, HELD, QUERY
from hub_telecom.callbacks import signature
from hub_telecom.codes import CHECK_FAILED, REASONS, judge, until_next_month
from hub_telecom.envelope import SERIAL
from hub_telecom.reading import read

from hub.channels.settings_form import BadSettings, hosts, read_settings
from hub.domain import reasons
from hub.plugin import (
    AgreementEnded,
    AgreementSigned,
    BindingAbsent,
    BindingAccepted,
    BindingPending,
    BindingRefused,
    Busy,
    CustomerKnown,
    DeviceBound,
    DeviceEnded,
    DeviceFailed,
    Forged,
    Heard,
    Page,
    ProbeLeg,
    Refused,
    Reply,
    Secret,
    Unknown,
    Url,
)
from hub.testing import PluginSuite, Sample, play

CODE, PHONE = "370100000001", "18900000001"
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
KEY = "202611230900001234567890"
SETTINGS = Settings(
    base_url=Url("https://eop.telecom.test"),
    app_id="made-up-app",
    app_key=Secret("a-made-up-app-key-0001"),
    region_id="8370100",
    callback_key=Secret("a-made-up-callback-key-0001"),
)
USED_UP = "业务校验失败:该卡当月调用次数超过上限"
AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
RECORD = {
    "agreementNo": "TX0000000001",
    "agreementState": "SIGNED",
    "validUntil": "2028-11-19",
    "licenceNo": "370100100001",
    "custCode": CODE,
    "imei": "860000000000011",
    "deviceState": "BOUND",
    "formerImei": "",
    "changedAt": "2026-11-20T09:00:00+08:00",
}


def head(code: str = "0000", words: str = "成功接收消息", kind: str = "0") -> dict[str, Any]:
    return {"Response": {"RspType": kind, "RspCode": code, "RspDesc": words}}


def answer(code: str = "0000", words: str = "", kind: str = "0", **more: Any) -> Sample:
    return 200, json.dumps(head(code, words, kind) | more, ensure_ascii=False).encode()


def no(code: str, words: str = "") -> Sample:
    return answer(code, words, "1")


def state(code: str, **more: str) -> dict[str, str]:
    return {"origRequestId": KEY, "custCode": CODE, "state": code, **more}


def records(*rows: Mapping[str, str], cursor: str = "T1", more: str = "0") -> dict[str, Any]:
    return {"records": [dict(row) for row in rows], "cursor": cursor, "more": more}


class TestTelecom(PluginSuite):
    """Every promise of the contract."""

    plugin = hub_telecom
    settings = SETTINGS
    fields = {"customer_code": CODE, "order_day": "3", "phone": PHONE, "agreement_no": "TX0000000001"}
    done = {
        "probe": [no("C0300103-0001", "客户不存在")],
        "announce_customer": [answer(GROUP_TRANSACTIONID="G1")],
        "query_announcement": [answer(**state("20"))],
        "list_devices": [answer(**records(RECORD))],
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
    assert hosts(SETTINGS) == {("https", "eop.telecom.test", 443)}


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


# Records


def devices(*answers: object, since: datetime | None = None, cursor: str = "") -> Any:
    talk = TestTelecom().partner().talk("list_devices", since=since, cursor=cursor, settings=SETTINGS, now=NOW)
    return play(talk, answers)


BOUND = DeviceBound(CODE, "860000000000011", "TX0000000001", at=AT)
SIGNED = AgreementSigned(CODE, "TX0000000001", "370100100001", date(2028, 11, 19), at=AT)


@pytest.mark.article("R7.7", "R11.2")
@pytest.mark.parametrize(
    ("changes", "facts"),
    [
        ({}, (SIGNED, BOUND)),
        ({"imei": "", "deviceState": ""}, (SIGNED,)),
        ({"custCode": "", "imei": "", "deviceState": ""}, (replace(SIGNED, customer_code=""),)),
        ({"formerImei": "860000000000029"}, (SIGNED, DeviceEnded(CODE, "860000000000029", at=AT), BOUND)),
        ({"formerImei": "860000000000011"}, (SIGNED, BOUND)),
        ({"deviceState": "BROKEN"}, (SIGNED, DeviceFailed(CODE, "860000000000011", True, at=AT))),
        ({"deviceState": "BEYOND_REPAIR"}, (SIGNED, DeviceFailed(CODE, "860000000000011", False, at=AT))),
        ({"deviceState": "STOPPED"}, (SIGNED, DeviceFailed(CODE, "860000000000011", True, "account_blocked", at=AT))),
        (
            {"agreementState": "ENDED", "deviceState": "RELEASED"},
            (AgreementEnded(CODE, "TX0000000001", at=AT), DeviceEnded(CODE, "860000000000011", at=AT)),
        ),
        ({"validUntil": ""}, (replace(SIGNED, valid_until=None), BOUND)),
    ],
)
def test_a_record_states_its_agreement_and_its_handset(changes: dict[str, str], facts: tuple[Any, ...]) -> None:
    assert devices(head() | records(RECORD | changes)).facts == facts


@pytest.mark.parametrize(
    "changes",
    [
        {"agreementState": "PERHAPS"},
        {"deviceState": "PERHAPS"},
        {"deviceState": ""},
        {"imei": ""},
        {"agreementNo": ""},
        {"custCode": "", "licenceNo": ""},
        {"changedAt": "2026-11-20T09:00:00"},
        {"changedAt": ""},
        {"validUntil": "soon"},
        {"imei": 7},
        {"imei": "86000000000001"},
        {"formerImei": "86000000000001X"},
        {"licenceNo": "x" * 65},
        {"changedAt": "0001-01-01T00:00:00+08:00"},
    ],
)
def test_a_record_that_is_not_understood_states_nothing_and_stops_the_list(changes: dict[str, Any]) -> None:
    with pytest.raises(Unknown):
        devices(head() | records(RECORD | changes))


def test_a_fast_clock_puts_no_fact_into_the_future() -> None:
    [signed, bound] = devices(head() | records(RECORD | {"changedAt": "2030-01-01T00:00:00+08:00"})).facts
    assert signed.at == bound.at == NOW


def test_a_list_is_followed_to_its_end_and_the_last_cursor_is_its_tag() -> None:
    pages = [records(RECORD, cursor="a", more="1"), records(cursor="T2")]
    since = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    talk = TestTelecom().partner().talk("list_devices", since=since, cursor="T1", settings=SETTINGS, now=NOW)
    asked, seen, step = [], [], next(talk)
    with pytest.raises(StopIteration):
        while True:
            if isinstance(step, Page):
                seen.append(step)
                step = talk.send(None)
            else:
                asked.append(step.content)
                step = talk.send(pages.pop(0))
    assert [each["cursor"] for each in asked] == ["T1", "a"]
    assert {each["changedSince"] for each in asked} == {"2026-11-20T09:00:00+08:00"}
    assert [(len(page.facts), page.cursor) for page in seen] == [(2, "a"), (0, "T2")]


def test_a_page_in_xml_may_hold_one_record_or_none() -> None:
    assert devices({"records": RECORD, "cursor": "d", "more": "0"}).facts == (SIGNED, BOUND)
    assert devices({"records": "", "cursor": "d", "more": "0"}).facts == ()


@pytest.mark.parametrize(
    "content",
    [
        records(RECORD, cursor="", more="1"),
        records(RECORD, cursor="", more="0"),
        records(RECORD, cursor="c", more="1"),
        records(cursor="d", more="1"),
        records(RECORD, more=""),
        {"records": {}, "cursor": "d", "more": "0"},
        {"records": "many", "cursor": "d", "more": "0"},
        {"cursor": "d", "more": "0"},
    ],
)
def test_half_a_list_is_no_list(content: dict[str, Any]) -> None:
    with pytest.raises(Unknown):
        devices(content, cursor="c")


# Callbacks


def hear(
    kind: str = "HANDSET_BOUND",
    data: object = RECORD,
    *,
    body: bytes | None = None,
    at: datetime = NOW,
    settings: Settings = SETTINGS,
    **headers: str,
) -> Heard:
    if body is None:
        body = json.dumps({"eventNo": "EV0000000001", "eventType": kind, "data": data}, ensure_ascii=False).encode()
    stamp = str(int(at.timestamp()))
    signed = {"x-ctg-timestamp": stamp, "x-ctg-signature": signature(stamp, body, settings)} | headers
    told: Heard = TestTelecom().partner().call("receive", body=body, headers=signed, settings=SETTINGS, now=NOW)
    return told


@pytest.mark.article("R7.7")
def test_a_push_is_a_record_with_a_number_and_wants_an_answer() -> None:
    told = hear()
    assert (told.facts, told.event) == ([SIGNED, BOUND], "EV0000000001")
    assert json.loads(told.answer) == {"eventNo": "EV0000000001", "resultCode": "0000"}


@pytest.mark.article("R11.2")
def test_a_handset_that_cannot_be_mended_is_told() -> None:
    told = hear("HANDSET_BEYOND_REPAIR", RECORD | {"deviceState": "BEYOND_REPAIR"})
    assert told.facts[1] == DeviceFailed(CODE, "860000000000011", repairable=False, at=AT)


def test_how_an_announcement_ended_may_come_by_push() -> None:
    data = state("20") | {"changedAt": RECORD["changedAt"]}
    assert hear("CUSTOMER_REGISTERED", data).facts == [CustomerKnown(CODE, at=AT)]
    no = data | {"state": "30", "failCode": "-13", "failDesc": "协议已到期"}
    assert hear("CUSTOMER_REFUSED", no).facts == [BindingRefused(CODE, "expired", "-13", "协议已到期", at=AT)]
    for kind, wrong in (("CUSTOMER_REGISTERED", no), ("CUSTOMER_REFUSED", data), ("CUSTOMER_REGISTERED", {})):
        with pytest.raises(Unknown):
            hear(kind, wrong)


def test_a_push_is_believed_only_whole_fresh_and_signed() -> None:
    body = json.dumps({"eventNo": "EV1", "eventType": "HANDSET_BOUND", "data": RECORD}).encode()
    stamp = str(int(NOW.timestamp()))
    right = signature(stamp, body, SETTINGS)
    reordered = json.dumps(dict(reversed(json.loads(body).items()))).encode()
    wrong: list[tuple[bytes, dict[str, str]]] = [
        (body, {}),
        (body, {"x-ctg-timestamp": stamp}),
        (body, {"x-ctg-signature": right}),
        (body, {"x-ctg-timestamp": "later", "x-ctg-signature": right}),
        (body, {"x-ctg-timestamp": stamp, "x-ctg-signature": right[:-1]}),
        (body, {"x-ctg-timestamp": stamp, "x-ctg-signature": "钥"}),
        (body, {"x-ctg-timestamp": str(int(stamp) + 1), "x-ctg-signature": right}),
        (body + b" ", {"x-ctg-timestamp": stamp, "x-ctg-signature": right}),
        (reordered, {"x-ctg-timestamp": stamp, "x-ctg-signature": right}),
    ]
    for sent, headers in wrong:
        with pytest.raises(Forged):
            TestTelecom().partner().call("receive", body=sent, headers=headers, settings=SETTINGS, now=NOW)
    for off in (timedelta(minutes=10), timedelta(minutes=-10), timedelta(seconds=301)):
        with pytest.raises(Forged):
            hear(at=NOW + off)
    for other in ({"callback_key": Secret("another-key-of-theirs-1")}, {"app_id": "another-app"}):
        with pytest.raises(Forged):
            hear(settings=replace(SETTINGS, **other))
    assert hear(at=NOW - timedelta(seconds=299)).facts


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff\xfe",
        b'{"eventNo":"E 1","eventType":"HANDSET_BOUND"}',
        b'{"eventNo":"E1","eventType":"HANDSET_BOUND"}',
        b'{"eventNo":"E1","eventType":"HANDSET_LENT","data":{}}',
        b'{"eventNo":"E1","eventNo":"E2","eventType":"HANDSET_BOUND"}',
        b'{"eventNo":{},"eventType":[]}',
        b'{"a":' * 9000,
    ],
)
def test_a_signed_push_that_is_not_understood_is_kept_for_a_person(body: bytes) -> None:
    with pytest.raises(Unknown):
        hear(body=body)


def test_the_probe_proves_what_it_reached() -> None:
    played = TestTelecom().converse("probe", TestTelecom.done["probe"])
    assert played.facts == (ProbeLeg("login", True), ProbeLeg("permission", True))
    assert SERIAL not in played.requests[0].headers
