"""Five thousand wrong answers for each of ABC's verbs, its files and its notifications: nothing believed."""

import base64
import random
import sys
import tracemalloc
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus, unquote_plus

import pytest
from hub_abc.callbacks import heard

from hub.domain.facts import Setback
from hub.plugin import Answer, Reply
from hub.testing import Sample
from hub.testing.garbage import SIGNED_WAYS, Way
from hub.testing.storm import Parser, parsers, storm

from .abc_samples import CODES, KEY, SETTINGS, enclosed
from .abc_samples import framed as envelope
from .test_by_file import TestAbcByFile
from .test_files import FILE, NOW, PARTNER
from .test_plugin import TestAbc

SHARE, ALL = 500, 5000
FILES = ("query_binding", "query_unbinding", "query_delivery")
NOTICE = {"ReturnCode": "0000", "SignNo": KEY, "SignDesc": CODES[0], "TrxType": "EntrustSign", "NotifyNo": "N1"}
NOTICE |= {"HostDate": "2026/11/24", "HostTime": "00:20:00", "AgentSignStatus": "1", "Last4CardNo": "0018"}
LARGE = 4 * 1024 * 1024


def notification(body: bytes) -> bytes:
    """As it comes to the hub."""
    return ("MSG=" + quote_plus(base64.b64encode(body).decode())).encode()


def test_a_plus_that_was_not_escaped_is_read_as_one() -> None:
    """A reader of forms makes a blank of it; no base64 has blanks, so it can only have been a plus."""
    bodies = (notification(enclosed({**NOTICE, "ErrorMessage": "测试" + "啊" * number})[1]) for number in range(99))
    body = next(body for body in bodies if b"%2B" in body)
    assert list(heard(body.replace(b"%2B", b"+"), SETTINGS, NOW).facts) == list(heard(body, SETTINGS, NOW).facts)


def framed(way: Way) -> Way:
    """Made of the message inside, and in its form again."""

    def make(chance: random.Random, good: bytes) -> bytes:
        return notification(way(chance, base64.b64decode(unquote_plus(good[4:].decode()))))

    return make


def calls() -> Iterator[Parser]:
    """The parser of notifications."""

    def read(sample: Sample) -> Sequence[Answer]:
        return list(heard(sample[1], SETTINGS, NOW).facts)

    def enclose(content: Any) -> Sample:
        return 200, notification(enclosed(content)[1])

    ways = (*SIGNED_WAYS, *map(framed, SIGNED_WAYS))
    yield Parser("notification", enclose(NOTICE), read, NOTICE, enclose, ways)


def files(verb: str) -> Iterator[Parser]:
    """The parsers of reply files. A state has one character: an odd one longer than that is not cut to one of the table."""
    suite = TestAbcByFile()

    def enclose(content: Any) -> Sample:
        rows = content.get("Details") if isinstance(content, dict) else None
        for row in rows if isinstance(rows, list) else []:
            if isinstance(row, dict) and len(str(row.get("Status", ""))) != 1:
                row["Status"] = "?"
        return suite.enclose(content)

    for each in parsers(suite, verb):
        yield replace(each, enclose=enclose)


GIVEN = {
    **{f"interface {verb}": (lambda verb=verb: parsers(TestAbc(), verb)) for verb in TestAbc.done},
    **{f"file {verb}": (lambda verb=verb: files(verb)) for verb in FILES},
    "notification": calls,
}


@pytest.mark.article("R7.9", "R7.10", "R7.11")
@pytest.mark.parametrize("count", [SHARE, pytest.param(ALL, marks=pytest.mark.proof)])
@pytest.mark.parametrize("name", GIVEN)
def test_no_wrong_answer_is_a_crash_or_a_success(name: str, count: int) -> None:
    found = list(GIVEN[name]())
    assert found
    for parser in found:
        sys.stdout.write(f"abc by {name}: {storm(parser, count // len(found), random.Random(parser.name))}\n")


@pytest.mark.parametrize("shape", [b"MSG=%", b"MSG=", b"a=b", b"MSG=AAAA&MSG=BBBB", b"", b"\xff", b"&" * 99])
def test_a_form_that_is_none_is_forged(shape: bytes) -> None:
    with pytest.raises(Setback):
        heard(shape, SETTINGS, NOW)


HOSTILE = {
    "blanks": b" " * LARGE,
    "deep": b'{"MSG":{"Message":' + b"[" * LARGE,
    "deep_objects": b'{"MSG":{"Message":' + b'{"a":' * (LARGE // 5),
    "digits": b'{"MSG":{"Message":{"a":' + b"9" * LARGE + b"}",
    "signature": envelope("{}")[:-6] + b"A" * LARGE + b'"}}',
    "lines": b"\n" * LARGE,
    "rows": b"H" + b" " * 30 + b"\r\n" + b"D\r\n" * (LARGE // 3) + b"T      \r\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_answer_takes_little_memory(name: str) -> None:
    for settings in (SETTINGS, FILE):
        tracemalloc.start()
        with pytest.raises(Setback):
            PARTNER.unseal(Reply(200, {}, HOSTILE[name]), settings)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 64 * LARGE, f"{peak / LARGE:.0f} times the answer"
