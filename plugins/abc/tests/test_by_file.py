"""ABC by files against the inherited suite: every promise of the contract holds for the other way too."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import hub_abc
import pytest

from hub.plugin import (
    BindingAccepted,
    BindingEnded,
    BindingLive,
    BindingPending,
    BindingRefused,
    Fact,
    Unknown,
    Url,
)
from hub.testing import PluginSuite, Sample

from .abc_samples import CARD, CODES, KEY, OTHER, SETTINGS

FILE = replace(
    SETTINGS, way="file", base_url=Url("sftp://files.abc.test"), sftp_user="hub", sftp_host_key="ssh-ed25519 made-up"
)
WIDTHS = (6, 32, 1, 8, 4, 60)
NOT_BY_FILE = {"check_card", "confirm_binding", "recheck_binding", "query_binding_in_force"}
MISSING: Sample = (404, b"")
STORED: Sample = (201, b"")


def fixed(value: Any, width: int) -> bytes:
    """A value in its bytes; anything that is no short text is cut."""
    return str(value).encode("gbk", "replace")[:width].ljust(width)


def reply(rows: Sequence[Mapping[str, Any]], *, key: Any = KEY, count: Any = None) -> Sample:
    """A reply file, written from its description and nothing of the plugin."""
    said = str(len(rows) if count is None else count)
    names = "SeqNo", "SignNo", "Status", "ReturnCode", "Last4CardNo", "ErrorMessage"
    details = [b"D" + b"".join(fixed(row.get(n, ""), w) for n, w in zip(names, WIDTHS, strict=True)) for row in rows]
    lines = [b"H" + fixed(key, 24) + fixed(said, 6), *details, b"T" + fixed(said, 6)]
    return 200, b"".join(each + b"\r\n" for each in lines)


def row(number: int, state: str = "0", code: str = "0000", sign_no: str = "") -> dict[str, str]:
    """One receipt."""
    tail = (CARD, OTHER)[number - 1][-4:] if state == "0" else ""
    sign_no = sign_no or f"{KEY}{number:05d}"
    return {"SeqNo": str(number), "SignNo": sign_no, "Status": state, "ReturnCode": code, "Last4CardNo": tail}


def waiting(key: str = KEY, rows: int = 1) -> Sample:
    """Our own package, not taken away yet."""
    details = [b"D" + b" " * 183] * rows
    lines = [f"H{key}20261124{rows:<6}{'50000.00':<16}".encode(), *details, f"T{rows:<6}{'50000.00':<16}".encode()]
    return 200, b"".join(each + b"\r\n" for each in lines)


class TestAbcByFile(PluginSuite):
    """The same suite; what a file cannot do is left out."""

    plugin = hub_abc
    settings = FILE
    fields = {
        "customer_code": CODES[0],
        "holder_name": "张三",
        "card_number": CARD,
        "id_number": "37010019900101001X",
        "phone": "18900000001",
    }
    rows = (fields, {**fields, "customer_code": CODES[1], "holder_name": "李四", "card_number": OTHER})
    done = {
        "probe": [MISSING],
        "bind_card": [STORED],
        "query_binding": [reply([row(1)])],
        "unbind_card": [STORED],
        "query_unbinding": [reply([row(1, sign_no="REF1")])],
        "deliver_agreements": [STORED],
        "query_delivery": [reply([row(1), row(2)])],
    }
    refused = {"query_delivery": [reply([row(1, "1", "EPS201"), row(2, "1", "EPS204")])]}
    busy = ((405, b""), (503, b""))
    garbage = (
        reply([row(1)], key="9" * 24),
        reply([row(1)], count="2"),
        (200, reply([row(1)])[1][:-11]),
        (200, b"\xef\xbb\xbf" + reply([row(1)])[1]),
        (200, b""),
        (413, b""),
        waiting("9" * 24),
        (200, waiting()[1][:-10]),
    )

    def enclose(self, content: Any) -> Sample:
        """A reply file; contents that are none travel as they are."""
        if content in ({"stored": True}, {"missing": True}):
            return STORED if "stored" in content else MISSING
        if isinstance(content, dict) and isinstance(content.get("Details"), list):
            rows = [each if isinstance(each, dict) else {} for each in content["Details"]]
            return reply(rows, key=content.get("key", ""))
        return 200, json.dumps(content).encode()

    def test_every_verb_has_a_sample(self) -> None:
        """All verbs but those that a file cannot carry."""
        assert self.partner().capability.verbs.keys() - self.done.keys() == NOT_BY_FILE

    def test_busy_is_busy(self) -> None:
        """Here it is the line that says so; a probe fails with it too."""
        for sample in self.busy:
            for verb, _ in self.each():
                with pytest.raises(hub_abc.Busy):
                    self.converse(verb, [sample], for_ever=True)


SUITE = TestAbcByFile()


def stated(verb: str, *samples: Sample, **changes: Any) -> Fact:
    """The one fact of a talk."""
    [fact] = SUITE.converse(verb, samples, **changes).facts
    assert isinstance(fact, Fact)
    return fact


@pytest.mark.article("R7.9", "R7.10")
def test_a_single_card_is_a_package_of_one_row() -> None:
    assert stated("bind_card", STORED) == BindingAccepted(CODES[0], f"{KEY}00001", row_no="1")
    assert stated("query_binding", reply([row(1)])) == BindingLive(CODES[0], f"{KEY}00001", "0018")
    refused = stated("query_binding", reply([row(1, "1", "EPS201")]))
    assert isinstance(refused, BindingRefused) and refused.reason == "name_mismatch"


@pytest.mark.article("R10.1")
def test_an_ending_is_a_package_too_and_tells_nothing_but_its_sign_no() -> None:
    played = SUITE.converse("unbind_card", [STORED])
    assert played.facts == (BindingAccepted(CODES[0], "REF1"),)
    body = SUITE.partner().seal(played.requests[0], FILE, KEY, "e1", SUITE.conversation("probe") and None).body
    assert b"REF1" in body and CARD.encode() not in body and "张三".encode("gbk") not in body
    assert stated("query_unbinding", reply([row(1, sign_no="REF1")])) == BindingEnded(CODES[0])
    gone = reply([row(1, "1", "EPS130", "REF1")])
    assert stated("query_unbinding", gone) == BindingEnded(CODES[0], "EPS130")
    assert isinstance(stated("query_unbinding", reply([row(1, "1", "EPS205", "REF1")])), BindingRefused)
    assert isinstance(stated("query_unbinding", reply([row(1, "X", "", "REF1")])), BindingPending)


def test_without_a_reply_our_own_package_tells_whether_the_bank_has_yet_to_take_it() -> None:
    for verb in ("query_binding", "query_unbinding"):
        assert isinstance(stated(verb, MISSING, waiting()), BindingPending)
    facts = SUITE.converse("query_delivery", [MISSING, waiting(rows=2)]).facts
    assert [type(fact) for fact in facts] == [BindingPending] * 2
    for second in (MISSING, waiting("9" * 24), (200, waiting()[1][:-3]), reply([row(1)])):
        with pytest.raises(Unknown):
            SUITE.converse("query_binding", [MISSING, second])


def test_rows_that_are_unknown_stay_without_a_fact() -> None:
    for receipt in ([row(1, "2")], [row(1, "7")], [row(2)], [row(1), row(1, "1", "EPS201")], []):
        assert SUITE.converse("query_delivery", [reply(receipt)]).facts in ((), stated_rows(receipt))


def stated_rows(receipt: list[dict[str, str]]) -> tuple[Fact, ...]:
    """What the second row's receipt states, if it is there."""
    live = BindingLive(CODES[1], f"{KEY}00002", OTHER[-4:], row_no="2")
    return (live,) if any(each["SeqNo"] == "2" for each in receipt) else ()


@pytest.mark.parametrize("name", ["customer_code", "id_number", "phone", "holder_name"])
def test_a_value_too_long_for_its_field_is_refused_by_row_and_breaks_nothing(name: str) -> None:
    played = SUITE.converse("bind_card", [], **{name: "1" * 61})
    [fact] = played.facts
    assert isinstance(fact, BindingRefused) and fact.code == "length" and played.requests == ()
