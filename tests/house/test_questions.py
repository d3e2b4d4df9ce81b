"""A function that is named as a question changes nothing: an effect has a verb in its name (fault 7 of the house)."""

import ast
import re
from collections.abc import Iterator

from .sources import Function, Source, broken, product

ASKS = re.compile(r"^_?(?!(\w+_)?(hand|take)_in$)((is|has|have|may|can|was|were|needs)_\w+|\w+_(of|in|by))$")
"""“digests_of”, “has_moves”: names that promise an answer."""
EFFECTS = re.compile(r"(\.tx\.add(_all)?|\.tx\.delete|audit\.write|history\.record|^(open|close)_tasks?|^tell|^touch)$")
"""Calls that write."""


def effects(function: Function) -> Iterator[ast.Call]:
    """The calls in a function that write something."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and EFFECTS.search(ast.unparse(node.func)):
            yield node


def broken_promises(source: Source) -> Iterator[str]:
    """Questions by name that have an effect."""
    for function in source.functions():
        if ASKS.match(function.name):
            yield from (source.at(node, function.name) for node in effects(function))


def test_no_question_has_an_effect() -> None:
    wrong = [
        place for source in product() if source.path.startswith("hub/operations/") for place in broken_promises(source)
    ]
    assert not wrong, broken("give it a verb, or take the effect out of it", wrong)


def test_a_question_with_an_effect_is_seen() -> None:
    text = "def digests_of(desk):\n    audit.write(desk.tx, 1)\n"
    assert list(broken_promises(Source("hub/operations/x.py", text, ast.parse(text)))) == [
        "hub/operations/x.py:2 digests_of"
    ]
