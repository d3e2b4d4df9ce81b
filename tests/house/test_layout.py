"""A subject bears the same name in each layer, folders are small, and nothing goes round in a circle."""

import ast
from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from .sources import ROOT, Source, broken, product, tracked

MOST, MOST_TABLES, MOST_SUPPORT = 15, 25, 25
SUBJECTS = {
    "administration",
    "asks",
    "cards",
    "carriers",
    "changes",
    "channels",
    "customers",
    "documents",
    "grades",
    "onboarding",
    "outages",
    "oversight",
    "phones",
    "privacy",
    "reconciliation",
    "routes",
    "settlement",
    "staff",
    "tasks",
    "unit_lists",
    "visits",
}
KERNEL = {
    "api": {
        "broken_rules",
        "caller",
        "derived",
        "idempotency",
        "operations",
        "plain_input",
        "problems",
        "resource",
        "routers",
        "shapes",
    },
    "console": {
        "charts",
        "forms",
        "labels",
        "operations",
        "pages",
        "refusals",
        "rendering",
        "routers",
        "typed",
        "typography",
        "units",
    },
    "domain": {
        "articles",
        "capabilities",
        "facts",
        "identifiers",
        "inputs",
        "plain_text",
        "plans",
        "reasons",
        "refusals",
        "coverage",
        "states",
        "wording",
    },
    "operations": {
        "desk",
        "disclosure",
        "grants",
        "inputs",
        "not_readable",
        "office",
        "operation",
        "outbox",
        "periodic",
        "reported_refusals",
        "table",
        "texts",
        "views",
    },
    "registry": {
        "audit",
        "data_folder",
        "database",
        "history",
        "idempotency",
        "installation",
        "migrate",
        "migrations",
        "pinned",
        "ranges",
        "rows",
        "schema",
        "session",
        "vault",
        "whole_files",
    },
}
"""What serves all subjects, at its layer's root."""
FACES = {"operations", "print", "problems"}
"""Folders of templates about no subject: plain forms, what is printed, and the pages of a no."""
LAYERS_OF_TESTS = ("api", "domain", "engine", "operations", "registry")


def test_folders_are_small() -> None:
    """Files but `__init__.py`, which holds a sentence."""
    files = [path.relative_to(ROOT) for path in tracked() if path.suffix == ".py" and path.name != "__init__.py"]
    count = Counter(path.parent.as_posix() for path in files if path.parts[0] in ("hub", "plugins", "tests"))
    most = {"hub/registry/schema": MOST_TABLES, "tests/support": MOST_SUPPORT, "tests/house": MOST_SUPPORT}
    large = [f"{folder}: {number}" for folder, number in count.items() if number > most.get(folder, MOST)]
    assert not large, broken(f"no folder has more than {MOST} files", large)


@pytest.mark.parametrize("layer", sorted(KERNEL))
def test_what_stands_at_the_root_of_a_layer_is_a_subject_or_serves_all(layer: str) -> None:
    there = {path.stem for path in (ROOT / "hub" / layer).glob("*") if path.suffix == ".py" or _has_python(path)}
    assert there - SUBJECTS == KERNEL[layer] | {"__init__"}, "a room of no known name, or one that is gone"


def _has_python(path: Path) -> bool:
    return path.is_dir() and any(path.glob("*.py"))


def test_pages_and_tests_lie_in_rooms_of_the_same_names() -> None:
    pages = {path.name for path in (ROOT / "hub/console/templates").iterdir() if path.is_dir()}
    rooms = {
        f"tests/{layer}/{path.name}"
        for layer in LAYERS_OF_TESTS
        for path in (ROOT / "tests" / layer).iterdir()
        if path.is_dir() and path.name not in SUBJECTS | KERNEL.get(layer, set()) | {"__pycache__"}
    }
    assert pages <= SUBJECTS | FACES and not rooms


def test_no_file_imports_itself_through_others() -> None:
    circle = circle_of(product())
    assert not circle, broken("a circle of files", circle)


def test_a_planted_circle_is_seen() -> None:
    texts = {"hub/a.py": "from hub import b", "hub/b.py": "from .c import X", "hub/c.py": "from hub.a import Y"}
    planted = [Source(path, text, ast.parse(text)) for path, text in texts.items()]
    assert set(circle_of(planted)) == {"hub.a", "hub.b", "hub.c"}


def circle_of(sources: tuple[Source, ...] | list[Source]) -> list[str]:
    """The modules of a circle of imports, or none."""
    names = {module_of(source.path) for source in sources}
    graph = {module_of(source.path): set(imported(source, names)) for source in sources}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def module_of(path: str) -> str:
    """hub/api/caller.py → hub.api.caller; a plugin's begins with its package."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    return ".".join(parts[2:] if parts[0] == "plugins" else parts)


def imported(source: Source, names: set[str]) -> Iterator[str]:
    """The modules of ours that a module imports; a package stands for its `__init__`."""
    parts = source.path.split("/")[:-1]
    package = parts[2:] if parts[0] == "plugins" else parts
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            for each in node.names:
                whole = f"{base}.{each.name}"
                yield from ([whole] if whole in names else [base] if base in names else [])
