"""ABC's file exchange: bytes of GBK out, receipts in."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import hub_abc
import pytest

from hub.channels.host import examine
from hub.plugin import BindingAccepted, BindingLive, BindingPending, BindingRefused, Reply, Unknown, Url
from hub.testing.play import numbered, play

from .abc_samples import CARD, CODES, KEY, OTHER, SETTINGS

PARTNER = examine("abc", hub_abc)
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
FILE = replace(
    SETTINGS, way="file", base_url=Url("sftp://files.abc.test"), sftp_user="hub", sftp_host_key="ssh-ed25519 made-up"
)
ONE = {
    "customer_code": CODES[0],
    "holder_name": "张三",
    "card_number": CARD,
    "id_number": "3701",
    "phone": "18900000001",
}
PEOPLE = [ONE, {**ONE, "customer_code": CODES[1], "holder_name": "李四", "card_number": OTHER}]


def talk(verb: str, people: list[dict[str, str]], settings: hub_abc.Settings = FILE) -> Any:
    rows = PARTNER.rows(verb, numbered(people))
    return PARTNER.talk(verb, key=KEY, agreements=rows, settings=settings, now=NOW, asked_at=NOW, reference="")


def reply_file(*states: str, end: str = "\r\n") -> bytes:
    """The bank's reply: a line for each row, widths in bytes of GBK."""
    details = [
        f"D{n:<6}{KEY}{n:05d}   {state}{'EPS201' if state == '1' else '':<8}{'0018'}{'户名不符':<56}"
        for n, state in enumerate(states, 1)
    ]
    lines = [f"H{KEY}{len(states):<6}", *details, f"T{len(states):<6}"]
    return "".join(each + end for each in lines).encode("gbk")


def read(body: bytes, status: int = 200) -> Any:
    return PARTNER.unseal(Reply(status, {}, body), FILE)


@pytest.mark.article("R7.10")
def test_a_package_is_a_file_of_fixed_width_in_bytes_of_gbk() -> None:
    played = play(talk("deliver_agreements", PEOPLE), [{"stored": True}])
    assert [type(fact) for fact in played.facts] == [BindingAccepted] * 2
    body = PARTNER.seal(played.requests[0], FILE, KEY, "e1", NOW).body
    lines = body.split(b"\r\n")
    assert [len(each) for each in lines] == [55, 184, 184, 23, 0] and body.count(b"\n") == 4
    assert "张三".encode("gbk") in lines[1] and lines[3] == b"T2     100000.00       "
    assert b"\r" not in PARTNER.seal(played.requests[0], replace(FILE, line_end="LF"), KEY, "e1", NOW).body


def test_a_name_outside_gbk_or_too_long_is_refused_by_row_before_sending() -> None:
    people = [{**ONE, "holder_name": "𠮷三"}, PEOPLE[1], {**ONE, "holder_name": "张" * 31}]
    facts = play(talk("deliver_agreements", people), [{"stored": True}]).facts
    kinds = {fact.row_no: (type(fact), getattr(fact, "code", "")) for fact in facts}  # type: ignore[union-attr]
    assert kinds == {"1": (BindingRefused, "charset"), "2": (BindingAccepted, ""), "3": (BindingRefused, "length")}


@pytest.mark.article("R7.10")
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_a_reply_file_has_a_receipt_for_each_row_and_a_missing_line_is_unknown(end: str) -> None:
    whole = play(talk("query_delivery", PEOPLE), [read(reply_file("0", "1", end=end))]).facts
    assert [type(fact) for fact in whole] == [BindingLive, BindingRefused]
    less = play(talk("query_delivery", PEOPLE), [read(reply_file("X", end=end))]).facts
    assert [type(fact) for fact in less] == [BindingPending]


def test_an_empty_reply_file_and_a_missing_one_are_two_things() -> None:
    done = replace(FILE, empty_reply_means="all_done")
    assert len(play(talk("query_delivery", PEOPLE, done), [read(b"")]).facts) == 2
    for settings, content in ((FILE, read(b"")), (done, read(b"", 404)), (FILE, read(b"", 404))):
        with pytest.raises(Unknown):
            play(talk("query_delivery", PEOPLE, settings), [content, read(b"", 404)])


@pytest.mark.parametrize("size", [1, 40, 150, 200, -1, -3])
def test_a_file_that_is_half_written_is_unknown(size: int) -> None:
    with pytest.raises(Unknown):
        read(reply_file("0", "0")[:size])


def test_a_reply_for_another_package_is_unknown() -> None:
    with pytest.raises(Unknown):
        play(talk("query_delivery", PEOPLE), [read(reply_file("0", "0").replace(KEY.encode(), b"9" * 24))])
