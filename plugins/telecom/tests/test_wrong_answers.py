"""Five thousand wrong answers for each parser: no crash, nothing believed that was not said, bounded memory."""

import json
import random
import tracemalloc
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import hub_telecom
import pytest
from hub_telecom import Settings
from hub_telecom.callbacks import signature

from hub.channels.host import examine
from hub.domain.facts import Setback
from hub.plugin import BindingPending, DeviceBound, Forged, Heard, ProbeLeg, Reply, Secret, Unknown, Url
from hub.testing.garbage import WAYS, Way
from hub.testing.play import drive

COUNT = 5000
PARTNER = examine("telecom", hub_telecom)
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
KEY, CODE = "202611230900001234567890", "370100000001"
SETTINGS = Settings(
    base_url=Url("https://eop.telecom.test"),
    app_id="made-up-app",
    app_key=Secret("a-made-up-app-key-0001"),
    region_id="8370100",
    callback_key=Secret("a-made-up-callback-key-0001"),
)
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
TAKEN = {"RspType": "0", "RspCode": "0000", "RspDesc": "成功接收消息"}
GOOD: Mapping[str, dict[str, Any]] = {
    "announce_customer": {"Response": TAKEN, "GROUP_TRANSACTIONID": "G1"},
    "query_announcement": {"Response": TAKEN, "origRequestId": KEY, "custCode": CODE, "state": "20"},
    "list_devices": {"Response": TAKEN, "records": [RECORD], "cursor": "T1", "more": "0"},
    "probe": {"Response": {"RspType": "1", "RspCode": "C0300103-0001", "RspDesc": "客户资料不存在"}},
}
ODD: tuple[Any, ...] = (None, "", "0", "1", 0, 1, -5, 0.0, True, [], {}, ["0000"], {"a": "0000"}, "00000", "0001", "０")


def text(content: Mapping[str, Any]) -> bytes:
    """A content as JSON."""
    return json.dumps(content, ensure_ascii=False).encode()


def xml(content: Mapping[str, Any]) -> str:
    """A content as XML, as Telecom would dress it."""
    parts = []
    for name, value in content.items():
        for each in value if isinstance(value, list) else [value]:
            parts.append(f"<{name}>{xml(each) if isinstance(each, dict) else each}</{name}>")
    return "".join(parts)


def codes(chance: random.Random, body: bytes) -> bytes:
    """Codes that nobody knows, in either dress."""
    good = json.loads(body)
    code = chance.choice(
        ["", "00", "000", "1", "9999", "0000X", "-0000", "0x0", "SUCCESS", str(chance.randrange(1, 9999))]
    )
    kind = chance.choice(["0", "1", "2", "", "00", "success"])
    said = {**good, "Response": {"RspType": kind, "RspCode": code, "RspDesc": "成功"}}
    return json.dumps(said).encode() if chance.random() < 0.5 else f"<Root>{xml(said)}</Root>".encode()


def heads(chance: random.Random, body: bytes) -> bytes:
    """The head missing, elsewhere, or of another kind."""
    good = json.loads(body)
    said: dict[str, Any] = {name: value for name, value in good.items() if name != "Response"}
    said[chance.choice(["response", "Data", "RESPONSE"])] = good["Response"]
    if chance.random() < 0.5:
        said["Response"] = chance.choice(ODD)
    return json.dumps(said).encode()


def by_xml(way: Way) -> Way:
    """The same to Telecom's other dress."""
    return lambda chance, body: way(chance, f"<Root>{xml(json.loads(body))}</Root>".encode())


TELECOM: tuple[Way, ...] = (*WAYS, *map(by_xml, WAYS[:-1]), codes, heads)


def wrong(verb: str) -> Iterator[bytes]:
    """The wrong answers of a verb, always the same ones."""
    chance = random.Random(verb)
    for number in range(COUNT):
        yield TELECOM[number % len(TELECOM)](chance, text(GOOD[verb]))


def talk(verb: str) -> Any:
    given = {"key": KEY, "customer_code": CODE, "order_day": "3", "phone": "18900000001", "agreement_no": ""}
    return PARTNER.talk(verb, settings=SETTINGS, now=NOW, asked_at=NOW, since=None, cursor="", **given)


def told(verb: str, body: bytes) -> tuple[Any, ...]:
    return drive(talk(verb), lambda _: PARTNER.unseal(Reply(200, {}, body), SETTINGS)).facts


@pytest.mark.parametrize("verb", sorted(GOOD))
def test_no_wrong_answer_is_believed(verb: str) -> None:
    assert told(verb, json.dumps(GOOD[verb]).encode())
    tracemalloc.start()
    for number, body in enumerate(wrong(verb)):
        with pytest.raises(Setback) as raised:
            facts = told(verb, body)
            pytest.fail(f"{facts} from number {number}: {body[:200]!r}")
        assert isinstance(raised.value, Unknown), (number, body[:200])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("verb", sorted(GOOD))
def test_no_right_envelope_with_a_wrong_inside_is_a_crash_or_a_success(verb: str) -> None:
    """The head is right; one or two values behind it are not. A success needs its own words to be whole."""
    chance = random.Random(f"inside {verb}")
    for _ in range(COUNT):
        good = json.loads(json.dumps(GOOD[verb]))
        inside = good["records"][0] if verb == "list_devices" and chance.random() < 0.7 else good
        names = [name for name in inside if name != "Response"] or ["GROUP_TRANSACTIONID"]
        spoilt = chance.sample(names, min(len(names), chance.choice([1, 1, 2])))
        for name in spoilt:
            inside[name] = chance.choice(ODD)
        try:
            facts = told(verb, json.dumps(good).encode())
        except Setback:
            continue
        for fact in facts:
            if verb == "query_announcement":
                assert isinstance(fact, BindingPending), (fact, good)
            elif verb == "list_devices":
                bound = isinstance(fact, DeviceBound)
                assert not bound or {"agreementState", "deviceState", "changedAt", "imei"}.isdisjoint(spoilt), good
            else:
                assert isinstance(fact, ProbeLeg) or verb == "announce_customer"


def hear(body: bytes, stamp: str, given: str) -> Heard:
    headers = {"x-ctg-timestamp": stamp, "x-ctg-signature": given}
    heard: Heard = PARTNER.call("receive", body=body, headers=headers, settings=SETTINGS, now=NOW)
    return heard


@pytest.mark.parametrize("signed", [True, False])
def test_no_wrong_callback_is_heard(signed: bool) -> None:
    """Unsigned, altered or re-ordered: forged. Rightly signed nonsense: unknown, never a fact."""
    chance = random.Random(f"callback {signed}")
    good = {"eventNo": "EV0000000001", "eventType": "HANDSET_BOUND", "data": RECORD}
    whole = json.dumps(good).encode()
    stamp = str(int(NOW.timestamp()))
    right = signature(stamp, whole, SETTINGS)
    assert hear(whole, stamp, right).facts
    for number in range(COUNT):
        if signed:
            body = TELECOM[number % len(TELECOM)](chance, text({**good, "Response": TAKEN, "data": chance.choice(ODD)}))
            with pytest.raises(Unknown):
                hear(body, stamp, signature(stamp, body, SETTINGS))
            continue
        names = list(good)
        chance.shuffle(names)
        reordered = json.dumps({name: good[name] for name in names}, indent=chance.choice([None, 1])).encode()
        place = chance.randrange(len(whole))
        altered = whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :]
        body, given = chance.choice([(altered, right), (whole, right[::-1]), (whole, ""), (reordered, right)])
        if body == whole and given == right:
            continue
        with pytest.raises(Forged):
            hear(body, stamp, given)
