"""Locals are named after what they hold."""

from tests.house.sources import product
from tools.figures import empty_names, share_of_empty_names

ALLOWED = 10
"""Functions of a hundred that may bind a local whose name says nothing."""


def test_few_functions_bind_a_local_whose_name_says_nothing() -> None:
    share = share_of_empty_names([source.tree for source in product()])
    worst = {
        source.path: names
        for source in product()
        if len(names := [empty_names(node) for node in source.functions()]) > 3
    }
    assert share <= ALLOWED, f"{share:.1f} % of all functions; {len(worst)} files"
