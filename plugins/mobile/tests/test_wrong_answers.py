"""Five thousand wrong answers for each parser: no crash, nothing believed that was not said, bounded memory."""

import base64
import json
import random
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from hub_mobile.callbacks import signature

from hub.plugin import Forged, Heard, Reply, Unknown
from hub.testing.play import drive
from plugins.mobile.tests.said import CODE, KEY, NOW, PARTNER, PHONE, RECORD, SETTINGS, content, ended, records

COUNT = 5000
GOOD: Mapping[str, dict[str, Any]] = {
    "announce_customer": content(jobId="J1"),
    "query_announcement": content(**ended("2")),
    "announce_customers": content(jobId="J1"),
    "query_announcements": content(requestId=KEY, rows=[{"rowNo": "1", "custCode": CODE, "state": "2"}]),
    "list_devices": content(**records(RECORD)),
    "probe": content("12107", "没有该请求"),
}
ODD: tuple[Any, ...] = (None, "", "00", 0, 1, 0.0, True, [], {}, ["0"], {"a": "0"}, "0 0", "０", "success", "12021x")


def html(chance: random.Random, _: dict[str, Any]) -> bytes:
    word = chance.choice(["login", "0", "正确", "status"])
    return f"<html><title>{word}</title>{word * chance.randrange(50)}</html>".encode()


def cut(chance: random.Random, good: dict[str, Any]) -> bytes:
    whole = json.dumps(good, ensure_ascii=False).encode()
    return whole[: chance.randrange(len(whole))]


def foreign(chance: random.Random, good: dict[str, Any]) -> bytes:
    text = json.dumps({**good, "message": "正确"}, ensure_ascii=False)
    return text.encode(chance.choice(["gbk", "utf-16", "utf-16-le", "utf-32"]))


def deep(chance: random.Random, _: dict[str, Any]) -> bytes:
    return chance.choice([b'{"status":', b"[", b'{"result":[']) * chance.randrange(1000, 20_000)


def statuses(chance: random.Random, good: dict[str, Any]) -> bytes:
    return json.dumps({**good, "status": chance.choice([*ODD, str(chance.randrange(20_000, 99_999))])}).encode()


def noise(chance: random.Random, _: dict[str, Any]) -> bytes:
    return chance.choice([b"", b" " * 50, b"0", b"null", b"true", b'"0"', chance.randbytes(chance.randrange(300))])


def doubled(chance: random.Random, good: dict[str, Any]) -> bytes:
    return json.dumps(good).replace('"status"', f'"status": "{chance.randrange(9)}", "status"', 1).encode()


WAYS: tuple[Callable[[random.Random, dict[str, Any]], bytes], ...] = (
    html,
    cut,
    foreign,
    deep,
    statuses,
    noise,
    doubled,
)


def wrong(verb: str) -> Iterator[bytes]:
    """The wrong answers of a verb, always the same ones."""
    chance = random.Random(verb)
    for number in range(COUNT):
        yield WAYS[number % len(WAYS)](chance, GOOD[verb])


def told(verb: str, body: bytes) -> Any:
    row = {"row_no": "1", "customer_code": CODE, "order_day": "3", "phone": PHONE, "agreement_no": "YX0000000001"}
    given: dict[str, Any] = {"key": KEY, "settings": SETTINGS, "now": NOW, "since": None, "cursor": "", **row}
    del given["row_no"]
    if verb in PARTNER.row_types:
        given["customers"] = PARTNER.rows(verb, [row])
    return drive(PARTNER.talk(verb, **given), lambda _: PARTNER.unseal(Reply(200, {}, body), SETTINGS))


@pytest.mark.parametrize("verb", sorted(GOOD))
def test_no_wrong_answer_is_believed(verb: str) -> None:
    assert told(verb, json.dumps(GOOD[verb]).encode()).facts
    tracemalloc.start()
    for number, body in enumerate(wrong(verb)):
        with pytest.raises(Unknown):
            found = told(verb, body)
            pytest.fail(f"{found} from number {number}: {body[:200]!r}")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def push(feature: bytes, action: str = "1", number: str = "TR000000000001", before: str = "") -> bytes:
    """A push with this inside."""
    text = base64.b64encode(feature).decode()
    return (
        f'<?xml version="1.0"?>{before}<E><H><TransactionID>{number}</TransactionID></H><B><SyncOrderRelationReq>'
        f"<ActionID>{action}</ActionID><FeatureStr>{text}</FeatureStr></SyncOrderRelationReq></B></E>"
    ).encode()


def hear(body: bytes, stamp: str, given: str) -> Heard:
    headers = {"x-push-timestamp": stamp, "x-push-sign": given}
    heard: Heard = PARTNER.call("receive", body=body, headers=headers, settings=SETTINGS, now=NOW)
    return heard


def test_no_altered_push_is_heard() -> None:
    chance = random.Random("altered")
    whole, stamp = push(json.dumps(RECORD).encode()), str(int(NOW.timestamp()))
    right = signature(stamp, whole, SETTINGS)
    assert hear(whole, stamp, right).facts
    for _ in range(COUNT):
        place = chance.randrange(len(whole))
        altered = whole[:place] + bytes([whole[place] ^ 1 << chance.randrange(8)]) + whole[place + 1 :]
        with pytest.raises(Forged):
            hear(*chance.choice([(altered, stamp, right), (whole, stamp, right[::-1]), (whole, "1", right)]))


LAWFUL = {
    "a comment": ("<B>", "<!-- via ESB --><B>"),
    "a comment that speaks of a type": ("<B>", "<!-- <!DOCTYPE a> --><B>"),
    "characters as they are": ("<FeatureStr>", "<FeatureStr><![CDATA["),
    "an instruction": ("<B>", "<?bus a?><B>"),
}


@pytest.mark.parametrize("change", LAWFUL.values(), ids=LAWFUL)
def test_what_xml_allows_is_heard(change: tuple[str, str]) -> None:
    """A comment of the bus and CDATA are no document type, though they begin like one."""
    text = push(json.dumps(RECORD).encode()).decode().replace(*change)
    body = text.replace("</FeatureStr>", "]]></FeatureStr>").encode() if "CDATA" in text else text.encode()
    stamp = str(int(NOW.timestamp()))
    assert hear(body, stamp, signature(stamp, body, SETTINGS)).facts


HIDDEN = [
    '<?a <!-- ?><!DOCTYPE a [<!ENTITY b "bb">]><?a --> ?>',
    "<!-- a --><!DOCTYPE a><!-- b -->",
    '<?a "<![CDATA[" ?><!DOCTYPE a><?a "]]>" ?>',
]


@pytest.mark.parametrize("before", HIDDEN)
def test_a_document_type_is_found_wherever_it_hides(before: str) -> None:
    body, stamp = push(json.dumps(RECORD).encode(), before=before), str(int(NOW.timestamp()))
    with pytest.raises(Unknown) as caught:
        hear(body, stamp, signature(stamp, body, SETTINGS))
    assert caught.value.code == "document_type"


def test_no_signed_nonsense_is_a_fact() -> None:
    chance = random.Random("nonsense")
    stamp = str(int(NOW.timestamp()))
    for number in range(COUNT):
        inside = WAYS[number % 4](chance, RECORD)
        body = chance.choice(
            [
                inside,
                push(inside),
                push(json.dumps(RECORD).encode(), action=chance.choice(["", "2", "9", "x"])),
                push(json.dumps(RECORD).encode(), number=chance.choice(["", "a b", "x" * 65])),
                push(json.dumps(RECORD).encode(), before='<!DOCTYPE a [<!ENTITY b "bb">]>'),
                push(json.dumps(RECORD).encode())[:-3],
            ]
        )
        with pytest.raises(Unknown):
            hear(body, stamp, signature(stamp, body, SETTINGS))
