"""No task is opened that nothing ends: it would be late for ever and spoil the figures (R15.1, R17.1)."""

import ast
from collections.abc import Iterator
from pathlib import Path

from hub.operations.tasks.tasks import BY_HAND

OPERATIONS = Path(__file__).parent.parent.parent / "hub" / "operations"


def calls(name: str) -> Iterator[tuple[Path, ast.Call, ast.Module]]:
    """Every call of a function of this name."""
    for path in sorted(OPERATIONS.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield path, node, tree


def subjects(tree: ast.Module) -> set[str]:
    """Kinds of subject that a module names: ("outage", row.id)."""
    return {
        str(node.elts[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple) and len(node.elts) == 2 and isinstance(node.elts[0], ast.Constant)
    }


def test_what_is_opened_about_a_thing_is_ended_about_it_or_by_hand() -> None:
    ended = {str(call.args[1].value) for _, call, _ in calls("close_tasks") if isinstance(call.args[1], ast.Constant)}
    assert len(ended) > 10
    lost = []
    for path, call, tree in calls("open_task"):
        where = call.args[1] if isinstance(call.args[1], ast.Constant) else tree
        kinds = {node.value for node in ast.walk(where) if isinstance(node, ast.Constant)}
        if not kinds & BY_HAND and not subjects(tree) & ended:
            lost.append(f"{path.name}: {ast.unparse(call.args[1])}")
    assert lost == [], f"tasks that nothing ends: {lost}"
