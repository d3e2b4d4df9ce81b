"""Which fixtures a test gets, read from the source as pytest finds them."""

import ast
from functools import cache
from pathlib import PurePosixPath

from .sources import Function, Source, suite

EVERYWHERE = ("tests/support/partners.py",)
"""Modules whose fixtures the root conftest hands to all tests."""
Scope = dict[str, Function]


def of_module(source: Source) -> Scope:
    """The fixtures that a test of the module can ask for by name; the nearest of a name wins."""
    parents = [*PurePosixPath(source.path).parents][::-1]
    known: Scope = {}
    for path in (*EVERYWHERE, *(f"{parent}/conftest.py" for parent in parents)):
        known |= _given(path)
    return known | _given(source.path) | (_defined(source.tree) if source.path not in _modules() else {})


@cache
def _modules() -> dict[str, Source]:
    return {source.path: source for source in suite()}


@cache
def _given(path: str) -> Scope:
    """The fixtures that a module defines or imports."""
    source = _modules().get(path)
    if source is None:
        return {}
    imported: Scope = {}
    for node in source.tree.body:
        if isinstance(node, ast.ImportFrom) and (there := _path(source.path, node)) in _modules():
            wanted = {each.name for each in node.names}
            imported |= {name: each for name, each in _given(there).items() if name in wanted}
    return imported | _defined(source.tree)


def _path(importer: str, node: ast.ImportFrom) -> str:
    near = [*PurePosixPath(importer).parts[: -node.level]] if node.level else []
    return "/".join([*near, *(node.module or "").split(".")]) + ".py"


def _defined(tree: ast.Module) -> Scope:
    functions = [node for node in tree.body if isinstance(node, Function)]
    return {
        each.name: each for each in functions if any("fixture" in ast.unparse(mark) for mark in each.decorator_list)
    }


def reached(asking: ast.AST, known: Scope) -> set[str]:
    """The names of all fixtures that a function, or a module by its marks, asks for, and those that these ask for."""
    waiting, names = _asked(asking), set[str]()
    while waiting:
        name = waiting.pop()
        if name in known and name not in names:
            waiting |= _asked(known[name]) - {name}
        names.add(name)
    return names


def _asked(node: ast.AST) -> set[str]:
    marks: list[ast.expr] = []
    asked = set[str]()
    if isinstance(node, Function):
        marks = node.decorator_list
        asked = {each.arg for each in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]}
    if isinstance(node, ast.Module):
        marks = [each.value for each in node.body if isinstance(each, ast.Assign)]
    calls = [each for mark in marks for each in ast.walk(mark) if isinstance(each, ast.Call)]
    for call in calls:
        if ast.unparse(call.func).endswith("mark.usefixtures"):
            asked |= {str(word.value) for word in call.args if isinstance(word, ast.Constant)}
    return asked
