"""ICBC's notifications: verified over path and sorted fields, answered signed, heard once, and nothing else believed."""

import base64
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hub_icbc.callbacks import heard
from hub_icbc.settings import Settings

from hub.plugin import Answer, BindingEnded, BindingLive, Forged, Unknown
from hub.testing import Sample
from hub.testing.garbage import SIGNED_WAYS, Way
from hub.testing.storm import Parser, storm

from .test_nc import SETTINGS as LINK
from .test_plugin import CARD, CODES, GATEWAY, NOW, OURS, SETTINGS

LIVE = {
    "msg_id": "N0001-1",
    "pay_no": CODES[0],
    "contract_no": SETTINGS.contract_no,
    "agreement_no": "BDP000000001",
    "pay_acct_no": CARD,
    "status": "1",
    "s_time": "20261124002900",
    "f_time": "",
}
ENDED = {**LIVE, "msg_id": "N0001-2", "status": "2", "f_time": "20261124002930"}
AT = datetime(2026, 11, 23, 16, 29, tzinfo=UTC)


def form(
    content: Any, *, path: str = "/callbacks/icbc", name: str = "sign", encoding: str = "utf-8", **fields: str
) -> bytes:
    """A notification as the bank's page describes it."""
    text = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    said = {"from": "icbc-api", "api": path, "app_id": SETTINGS.app_id, "charset": "UTF-8", "format": "json"}
    said |= {"timestamp": "2026-11-24 00:30:00", "biz_content": text, "sign_type": "RSA", **fields}
    joined = f"{path}?" + "&".join(f"{key}={value}" for key, value in sorted(said.items()) if value)
    sign = base64.b64encode(GATEWAY.sign(joined.encode(encoding), padding.PKCS1v15(), hashes.SHA1())).decode()
    return urlencode({**said, name: sign}, encoding=encoding).encode()


def test_what_is_in_force_or_ended_is_heard_with_its_moment() -> None:
    first, second = heard(form(LIVE), SETTINGS, NOW), heard(form(ENDED), SETTINGS, NOW)
    assert first.event == "N0001-1" and list(first.facts) == [BindingLive(CODES[0], "BDP000000001", "0018", at=AT)]
    assert list(second.facts) == [BindingEnded(CODES[0], at=AT + timedelta(seconds=30))]


def test_the_answer_is_signed_between_brace_and_sign() -> None:
    one, other = (heard(form(LIVE), SETTINGS, NOW + timedelta(minutes=n)).answer for n in (0, 1))
    said = json.loads(one)
    assert said["response_biz_content"]["return_code"] == 0 and said["sign_type"] == "RSA2"
    text = one[1 : one.index(b',"sign"')]
    OURS.public_key().verify(base64.b64decode(said["sign"]), text, padding.PKCS1v15(), hashes.SHA256())
    assert json.loads(other)["response_biz_content"]["msg_id"] != said["response_biz_content"]["msg_id"]


@pytest.mark.parametrize(
    "body",
    [
        form(LIVE, name="signMsg"),
        form(LIVE, timestamp="2026/11/24 00:30:00"),
        form(LIVE, app_id="", appid=SETTINGS.app_id),
        form({**LIVE, "note": "张三 & 李四 = 100%+"}),
    ],
    ids=["signMsg", "slashes", "appid", "characters"],
)
def test_the_forms_that_the_banks_own_page_mixes_are_all_heard(body: bytes) -> None:
    assert heard(body, SETTINGS, NOW).facts


@pytest.mark.parametrize("charset", ["GBK", "gbk", "Gbk", "GB18030", "gb18030", "GB2312", "utf-8", "UTF8"])
def test_the_name_of_a_charset_has_several_spellings(charset: str) -> None:
    """Names of charsets have no case, and GB18030 holds all of GBK."""
    encoding = "gbk" if charset.lower().startswith("gb") else "utf-8"
    assert heard(form({**LIVE, "cust_name": "张测试"}, encoding=encoding, charset=charset), SETTINGS, NOW).facts


def test_a_text_that_speaks_of_a_charset_does_not_choose_it() -> None:
    assert heard(form({**LIVE, "cust_name": "张测试", "note": "charset=GBK"}), SETTINGS, NOW).facts


def test_a_plus_that_was_not_escaped_is_read_as_one() -> None:
    """A reader of forms makes a blank of it; no base64 has blanks, so it can only have been a plus."""
    bodies = (form({**LIVE, "note": str(number)}) for number in range(99))
    body = next(body for body in bodies if b"%2B" in body.partition(b"&sign=")[2])
    before, name, sign = body.partition(b"&sign=")
    assert heard(before + name + sign.replace(b"%2B", b"+"), SETTINGS, NOW).facts
    with pytest.raises(Forged):
        heard(before + name + sign.replace(b"%2B", b"%2D"), SETTINGS, NOW)


def touched(body: bytes, **fields: str) -> bytes:
    return urlencode(dict(parse_qsl(body.decode(), keep_blank_values=True)) | fields).encode()


GOOD = form(LIVE)
SIGN = dict(parse_qsl(GOOD.decode()))["sign"]
FORGED = {
    "another path": form(LIVE, path="/callbacks/abc"),
    "another app": form(LIVE, app_id="8800000000000000002"),
    "a field changed": touched(GOOD, biz_content=json.dumps(ENDED)),
    "a field more": touched(GOOD, more="1"),
    "no signature": touched(GOOD, sign=""),
    "its signature back to front": touched(GOOD, sign=SIGN[::-1]),
    "two signatures": GOOD + urlencode({"signMsg": SIGN}).encode(),
    "a name twice": GOOD + b"&status=2&status=1",
    "stale": form(LIVE, timestamp="2026-11-20 00:30:00"),
    "ahead": form(LIVE, timestamp="2026-11-24 01:30:00"),
    "json": json.dumps(LIVE).encode(),
    "nothing": b"",
    "no text": b"\xff\xfe",
    "large": GOOD + b"&a=" + b"1" * 70_000,
}


@pytest.mark.parametrize("body", FORGED.values(), ids=FORGED)
def test_what_the_gateway_did_not_sign_for_us_is_forged(body: bytes) -> None:
    with pytest.raises(Forged):
        heard(body, SETTINGS, NOW)


def test_over_the_link_there_are_none() -> None:
    with pytest.raises(Forged, match="not_on_this_way"):
        heard(GOOD, LINK, NOW)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"status": "9"},
        {"status": ""},
        {"contract_no": "BDP1"},
        {"pay_no": ""},
        {"agreement_no": None},
        {"pay_acct_no": "018"},
        {"pay_acct_no": "张三张三"},
        {"s_time": "yesterday"},
        {"msg_id": "a b"},
    ],
    ids=str,
)
def test_what_is_signed_and_not_understood_is_unknown(spoilt: dict[str, Any]) -> None:
    with pytest.raises(Unknown):
        heard(form({**LIVE, **spoilt}), SETTINGS, NOW)
    for nonsense in ("[]", "{", "1", '"x"', ""):
        with pytest.raises(Unknown):
            heard(form(nonsense), SETTINGS, NOW)


def in_form(way: Way) -> Way:
    """Made of the content and signed: a bank that signs nonsense."""

    def make(chance: random.Random, good: bytes) -> bytes:
        content = dict(parse_qsl(good.decode()))["biz_content"]
        return form(way(chance, content.encode()).decode("utf-8", "replace"))

    return make


def parser(settings: Settings) -> Iterator[Parser]:
    """The parser of notifications."""

    def read(sample: Sample) -> Sequence[Answer]:
        return list(heard(sample[1], settings, NOW).facts)

    ways = (*SIGNED_WAYS, *(in_form(way) for way in SIGNED_WAYS[:7]))
    yield Parser("notification", (200, form(LIVE)), read, LIVE, lambda content: (200, form(content)), ways)


@pytest.mark.parametrize("count", [500, pytest.param(5000, marks=pytest.mark.proof)])
def test_no_wrong_notification_is_a_crash_or_believed(count: int) -> None:
    for each in parser(replace(SETTINGS, notify_window=3600)):
        sys.stdout.write(f"icbc: {storm(each, count, random.Random(each.name))}\n")
