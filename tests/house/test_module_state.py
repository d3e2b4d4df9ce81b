"""No module holds what several server processes would have to share: state lies in the database (fault 2 of the house)."""

import ast
from collections.abc import Iterator

from .sources import broken, product

MADE_AT_START = {
    "hub/operations/operation.py OPERATIONS": "the table of operations, filled while modules are imported",
    "hub/testing/caught.py WRONG": "wrong answers of a simulator, for the tests of one process",
    "hub/channels/reach.py OUTSIDE": "a frozen value",
    "hub/domain/capabilities.py UNDECLARED": "a frozen value",
}
FACES = {"APIRouter", "Console"}
"""What a face is built of; nothing is entered there while requests are served."""


def held(tree: ast.Module) -> Iterator[str]:
    """Names of a module that start empty, or are an object made without any argument: they can only be filled later."""
    for node in tree.body:
        target, value = None, None
        if isinstance(node, ast.Assign):
            target, value = node.targets[0], node.value
        elif isinstance(node, ast.AnnAssign):
            target, value = node.target, node.value
        if not isinstance(target, ast.Name) or value is None:
            continue
        empty = isinstance(value, ast.Dict | ast.List) and not ast.unparse(value).strip("{}[]")
        bare = isinstance(value, ast.Call) and not value.args and not value.keywords
        made = bare and isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id not in FACES
        if empty or (made and isinstance(value, ast.Call) and ast.unparse(value.func)[:1].isupper()):
            yield target.id


def test_no_module_keeps_state_of_requests() -> None:
    there = [f"{source.path} {name}" for source in product() for name in held(source.tree)]
    wrong = sorted(name for name in there if name.startswith("hub/") and name not in MADE_AT_START)
    assert not wrong, broken("a second server process does not see it: a table, or a value that nothing changes", wrong)


def test_a_store_of_requests_is_seen() -> None:
    assert list(held(ast.parse("held = Held()\nwaiting: dict[str, int] = {}\nrouter = APIRouter()\nMOST = 3\n"))) == [
        "held",
        "waiting",
    ]
