"""Right envelopes with wrong insides, tokens that are none, pushes rightly signed and wrongly filled: five thousand each."""

import base64
import json
import random
import tracemalloc
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from hub_mobile.callbacks import signature
from hub_mobile.visits import TOKEN

from hub.domain.facts import Setback
from hub.plugin import (
    AgreementSigned,
    BindingAccepted,
    Busy,
    CustomerKnown,
    DeviceBound,
    Forged,
    Heard,
    ProbeLeg,
    Reply,
    Request,
    Unknown,
)
from hub.testing.play import drive
from plugins.mobile.tests.said import CODE, KEY, NOW, PARTNER, PHONE, RECORD, SETTINGS, content, ended, records
from plugins.mobile.tests.test_wrong_answers import ODD, WAYS, hear, push

COUNT = 5000
TOKENS = replace(SETTINGS, way="token")
STAMP = str(int(NOW.timestamp()))
ROWS = [
    {"row_no": number, "customer_code": code, "order_day": "3", "phone": PHONE, "agreement_no": "YX0000000001"}
    for number, code in (("1", CODE), ("2", "370100000002"))
]
SHOWN = [{"rowNo": row["row_no"], "custCode": row["customer_code"], "state": "2"} for row in ROWS]
GOOD: dict[str, dict[str, Any]] = {
    "announce_customer": {"jobId": "J1"},
    "announce_customers": {"jobId": "J1"},
    "query_announcement": ended("2"),
    "query_announcements": {"requestId": KEY, "rows": SHOWN},
    "list_devices": records(RECORD),
}
CLAIMS = CustomerKnown | AgreementSigned | DeviceBound


def talk(verb: str, settings: Any) -> Any:
    given: dict[str, Any] = {"key": KEY, "settings": settings, "now": NOW, "since": None, "cursor": "", **ROWS[0]}
    del given["row_no"]
    if verb in PARTNER.row_types:
        given["customers"] = PARTNER.rows(verb, ROWS)
    return PARTNER.talk(verb, **given)


def told(verb: str, body: bytes) -> tuple[Any, ...]:
    return drive(talk(verb, SETTINGS), lambda _: PARTNER.unseal(Reply(200, {}, body), SETTINGS)).facts


def spoilt(chance: random.Random, inside: dict[str, Any]) -> list[str]:
    """One or two values replaced by something odd; their names."""
    names = chance.sample(sorted(inside), min(len(inside), chance.choice([1, 1, 2])))
    for name in names:
        inside[name] = chance.choice([each for each in ODD if each != inside[name]])
    return names


@pytest.mark.parametrize("verb", sorted(GOOD))
def test_no_right_envelope_with_a_wrong_inside_is_a_crash_or_a_success(verb: str) -> None:
    """The status is right; one or two values behind it are not. A success needs its own words to be whole."""
    chance = random.Random(f"inside {verb}")
    assert told(verb, json.dumps(content(**GOOD[verb])).encode())
    for _ in range(COUNT):
        good = json.loads(json.dumps(GOOD[verb]))
        rows = good.get("rows") or good.get("records") or []
        deeper = rows and chance.random() < 0.7
        place = chance.randrange(len(rows)) if deeper else -1
        names = spoilt(chance, rows[place] if deeper else good)
        try:
            facts = told(verb, json.dumps(content(**good)).encode())
        except Setback as setback:
            assert isinstance(setback, Unknown)
            continue
        for fact in facts:
            if verb == "query_announcement":
                assert not isinstance(fact, CLAIMS), (fact, good)
            elif verb == "query_announcements":
                assert deeper and fact.row_no != str(place + 1), (fact, good)
            elif verb == "list_devices":
                bound = isinstance(fact, DeviceBound)
                assert not bound or {"agreementNo", "signStatus", "terminalId", "terminalStatus"}.isdisjoint(names)
                assert "updateTime" not in names, good
            else:
                assert isinstance(fact, BindingAccepted) and "jobId" in names and fact.reference, good


def test_no_wrong_token_is_taken_and_nothing_was_done() -> None:
    """Whatever the token's call brings, the ask itself was not sent: Busy, and never anything else."""
    chance = random.Random("tokens")
    good = content(token="T1")
    tracemalloc.start()
    for number in range(COUNT):
        body = WAYS[number % len(WAYS)](chance, good)
        if number % 3 == 0:
            said = {
                "token": chance.choice([each for each in ODD if each not in ("00", "0 0", "０", "success", "12021x")])
            }
            body = json.dumps(content(**said)).encode()
        sent: list[str] = []

        def answer(request: Request, body: bytes = body, sent: list[str] = sent) -> Any:
            sent.append(request.path)
            return PARTNER.unseal(Reply(200, {}, body), TOKENS)

        with pytest.raises(Busy):
            facts = drive(talk("announce_customer", TOKENS), answer).facts
            pytest.fail(f"{facts} from {body[:200]!r}")
        assert sent == [TOKEN]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_no_wrong_probe_holds_a_leg() -> None:
    """What a connection test hears of nonsense is a setback, and no leg that holds."""
    chance = random.Random("legs")
    for number in range(COUNT):
        body = WAYS[number % len(WAYS)](chance, content("12107"))
        with pytest.raises(Setback):
            legs = drive(talk("probe", SETTINGS), lambda _, body=body: PARTNER.unseal(Reply(200, {}, body), SETTINGS))
            assert not any(isinstance(leg, ProbeLeg) and leg.ok for leg in legs.facts)


def signed(body: bytes) -> Heard:
    return hear(body, STAMP, signature(STAMP, body, SETTINGS))


def test_no_rightly_signed_push_with_a_wrong_inside_is_a_success() -> None:
    chance = random.Random("filled")
    for _ in range(COUNT):
        record = dict(RECORD)
        names = spoilt(chance, record)
        try:
            facts = signed(push(json.dumps(record).encode())).facts
        except Unknown:
            continue
        for fact in facts:
            assert {"agreementNo", "signStatus", "updateTime"}.isdisjoint(names), (fact, record)
            assert not isinstance(fact, DeviceBound) or {"terminalId", "terminalStatus"}.isdisjoint(names), record


@pytest.mark.slow
def test_no_hostile_document_is_a_crash_or_a_fact() -> None:
    """Deep, wide, with entities, in a charset that it does not have, cut, doubled: Unknown, in bounded memory."""
    chance = random.Random("hostile")
    good = push(json.dumps(RECORD).encode())
    entity = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
    tracemalloc.start()
    for number in range(COUNT):
        match number % 8:
            case 0:
                levels = chance.randrange(1000, 3000) if number % 1000 else 40_000
                body = b"<a>" * levels + (b"</a>" * levels if chance.random() < 0.5 else b"")
            case 1:
                body = b"<a>" + b"<b/>" * chance.randrange(100, 1500) + b"</a>"
            case 2:
                body = push(json.dumps(RECORD).encode(), number="&c;", before=entity)
            case 3:
                body = good.decode().encode(chance.choice(["utf-16", "utf-32", "utf-16-le"]))
            case 4:
                body = good[: chance.randrange(len(good) - 1)]
            case 5:
                name = chance.choice([b"ActionID", b"FeatureStr"])
                body = good.replace(b"<" + name, b"<" + name + b">1</" + name + b"><" + name, 1)
            case 6:
                body = good.replace(b"</E>", b"<TransactionID>TR2</TransactionID></E>")
            case _:
                body = good.replace(b"?>", b"?>" + b" " * 300_000, 1)
        with pytest.raises(Unknown):
            facts = signed(body).facts
            pytest.fail(f"{facts} from {body[:200]!r}")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


def test_no_reordered_push_is_heard_under_the_signature_of_the_first() -> None:
    """The same fields in another order, and the same JSON in another order inside, are other bytes."""
    chance = random.Random("reordered")
    names = list(RECORD)
    good = push(json.dumps(RECORD).encode())
    right = signature(STAMP, good, SETTINGS)
    for _ in range(COUNT):
        chance.shuffle(names)
        inside = json.dumps({name: RECORD[name] for name in names}).encode()
        body = push(inside)
        if chance.random() < 0.5:
            text = base64.b64encode(inside)
            body = body.replace(b"<FeatureStr>" + text + b"</FeatureStr>", b"")
            body = body.replace(b"<ActionID>", b"<FeatureStr>" + text + b"</FeatureStr><ActionID>")
        if body != good:
            with pytest.raises(Forged):
                hear(body, STAMP, right)


def test_the_odd_values_are_odd() -> None:
    """The generator's own values differ from one another, so that each case is one of its own."""
    assert all(first is not second for first, second in pairwise(ODD))
