"""What looks like a number is one: `isdigit` says yes to “²”, which `int` refuses."""

import ast

from .sources import broken, product


def test_digits_are_decimal_digits() -> None:
    places = [
        source.at(node)
        for source in product()
        if source.path.startswith("hub/")
        for node in ast.walk(source.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "isdigit"
    ]
    assert not places, broken("isdecimal, which int() understands", places)
