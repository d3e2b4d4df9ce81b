"""Rows of the regulation that the code names are rows that exist."""

import ast
from collections.abc import Iterator

import pytest

from tests.support.articles import ROWS

from .sources import Source, broken, product


def named(source: Source) -> Iterator[tuple[ast.AST, str]]:
    """Each text that stands as an `article`, as an argument or as a class's attribute."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.keyword) and node.arg == "article":
            yield from _texts(node.value)
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _assigned(target, node.value)


def _assigned(target: ast.AST, value: ast.expr) -> Iterator[tuple[ast.AST, str]]:
    pairs = [(target, value)]
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        pairs = list(zip(target.elts, value.elts, strict=False))  # the last may be unpacked
    for name, given in pairs:
        if isinstance(name, ast.Name) and name.id == "article":
            yield from _texts(given)


def _texts(node: ast.expr) -> Iterator[tuple[ast.AST, str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node, node.value


def test_every_article_in_the_code_is_a_row() -> None:
    found = [source.at(node, text) for source in product() for node, text in named(source) if text not in ROWS]
    assert not found, broken("no such row of the regulation", found)


def test_the_rows_are_each_there_once() -> None:
    assert len(ROWS) == len(set(ROWS))
    assert {"R2.1", "R18.1", "G1", "G16"} <= set(ROWS)


def test_an_unknown_row_in_a_marker_stops_the_run(pytester: pytest.Pytester) -> None:
    pytester.makeconftest('pytest_plugins = ["tests.support.articles"]')
    pytester.makepyfile("import pytest\n@pytest.mark.article('R99.9')\ndef test_it(): ...")
    result = pytester.runpytest_subprocess("-p", "no:randomly")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*no such row of the regulation*", "*R99.9*"])
