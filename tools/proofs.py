"""Which tests carry which rows of the regulation, read from their source: `python tools/proofs.py` writes the list anew."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "hub" / "operations" / "oversight" / "proofs.json"


def marked(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """(row, test) of one module: marks on the test, on its class, or on the whole module."""
    whole = [row for node in tree.body if isinstance(node, ast.Assign) for row in rows([node.value])]
    for node in tree.body:
        tests = node.body if isinstance(node, ast.ClassDef) else [node]
        outer = whole + (rows(node.decorator_list) if isinstance(node, ast.ClassDef) else [])
        for test in tests:
            if isinstance(test, ast.FunctionDef | ast.AsyncFunctionDef) and test.name.startswith("test_"):
                yield from ((row, test.name) for row in {*outer, *rows(test.decorator_list)})


def rows(decorators: list[ast.expr]) -> list[str]:
    """The rows that `pytest.mark.article(...)` names, wherever it stands in the expressions."""
    found = []
    for each in decorators:
        for node in ast.walk(each):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "article":
                found += [word.value for word in node.args if isinstance(word, ast.Constant)]
    return [str(row) for row in found]


def proofs() -> dict[str, list[str]]:
    """{row: its tests as path::name}."""
    found: dict[str, set[str]] = {}
    for place in [ROOT / "tests", *(ROOT / "plugins").glob("*/tests")]:
        for file in place.rglob("test_*.py"):
            for row, name in marked(ast.parse(file.read_text())):
                found.setdefault(row, set()).add(f"{file.relative_to(ROOT).as_posix()}::{name}")
    return {row: sorted(found[row]) for row in sorted(found)}


if __name__ == "__main__":
    LIST.write_text(json.dumps(proofs(), indent=0) + "\n")
