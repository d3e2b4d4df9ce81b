"""Five thousand wrong answers for each of ABC's parsers: no crash, no false success, bounded memory."""

import base64
import json
import random
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import pytest
from hub_abc.callbacks import heard

from hub.domain.facts import Setback
from hub.plugin import BindingPending, BindingRefused, Reply
from hub.testing.garbage import BODIES
from hub.testing.play import play

from .abc_samples import CODES, KEY, SETTINGS, bare, enclosed, framed, held, message, package_of
from .test_files import FILE, NOW, PARTNER, PEOPLE, reply_file, talk

ROUNDS = 5000
NOTICE = {"ReturnCode": "0000", "SignNo": KEY, "SignDesc": CODES[0], "TrxType": "EntrustSign", "NotifyNo": "N1"}
NOTICE |= {"HostDate": "2026/11/24", "HostTime": "00:20:00", "AgentSignStatus": "1", "Last4CardNo": "0018"}
LARGE = 4 * 1024 * 1024


def damaged(chance: random.Random, good: bytes) -> bytes:
    """A good answer with something wrong, or nothing like it."""
    made = bytearray(good)
    match chance.randrange(6):
        case 0:
            return chance.choice(BODIES)
        case 1:
            return bytes(made[: chance.randrange(len(made))])
        case 2:
            made[chance.randrange(len(made))] ^= 1 << chance.randrange(8)
        case 3:
            place = chance.randrange(len(made))
            made[place:place] = chance.randbytes(chance.randrange(1, 9))
        case 4:
            return good.decode("gb18030", "replace").encode(chance.choice(["utf-16", "utf-32", "utf-7"]))
        case _:
            return chance.randbytes(chance.randrange(300))
    return bytes(made)


def untrue(chance: random.Random, answer: dict[str, Any]) -> bytes:
    """A message that the bank has signed and that says nothing of use, or one whose signature is for another text."""
    text = message(answer)
    match chance.randrange(4):
        case 0:
            code = "".join(chance.choices("AEPSUNKW0123456789", k=chance.randrange(1, 8)))
            return enclosed({**answer, "ReturnCode": "?" + code})[1]
        case 1:
            other = json.loads(text)
            shuffled = dict(chance.sample(list(other.items()), len(other)))
            reordered = json.dumps(shuffled, ensure_ascii=False, separators=(", ", ":"))
            return framed(reordered, text)
        case 2:
            return bare("0000", **{name: value for name, value in answer.items() if name != "ReturnCode"})[1]
        case _:
            return framed(text.replace(SETTINGS.merchant_id, "103899999999902"))


def notification(body: bytes) -> bytes:
    """As it comes to the hub."""
    return ("MSG=" + quote_plus(base64.b64encode(body).decode())).encode()


@dataclass(frozen=True)
class Parser:
    """A way in: what is good there, and what it concludes."""

    answer: dict[str, Any]
    read: Callable[[bytes], object]

    @property
    def good(self) -> bytes:
        """A genuine message."""
        return enclosed(self.answer)[1]


def concluded(verb: str) -> Callable[[bytes], object]:
    """What a talk concludes from an answer."""

    def read(body: bytes) -> object:
        content = PARTNER.unseal(Reply(200, {}, body), SETTINGS)
        if verb == "query_delivery":
            return play(talk(verb, PEOPLE, SETTINGS), [content]).facts
        given = {"key": KEY, "asked_at": NOW, "now": NOW, "reference": KEY, **PEOPLE[0]}
        return play(PARTNER.talk(verb, settings=SETTINGS, **given), [content]).facts

    return read


def answer_of(sample: tuple[int, bytes]) -> dict[str, Any]:
    """The TrxResponse of a sample."""
    found: dict[str, Any] = json.loads(sample[1])["MSG"]["Message"]["TrxResponse"]
    return found


PARSERS = {
    "binding": Parser(answer_of(held(KEY)), concluded("query_binding")),
    "package": Parser(answer_of(package_of("0", "0")), concluded("query_delivery")),
    "notification": Parser(NOTICE, lambda body: heard(notification(body), SETTINGS, NOW)),
}


@pytest.mark.article("R7.9", "R7.10", "R7.11")
@pytest.mark.parametrize("name", PARSERS)
def test_five_thousand_wrong_signed_answers(name: str) -> None:
    parser, chance, believed, same = PARSERS[name], random.Random(7), 0, 0
    good = parser.good
    genuine = parser.read(good)
    lies = [untrue(chance, parser.answer) for _ in range(200)]
    for turn in range(ROUNDS):
        body = lies[turn % len(lies)] if turn % 5 == 0 else damaged(chance, good)
        try:
            found = parser.read(body)
        except Setback:
            continue
        same += found == genuine
        believed += found != genuine or turn % 5 == 0
    assert believed == 0
    assert same < ROUNDS / 20, "only blanks around the signed text may be borne"


@pytest.mark.parametrize("shape", [b"MSG=%", b"MSG=", b"a=b", b"MSG=AAAA&MSG=BBBB", b"", b"\xff", b"&" * 99])
def test_a_form_that_is_none_is_forged(shape: bytes) -> None:
    with pytest.raises(Setback):
        heard(shape, SETTINGS, NOW)


@pytest.mark.article("R7.10")
def test_five_thousand_wrong_reply_files() -> None:
    chance, good = random.Random(8), reply_file("1", "1")
    for _ in range(ROUNDS):
        try:
            content = PARTNER.unseal(Reply(200, {}, damaged(chance, good)), FILE)
            facts = play(talk("query_delivery", PEOPLE), [content]).facts
        except Setback:
            continue
        assert all(isinstance(fact, BindingRefused | BindingPending) for fact in facts), facts


HOSTILE = {
    "blanks": b" " * LARGE,
    "deep": b'{"MSG":{"Message":' + b"[" * LARGE,
    "deep_objects": b'{"MSG":{"Message":' + b'{"a":' * (LARGE // 5),
    "digits": b'{"MSG":{"Message":{"a":' + b"9" * LARGE + b"}",
    "signature": framed("{}")[:-6] + b"A" * LARGE + b'"}}',
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
