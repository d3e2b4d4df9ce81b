"""Five thousand wrong answers for each of ICBC's verbs, by RSA, by SM2 and SM4, and by the XML link."""

import base64
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar

import pytest

from hub.plugin import sm
from hub.testing import PluginSuite, Sample
from hub.testing.garbage import WAYS, Way
from hub.testing.storm import parsers, storm

from .test_national_ciphers import CONTENT_KEY, GATEWAY_KEY
from .test_national_ciphers import SETTINGS as NATIONAL
from .test_nc import TestIcbcLink as Link
from .test_plugin import TestIcbc as ByRsa

gmssl_pyx = pytest.importorskip("gmssl_pyx")
SHARE, ALL = 500, 5000


def by_sm(content: Any) -> Sample:
    """A content as a gateway with SM2 and SM4 sends it."""
    plain = json.dumps(content, ensure_ascii=False).encode()
    text = json.dumps(base64.b64encode(sm.cbc_encrypt(CONTENT_KEY, bytes(16), plain)).decode())
    key = sm.PrivateKey.from_hex(GATEWAY_KEY)
    made = gmssl_pyx.sm2_sign(key.to_bytes(), key.public.to_bytes(), text.encode())
    return 200, f'{{"response_biz_content":{text},"sign":"{base64.b64encode(made).decode()}"}}'.encode()


class BySm(ByRsa):
    """The same samples under SM2 and SM4."""

    __test__ = False
    settings = NATIONAL
    done: ClassVar = {
        verb: [by_sm(json.loads(sample[1])["response_biz_content"]) for sample in samples]
        for verb, samples in ByRsa.done.items()
    }

    def enclose(self, content: Any) -> Sample:
        return by_sm(content)

    def open(self, sample: Sample) -> Any:
        text = json.loads(sample[1])["response_biz_content"]
        return json.loads(sm.cbc_decrypt(CONTENT_KEY, bytes(16), base64.b64decode(text)))


def framed(way: Way) -> Way:
    """Made of the XML inside, and in its frame again."""

    def make(chance: Any, good: bytes) -> bytes:
        inner = base64.b64decode(good.partition(b"=")[2]) if good.startswith(b"reqData=") else good
        return b"reqData=" + base64.b64encode(way(chance, inner))

    return make


LINK_WAYS: Sequence[Way] = (*WAYS, *map(framed, WAYS))
SUITES: dict[str, PluginSuite] = {"rsa": ByRsa(), "sm": BySm(), "nc": Link()}
CASES = [(way, verb) for way, suite in SUITES.items() for verb in sorted(suite.done)]


@pytest.mark.article("R7.9", "R7.10", "R10.1")
@pytest.mark.parametrize("count", [SHARE, pytest.param(ALL, marks=pytest.mark.proof)])
@pytest.mark.parametrize(("way", "verb"), CASES)
def test_no_wrong_answer_is_a_crash_or_a_success(way: str, verb: str, count: int) -> None:
    found = list(parsers(SUITES[way], verb))
    for parser in found:
        ways = LINK_WAYS if way == "nc" else parser.ways
        figures = storm(replace(parser, ways=ways), count // len(found), random.Random(parser.name))
        sys.stdout.write(f"icbc by {way}: {figures}\n")
