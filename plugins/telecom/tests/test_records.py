"""What Telecom's lists and callbacks state, and what of them is not believed."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hub_telecom import Settings
from hub_telecom.callbacks import signature
from hub_telecom.envelope import SERIAL

from hub.plugin import (
    AgreementEnded,
    AgreementSigned,
    BindingRefused,
    CustomerKnown,
    DeviceBound,
    DeviceEnded,
    DeviceFailed,
    Forged,
    Heard,
    Page,
    ProbeLeg,
    Refused,
    Secret,
    Unknown,
)
from hub.testing import play
from plugins.telecom.tests.said import (
    AT,
    CODE,
    NOW,
    PARTNER,
    RECORD,
    SETTINGS,
    head,
    records,
    state,
)


def devices(*answers: object, since: datetime | None = None, cursor: str = "") -> Any:
    talk = PARTNER.talk("list_devices", since=since, cursor=cursor, settings=SETTINGS, now=NOW)
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
def test_a_record_that_is_not_understood_states_nothing_and_takes_no_other_with_it(changes: dict[str, Any]) -> None:
    odd = RECORD | {"agreementNo": "TX0000000009"} | changes
    read = devices(head() | records(odd, RECORD))
    assert read.facts == (SIGNED, BOUND)
    [unread] = read.unread
    assert unread.agreement_no == odd["agreementNo"] and unread.code


def test_a_page_of_which_most_is_not_understood_is_not_the_list_that_we_know() -> None:
    odd = [RECORD | {"agreementState": "PERHAPS"}] * 11
    with pytest.raises(Unknown):
        devices(head() | records(*odd, *[RECORD] * 8))
    assert len(devices(head() | records(*odd, *[RECORD] * 11)).unread) == 11


def test_a_fast_clock_puts_no_fact_into_the_future() -> None:
    [signed, bound] = devices(head() | records(RECORD | {"changedAt": "2030-01-01T00:00:00+08:00"})).facts
    assert signed.at == bound.at == NOW


def test_a_list_is_followed_to_its_end_and_the_last_cursor_is_its_tag() -> None:
    pages = [records(RECORD, cursor="a", more="1"), records(cursor="T2")]
    since = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
    talk = PARTNER.talk("list_devices", since=since, cursor="T1", settings=SETTINGS, now=NOW)
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
    told: Heard = PARTNER.call("receive", body=body, headers=signed, settings=SETTINGS, now=NOW)
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
            PARTNER.call("receive", body=sent, headers=headers, settings=SETTINGS, now=NOW)
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
    played = play(PARTNER.talk("probe", settings=SETTINGS, now=NOW), [Refused("C0300103-0001", "客户不存在")])
    assert played.facts == (ProbeLeg("login", True), ProbeLeg("permission", True))
    assert SERIAL not in played.requests[0].headers
