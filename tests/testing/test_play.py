"""The driver by hand behaves as the hub's does."""

import pytest

from hub.plugin import BindingAccepted, BindingRefused, Busy, Conversation, Refused, post
from hub.testing import Endless, OutOfAnswers, play
from hub.testing.lint import impurities


def conversation() -> Conversation:
    try:
        first = yield post("/one")
    except Refused as no:
        return [BindingRefused("C", code=no.code)]
    second = yield post("/two", first)
    return [BindingAccepted("C", str(second))]


def test_answers_are_fed_in_order_and_requests_kept() -> None:
    played = play(conversation(), ["a", "b"])
    assert played.facts == (BindingAccepted("C", "b"),)
    assert [request.path for request in played.requests] == ["/one", "/two"]


def test_a_refusal_is_raised_at_the_yield_and_other_setbacks_end_the_talk() -> None:
    assert play(conversation(), [Refused("7")]).facts == (BindingRefused("C", code="7"),)
    with pytest.raises(Busy):
        play(conversation(), [Busy("8")])


def test_too_few_answers_and_endless_talks_are_told() -> None:
    def endless() -> Conversation:
        while True:
            yield post("/again")

    with pytest.raises(OutOfAnswers, match="/two"):
        play(conversation(), ["a"])
    with pytest.raises(Endless):
        play(endless(), ["a"] * 2000)


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "from os import path",
        "import urllib.request",
        "from hub.domain import facts",
        "from datetime import datetime\nx = datetime.now()",
        "def f():\n    global x\n    x = 1",
        "open('x')",
        "import random",
    ],
)
def test_the_lint_sees_what_a_plugin_must_not_do(source: str) -> None:
    assert impurities({"a.py": source})


def test_the_lint_lets_pure_code_pass() -> None:
    assert impurities({"a.py": "import json\nfrom urllib.parse import quote\nfrom hub.plugin import post\n"}) == []
