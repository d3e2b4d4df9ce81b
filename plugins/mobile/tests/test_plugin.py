"""Mobile against the inherited suite, and what is Mobile's alone: tokens, WSSE, batches with a job, the half-hour lock."""

import base64
import dataclasses
import hashlib
import json
import re
from datetime import timedelta
from typing import Any

import hub_mobile
import pytest
from hub_mobile.codes import LOCK, REASONS
from hub_mobile.visits import TOKEN

from hub.channels.settings_form import BadSettings, more_addresses, read_settings
from hub.domain import reasons
from hub.plugin import (
    BindingAbsent,
    BindingAccepted,
    BindingPending,
    BindingRefused,
    Busy,
    CustomerKnown,
    DeviceBound,
    DeviceEnded,
    DeviceFailed,
    ProbeLeg,
    Refused,
    Reply,
    Secret,
    Unknown,
)
from hub.plugin import read_json as read
from hub.testing import PluginSuite, Sample, play
from plugins.mobile.tests.said import AGREEMENT, AT, CODE, KEY, NOW, PHONE, RECORD, SETTINGS, answer, ended, no, records

TOKENS = dataclasses.replace(SETTINGS, way="token")
FIELDS = {"customer_code": CODE, "order_day": "3", "phone": PHONE, "agreement_no": AGREEMENT}
ROW = {"rowNo": "1", "custCode": CODE}
OTHER = "370100000002"


class TestMobile(PluginSuite):
    """Every promise of the contract, under WSSE."""

    plugin = hub_mobile
    settings = SETTINGS
    fields = FIELDS
    rows = (FIELDS, {**FIELDS, "customer_code": OTHER, "phone": "18800000002", "agreement_no": "YX0000000002"})
    done = {
        "probe": [no("12107", "没有该请求")],
        "announce_customer": [answer(jobId="J1")],
        "query_announcement": [answer(**ended("2"))],
        "announce_customers": [answer(jobId="J1")],
        "query_announcements": [
            answer(
                requestId=KEY,
                rows=[{**ROW, "state": "2"}, {"rowNo": "2", "custCode": OTHER, "state": "2"}],
            )
        ],
        "list_devices": [answer(**records(RECORD))],
        "query_device": [answer(record=RECORD)],
    }
    refused = {
        "announce_customer": [no("12103", "押金未交")],
        "query_announcement": [answer(**ended("3", errorCode="12104", errorDes="号码不符"))],
        "announce_customers": [no("12108", "行数超过 100")],
    }
    busy = (no("12100", "30 分钟内不得重复操作"), no("12050"), (401, b""), (403, b""), (429, b""), (503, b"<html>"))
    garbage = (
        no("99999", "系统异常"),
        no("00"),
        no(""),
        (200, b'{"status":0,"message":"","result":[]}'),
        (200, b'{"status":"99999","status":"0","result":[]}'),
        (201, answer()[1]),
        (404, b"<html>not here</html>"),
        (200, b"0"),
    )

    def enclose(self, content: Any) -> Sample:
        return 200, json.dumps(content, ensure_ascii=False).encode()

    def open(self, sample: Sample) -> Any:
        return read(sample[1])


def talked(verb: str, *answers: object, settings: Any = SETTINGS, **changes: Any) -> Any:
    partner = TestMobile().partner()
    numbered = [{**row, "row_no": str(number)} for number, row in enumerate(TestMobile.rows, start=1)]
    given = {**FIELDS, "key": KEY, "now": NOW, "since": None, "cursor": "", "settings": settings} | changes
    if verb in partner.row_types:
        given["customers"] = partner.rows(verb, changes.get("rows", numbered))
    return play(partner.talk(verb, **given), answers)


# Tokens


@pytest.mark.article("R7.8")
def test_a_token_that_is_over_in_the_middle_is_replaced_once_and_the_call_repeated() -> None:
    over, job = Refused("12021", "token 已过期"), {"jobId": "J1"}
    played = talked("announce_customer", {"token": "A"}, over, {"token": "B"}, job, settings=TOKENS)
    assert played.facts == (BindingAccepted(CODE, reference="J1"),)
    paths = [each.path for each in played.requests]
    assert paths[0] == paths[2] == TOKEN and paths[1] == paths[3]
    assert [each.content["token"].reveal() for each in played.requests if each.path != TOKEN] == ["A", "B"]
    with pytest.raises(Busy) as busy:
        talked("announce_customer", {"token": "A"}, over, {"token": "B"}, over, settings=TOKENS)
    assert busy.value.code == "12021", "nothing was done: again later"


@pytest.mark.parametrize("lost", [Unknown("http_502"), Refused("12004"), {}, {"token": ""}, {"token": "x" * 500}])
def test_without_a_token_surely_nothing_was_done(lost: object) -> None:
    with pytest.raises(Busy):
        talked("announce_customer", lost, settings=TOKENS)


def test_under_wsse_a_token_that_is_over_refuses_nobody() -> None:
    for verb in ("announce_customer", "announce_customers", "query_announcement"):
        with pytest.raises(Busy):
            talked(verb, Refused("12021"))


def test_a_list_goes_on_with_a_new_token_where_it_was() -> None:
    over = Refused("12021")
    first, last = records(RECORD, cursor="C1", more="1"), records(RECORD, cursor="T9")
    played = talked("list_devices", {"token": "A"}, first, over, {"token": "B"}, last, settings=TOKENS)
    asked = [each.content["cursor"] for each in played.requests if each.path != TOKEN]
    assert asked == ["", "C1", "C1"] and len(played.facts) == 4


# Envelope


def test_neither_password_nor_phone_is_seen_anywhere_but_in_the_body() -> None:
    partner = TestMobile().partner()
    played = talked("announce_customer", {"token": "A"}, {"jobId": "J1"}, settings=TOKENS)
    for request in played.requests:
        sealed = partner.seal(request, TOKENS, KEY, "exchange01", NOW)
        assert "a-made-up-password" not in f"{request!r}{sealed.path}{sealed.params}{sealed.headers}"
        assert re.fullmatch(r"madeupapp20261124003000\d{8}", json.loads(sealed.body)["transid"])
    sent = json.loads(sealed.body)
    assert sent["msisdn"] == PHONE and sent["requestId"] == KEY and sent["token"] == "A"


def test_the_wsse_digest_is_over_the_hex_text() -> None:
    partner = TestMobile().partner()
    [request] = talked("announce_customer", {"jobId": "J1"}).requests
    header = partner.seal(request, SETTINGS, KEY, "exchange01", NOW).headers["X-WSSE"]
    assert isinstance(header, Secret)
    found = dict(re.findall(r'(\w+)="([^"]+)"', header.reveal()))
    hashed = hashlib.sha256(f"{found['Nonce']}{found['Created']}a-made-up-password".encode())
    assert base64.b64decode(found["PasswordDigest"]) == hashed.hexdigest().encode() != hashed.digest()
    again = partner.seal(request, SETTINGS, KEY, "exchange02", NOW).headers["X-WSSE"]
    assert isinstance(again, Secret) and again.reveal() != header.reveal()


@pytest.mark.parametrize(
    ("name", "value"),
    [("app_id", "a b"), ("password", "short"), ("push_key", "short"), ("page_size", "0"), ("way", "basic")],
)
def test_settings_that_cannot_work_are_named_when_they_are_saved(name: str, value: str) -> None:
    good = {each: it.reveal() if isinstance(it, Secret) else str(it) for each, it in vars(SETTINGS).items()}
    assert read_settings(TestMobile().partner(), good) == SETTINGS
    with pytest.raises(BadSettings):
        read_settings(TestMobile().partner(), good | {name: value})
    assert more_addresses(SETTINGS) == {}


def test_codes_are_what_they_prove() -> None:
    partner = TestMobile().partner()
    for code in REASONS:
        with pytest.raises(Refused):
            partner.unseal(Reply(200, {}, no(code)[1]), SETTINGS)
    with pytest.raises(Busy) as busy:
        partner.unseal(Reply(200, {}, no("12100")[1]), SETTINGS)
    assert busy.value.retry_after == LOCK
    assert set(REASONS.values()) <= set(reasons.REASONS)


# Announcing


@pytest.mark.article("R7.8")
def test_only_what_mobile_needs_leaves() -> None:
    partner = TestMobile().partner()
    assert partner.fields_of("announce_customer") == FIELDS.keys()
    assert partner.fields_of("query_announcement") == {"customer_code"}
    assert partner.fields_of("list_devices") == frozenset()
    assert partner.capability.verbs["announce_customers"].batch


@pytest.mark.article("R7.8")
def test_held_already_is_success_if_it_is_ours() -> None:
    held = {"custCode": CODE, "orderDay": "3", "agreementNo": AGREEMENT}
    assert talked("announce_customer", Refused("12101", "已登记"), held).facts == (CustomerKnown(CODE),)
    [fact] = talked("announce_customer", Refused("12101", "已登记"), held | {"orderDay": "4"}).facts
    assert fact == BindingRefused(CODE, "agreement_exists", "12101", "已登记")
    for nothing in (Refused("12107"), {}, held | {"custCode": "9"}, held | {"orderDay": ""}):
        with pytest.raises(Unknown):
            talked("announce_customer", Refused("12101"), nothing)


def test_each_state_of_an_announcement() -> None:
    assert talked("query_announcement", ended("2")).facts == (CustomerKnown(CODE),)
    assert talked("query_announcement", ended("1")).facts == (BindingPending(CODE, "1"),)
    assert talked("query_announcement", Refused("12107")).facts == (BindingAbsent(CODE),)
    for nothing in (ended("9"), ended(""), ended("3"), ended("2", custCode="1"), ended("2", requestId="1"), {}):
        with pytest.raises(Unknown):
            talked("query_announcement", nothing)


@pytest.mark.article("R7.8")
def test_a_batch_goes_whole_and_a_row_that_the_job_does_not_show_stays_unknown() -> None:
    rows = [{**FIELDS, "row_no": "1"}, {**FIELDS, "customer_code": OTHER, "order_day": "", "row_no": "2"}]
    played = talked("announce_customers", {"jobId": "J1"}, rows=rows)
    assert played.facts == (
        BindingRefused(OTHER, "other", "incomplete", "order_day", row_no="2"),
        BindingAccepted(CODE, reference="J1", row_no="1"),
    )
    assert [row["rowNo"] for row in played.requests[0].content["customers"]] == ["1"]
    answered = {"requestId": KEY, "rows": [{"rowNo": "2", "custCode": OTHER, "state": "2"}]}
    assert talked("query_announcements", answered).facts == (CustomerKnown(OTHER, row_no="2"),)
    twice = [{**ROW, "state": "2"}, {**ROW, "state": "3", "errorCode": "12103"}, *answered["rows"]]
    assert talked("query_announcements", answered | {"rows": twice}).facts == (CustomerKnown(OTHER, row_no="2"),)
    odd = [{**ROW, "state": "9"}, "a row", *answered["rows"]]
    assert talked("query_announcements", answered | {"rows": odd}).facts == (CustomerKnown(OTHER, row_no="2"),)
    crossed = {"requestId": KEY, "rows": [{"rowNo": "1", "custCode": OTHER, "state": "2"}]}
    assert talked("query_announcements", crossed).facts == ()
    for nothing in ({"requestId": "1", "rows": []}, {"requestId": KEY}, {}):
        with pytest.raises(Unknown):
            talked("query_announcements", nothing)
    assert {fact.row_no for fact in talked("query_announcements", Refused("12107")).facts} == {"1", "2"}


def test_a_question_that_is_refused_says_nothing_of_the_announcement() -> None:
    for verb in ("query_announcement", "query_announcements"):
        with pytest.raises(Unknown):
            talked(verb, Refused("12103", "押金未交"))


@pytest.mark.parametrize(
    ("code", "leg"),
    [
        ("12006", "clock"),
        ("12002", "login"),
        ("12004", "login"),
        ("http_401", "login"),
        ("12007", "permission"),
        ("http_403", "permission"),
    ],
)
def test_the_probe_says_which_leg_failed(code: str, leg: str) -> None:
    conversation = TestMobile().conversation("probe")
    next(conversation)
    with pytest.raises(StopIteration) as end:
        conversation.throw(Busy(code, "said"))
    assert end.value.value[-1] == ProbeLeg(leg, False, f"{code} said")
    assert all(each.ok for each in end.value.value[:-1])


def test_a_probe_that_is_told_to_wait_says_nothing_of_its_legs() -> None:
    conversation = TestMobile().conversation("probe")
    next(conversation)
    with pytest.raises(Busy):
        conversation.throw(Busy("12050"))


# Lists


@pytest.mark.article("R7.8", "R11.2")
@pytest.mark.parametrize(
    ("changes", "fact"),
    [
        ({}, DeviceBound(CODE, "860000000000011", AGREEMENT, at=AT)),
        ({"bindStatus": "2"}, DeviceBound(CODE, "860000000000011", AGREEMENT, at=AT)),
        ({"bindStatus": "0"}, DeviceFailed(CODE, "860000000000011", True, "other", at=AT)),
        ({"terminalStatus": "3"}, DeviceFailed(CODE, "860000000000011", True, "other", at=AT)),
        ({"terminalStatus": "4"}, DeviceFailed(CODE, "860000000000011", False, "other", at=AT)),
        ({"terminalStatus": "2"}, DeviceEnded(CODE, "860000000000011", at=AT)),
    ],
)
def test_what_a_record_says_of_a_device(changes: dict[str, str], fact: object) -> None:
    assert talked("list_devices", records(RECORD | changes)).facts[-1] == fact


def test_moments_come_to_the_second_or_to_the_millisecond() -> None:
    for written, later in (("20261120090000", 0), ("20261120090000007", 7000)):
        facts = talked("list_devices", records(RECORD | {"updateTime": written})).facts
        assert {fact.at for fact in facts} == {AT + timedelta(microseconds=later)}
    [fact, *_] = talked("list_devices", records(RECORD | {"updateTime": "20991120090000"})).facts
    assert fact.at == NOW, "a moment that has not come yet is not believed"


def test_a_swapped_device_ends_the_former_one() -> None:
    facts = talked("list_devices", records(RECORD | {"preTerminalId": "860000000000029"})).facts
    assert DeviceEnded(CODE, "860000000000029", at=AT) in facts


@pytest.mark.parametrize(
    "changes",
    [
        {"signStatus": "7"},
        {"agreementNo": "００"},
        {"custCode": "a b"},
        {"licNo": "", "custCode": ""},
        {"terminalId": "1"},
        {"updateTime": "today"},
        {"bindStatus": "9"},
        {"expDate": "x"},
    ],
)
def test_a_record_that_is_not_understood_whole_is_not_believed(changes: dict[str, str]) -> None:
    read = talked("list_devices", records(RECORD | changes, RECORD))
    assert read.facts == talked("list_devices", records(RECORD)).facts
    assert [record.agreement_no for record in read.unread] == [changes.get("agreementNo", RECORD["agreementNo"])]


def test_a_list_that_does_not_go_on_is_unknown() -> None:
    for nothing in (records(cursor="", more="0"), records(RECORD, cursor="", more="1"), records(cursor="C", more="1")):
        with pytest.raises(Unknown):
            talked("list_devices", nothing)
