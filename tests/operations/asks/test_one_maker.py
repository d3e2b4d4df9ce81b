"""Asks are made in one place, so that no second one forgets a column (fault 9 of the house)."""

import ast

from tests.house.sources import product


def test_asks_are_made_in_one_place() -> None:
    made = [
        source.path
        for source in product()
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Ask"
    ]
    assert made == ["hub/operations/outbox.py"]
