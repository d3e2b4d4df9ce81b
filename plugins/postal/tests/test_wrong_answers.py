"""Five thousand wrong answers for each parser: no crash, nothing believed that was not said, bounded memory."""

import json
import random
import tracemalloc
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import hub_postal
import pytest
from hub_postal import Settings, talking
from hub_postal.callbacks import understood
from hub_postal.envelope import disclose, enclose
from hub_postal.talking import question_serial

from hub.channels.host import examine
from hub.domain.facts import Setback
from hub.plugin import BindingLive, Busy, Forged, Reply, Secret, Unknown, Url, sm
from hub.testing.play import drive

COUNT = 5000
PARTNER = examine("postal", hub_postal)
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
KEY, CODE, MERCHANT = "202611240030001234567890", "370100000001", "MADEUP0001"
OUR_KEY, BANK_KEY = "11" * 32, "22" * 32


def public(private: str) -> str:
    return sm.PrivateKey.from_hex(private).public.to_bytes().hex()


SETTINGS = Settings(
    base_url=Url("https://wap.postal.test"),
    merchant_id=MERCHANT,
    app_id="900000000000000000001",
    source_id="99",
    private_key=Secret(OUR_KEY),
    bank_public_key=public(BANK_KEY),
    iv=Secret("0123456789abcdef"),
    message_secret=Secret("a-made-up-secret-of-32-characters"),
)
BANK = replace(SETTINGS, private_key=Secret(BANK_KEY), bank_public_key=public(OUR_KEY))
RECORD = {
    "customerCode": CODE,
    "qpayAgrNo": "YZ1",
    "mediumNo": "600000****0018",
    "agrSta": "1",
    "changeTime": "20261124003000000",
}
SERIALS = {
    "probe": question_serial("", NOW, "probe"),
    "query_binding": question_serial(KEY, NOW, "held"),
    "unbind_card": KEY,
    "list_bindings": question_serial(KEY, NOW, "list 0"),
}
DATA: Mapping[str, dict[str, Any]] = {
    "probe": {},
    "query_binding": {"records": [RECORD]},
    "unbind_card": {"qpayAgrNo": "YZ1"},
    "list_bindings": {"records": [RECORD], "cursor": "T1", "more": "0"},
}
ODD: tuple[Any, ...] = (None, "", "0", "1", 0, 1, -5, 0.0, True, [], {}, ["000000"], {"a": "000000"}, "0000000", "０")
LABELS = iter(range(10**9))


def good(verb: str) -> dict[str, Any]:
    """What the bank says when all goes well."""
    code = "710001" if verb == "probe" else "000000"
    body = {"respCode": code, "respMsg": "成功", "data": json.dumps(DATA[verb])}
    return {"head": {"partnerTxSriNo": SERIALS[verb], "merchantId": MERCHANT}, "body": body}


def sealed(plain: str, part: Any = "response") -> bytes:
    """As the bank would sign and encrypt it."""
    return enclose(plain, BANK, f"label {next(LABELS)}", part)


def html(chance: random.Random, _: bytes) -> bytes:
    word = chance.choice(["login", "000000", "成功", "respCode"])
    return f"<html><head><title>{word}</title></head><body>{word * chance.randrange(50)}</body></html>".encode()


def cut(chance: random.Random, whole: bytes) -> bytes:
    return whole[: chance.randrange(len(whole))]


def foreign(chance: random.Random, whole: bytes) -> bytes:
    text = whole.decode()[:-1] + ',"respMsg":"成功"}'
    return text.encode(chance.choice(["gbk", "utf-16", "utf-16-le", "utf-32", "gb18030"]))


def deep(chance: random.Random, _: bytes) -> bytes:
    levels = chance.randrange(1000, 20_000)
    return chance.choice([b'{"response":' * levels, b"[" * levels, b"<a>" * levels, b'{"a":[' * levels])


def entities(chance: random.Random, _: bytes) -> bytes:
    inner = chance.choice(["000000", "&a;", "x" * 500, '" SYSTEM "file:///etc/passwd'])
    return f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "{inner}">]><a><respCode>&a;</respCode></a>'.encode()


def noise(chance: random.Random, _: bytes) -> bytes:
    return chance.choice([b"", b" " * 50, b"000000", b"null", b"true", chance.randbytes(chance.randrange(300))])


def altered(chance: random.Random, whole: bytes) -> bytes:
    """One character of a signed part exchanged for another."""
    envelope = json.loads(whole)
    name = chance.choice([each for each in envelope if envelope[each]])
    text = envelope[name]
    place = chance.randrange(len(text))
    other = chance.choice([each for each in "0123456789ABCDEFabcdef+/=\r #" if each.lower() != text[place].lower()])
    envelope[name] = text[:place] + other + text[place + 1 :]
    return json.dumps(envelope).encode()


def rearranged(chance: random.Random, whole: bytes) -> bytes:
    """Parts of two messages put together, a part missing, one too many, or of another kind."""
    envelope, other = json.loads(whole), json.loads(OTHER)
    name = chance.choice(["response", "encryptKey", "signature"])
    way = chance.randrange(4)
    if way == 0:
        envelope[name] = other[name]
    elif way == 1:
        del envelope[chance.choice(list(envelope))]
    elif way == 2:
        envelope["request"] = envelope["response"]
    else:
        envelope[name] = chance.choice([each for each in ODD if not isinstance(each, str)])
    return json.dumps(envelope).encode()


def doubled(chance: random.Random, whole: bytes) -> bytes:
    """A name twice, so that it could be read either way."""
    name = chance.choice(["response", "encryptKey", "signature"])
    return whole.replace(b"{", f'{{"{name}":"x",'.encode(), 1)


def plain(chance: random.Random, _: bytes) -> bytes:
    """What a right answer says, without its envelope."""
    return json.dumps(good(chance.choice(list(DATA)))).encode()


OTHER = sealed(json.dumps(good("probe")))
WAYS: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    html,
    cut,
    foreign,
    deep,
    entities,
    noise,
    altered,
    rearranged,
    doubled,
    plain,
)


def test_no_wrong_envelope_is_opened() -> None:
    """Before any verb sees it: only Unknown and Forged, in bounded memory."""
    chance, whole = random.Random("envelope"), sealed(json.dumps(good("query_binding")))
    assert talking.unseal(Reply(200, {}, whole), SETTINGS) == good("query_binding")
    tracemalloc.start()
    for number in range(COUNT):
        body = WAYS[number % len(WAYS)](chance, whole)
        with pytest.raises((Unknown, Forged)):
            talking.unseal(Reply(200, {}, body), SETTINGS)
            pytest.fail(f"number {number}: {body[:200]!r}")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def spoilt_code(chance: random.Random, verb: str) -> dict[str, Any]:
    """A code that nobody knows."""
    content = good(verb)
    code = chance.choice(
        ["", "00000", "0000000", "１", "SUCCESS", "-000000", f"{chance.randrange(1, 600000):06d}", *ODD]
    )
    content["body"]["respCode"] = code
    return content


def spoilt_head(chance: random.Random, verb: str) -> dict[str, Any]:
    """An answer to something else, or to somebody else."""
    content = good(verb)
    name = chance.choice(["partnerTxSriNo", "merchantId"])
    content["head"][name] = chance.choice([*ODD, SERIALS[verb][::-1], MERCHANT.lower()])
    return content


def spoilt_shape(chance: random.Random, verb: str) -> dict[str, Any]:
    """A part missing or of another kind; data that is an object and no text."""
    content = good(verb)
    name = chance.choice(["head", "body", "data"])
    holder = content["body"] if name == "data" else content
    holder[name] = chance.choice([*ODD, DATA[verb], "{", "[" * 5000, '{"records":[],"records":[]}'])
    return content


INSIDE = (spoilt_code, spoilt_head, spoilt_shape)


def talk(verb: str) -> Any:
    given = {"key": KEY, "customer_code": CODE, "card_number": "600000000000000018", "reference": "YZ1"}
    return PARTNER.talk(verb, settings=SETTINGS, now=NOW, asked_at=NOW, since=None, cursor="", **given)


def told(verb: str, content: Any) -> tuple[Any, ...]:
    return drive(talk(verb), lambda _: content).facts


@pytest.mark.parametrize("verb", sorted(DATA))
def test_no_wrong_inside_is_believed(verb: str) -> None:
    """Rightly signed, wrong within. The envelope was opened above; here its content is given as it was opened."""
    assert told(verb, good(verb))
    chance = random.Random(verb)
    for number in range(COUNT):
        content = INSIDE[number % len(INSIDE)](chance, verb)
        if verb == "probe" and content["body"] and isinstance(content["body"], dict) and "head" in content:
            content["body"]["respCode"] = chance.choice(["000000", "999999", None])
        with pytest.raises((Unknown, Forged)):
            facts = told(verb, content)
            pytest.fail(f"{facts} from number {number}: {str(content)[:300]}")


@pytest.mark.parametrize("verb", ["query_binding", "list_bindings"])
def test_no_spoilt_record_is_live(verb: str) -> None:
    """One or two values of a record wrong: either nothing, or a fact that does not hang on them."""
    chance = random.Random(f"record {verb}")
    for _ in range(COUNT):
        record, content = dict(RECORD), good(verb)
        spoilt = chance.sample(sorted(record), chance.choice([1, 1, 2]))
        for name in spoilt:
            record[name] = chance.choice(ODD)
        data = {**DATA[verb], "records": [record]}
        content["body"]["data"] = json.dumps(data)
        try:
            facts = told(verb, content)
        except Setback as setback:
            assert not isinstance(setback, Busy)
            continue
        for fact in facts:
            live = isinstance(fact, BindingLive)
            assert not live or {"mediumNo", "changeTime"}.isdisjoint(spoilt), (fact, record)
            assert not live or record["agrSta"] == "1"


CALL = {"transSeq": "20261124003000001", "merchantId": MERCHANT, "transTime": "20261124003000", "busiType": "AGR_SIGN"}


def hear(body: bytes) -> Any:
    return PARTNER.call("receive", body=body, headers={}, settings=SETTINGS, now=NOW)


def test_no_wrong_callback_is_heard() -> None:
    """Unsigned, altered, put together from two: forged, whatever is wrong with it; never a fact, never an answer."""
    chance = random.Random("callback")
    whole = sealed(json.dumps({**CALL, "data": json.dumps(RECORD)}), "request")
    heard = hear(whole)
    assert [type(fact) for fact in heard.facts] == [BindingLive] and heard.event == CALL["transSeq"]
    answer = disclose(heard.answer, BANK, "response")
    assert answer == {"respCode": "000000", "respMsg": "成功", "transSeq": CALL["transSeq"]}
    ways = [way for way in WAYS if way not in (rearranged, doubled)]
    for number in range(COUNT):
        with pytest.raises(Forged):
            hear(ways[number % len(ways)](chance, whole))


NO_NAME: tuple[Any, ...] = (None, "", 0, 1, True, [], {}, ["YZ1"], "０", "YZ 1", "x" * 65)


def test_no_signed_callback_with_a_wrong_inside_is_heard() -> None:
    """Rightly signed: a stale or foreign one is forged, one that cannot be understood is unknown."""
    chance = random.Random("inside a callback")
    for number in range(COUNT):
        call: dict[str, Any] = {**CALL, "data": json.dumps(RECORD)}
        name = chance.choice([*call, *RECORD])
        if name in RECORD:
            wrong = NO_NAME if name in ("customerCode", "qpayAgrNo") else [each for each in ODD if each != "1"]
            call["data"] = json.dumps({**RECORD, name: chance.choice(wrong)})
        else:
            wrong = NO_NAME if name == "transSeq" else (*ODD, "AGR_END", "20261124001000", "2026112400300", "AGR_LENT")
            call[name] = chance.choice(wrong)
        with pytest.raises((Unknown, Forged)):
            facts = understood(call, SETTINGS, NOW)
            pytest.fail(f"{facts} from number {number}: {call}")


def test_a_list_of_twenty_thousand_is_never_more_than_a_page_in_memory() -> None:
    records = [{**RECORD, "customerCode": f"{each:012d}"} for each in range(200)]
    listing, serial, count = talk("list_bindings"), "", 0
    tracemalloc.start()
    step = next(listing)
    for number in range(100):
        serial = step.params["partnerTxSriNo"]
        content = good("list_bindings")
        content["head"]["partnerTxSriNo"] = serial
        last = number == 99
        data = {"records": records, "cursor": f"R{number}", "more": "0" if last else "1"}
        content["body"]["data"] = json.dumps(data)
        page = listing.send(content)
        count += len(page.facts)
        if not last:
            step = listing.send(None)
    with pytest.raises(StopIteration):
        listing.send(None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 20_000 and peak < 5_000_000
