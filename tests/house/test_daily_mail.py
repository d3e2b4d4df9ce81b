"""The day's mail has words for every kind that is told with it, and for no other (R12.1)."""

import ast

from hub.domain.tasks.daily_mail import KINDS, Entry

from .sources import product


def told_in_mail() -> list[ast.Call]:
    """Every call of `tell` with `in_mail`."""
    calls = [node for source in product() for node in ast.walk(source.tree) if isinstance(node, ast.Call)]
    tells = [node for node in calls if isinstance(node.func, ast.Name) and node.func.id == "tell"]
    return [node for node in tells if any(word.arg == "in_mail" for word in node.keywords)]


def test_every_kind_that_stands_in_the_mail_has_its_words_and_no_other_has() -> None:
    kinds = [call.args[1].value for call in told_in_mail() if isinstance(call.args[1], ast.Constant)]
    assert len(kinds) == len(told_in_mail()), "the kind stands in the call itself"
    assert set(kinds) == set(KINDS)


def test_whoever_tells_for_the_mail_says_so_in_the_call() -> None:
    hidden = [
        source.at(node)
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Dict) and "in_mail" in [key.value for key in node.keys if isinstance(key, ast.Constant)]
    ]
    assert hidden == []


def test_no_entry_is_called_by_a_word_that_says_nothing() -> None:
    lines = [Entry("11-23 09:00", "R12.6", "1", kind, "phone_told", "", "甲").words() for kind in KINDS]
    assert not [line for line in lines if "登记事项" in line] and len(set(lines)) == len(KINDS)
