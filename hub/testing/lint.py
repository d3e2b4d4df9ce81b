"""A plugin does nothing but turn asks into messages and messages into facts: read from its source."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

# Modules with which a plugin would do something by itself, keep time or make ids.
OUTSIDE = frozenset(
    {
        "asyncio",
        "concurrent",
        "ftplib",
        "http",
        "httpx",
        "importlib",
        "io",
        "logging",
        "multiprocessing",
        "os",
        "pathlib",
        "queue",
        "random",
        "requests",
        "secrets",
        "select",
        "shelve",
        "shutil",
        "signal",
        "smtplib",
        "socket",
        "socketserver",
        "sqlalchemy",
        "sqlite3",
        "ssl",
        "subprocess",
        "sys",
        "tempfile",
        "tenacity",
        "threading",
        "time",
        "urllib3",
        "uuid",
    }
)
CLOCK = frozenset({"now", "utcnow", "today"})
CALLS = frozenset({"open", "print", "input", "exec", "eval", "__import__", "compile", "breakpoint"})


def package_sources(plugin: Any) -> dict[str, str]:
    """The source files of the plugin's package, without its simulator (which is the partner, not the plugin)."""
    file = getattr(plugin, "__file__", None)
    if not file:
        return {}
    root = Path(file).parent if Path(file).name == "__init__.py" else Path(file)
    files = sorted(root.rglob("*.py")) if root.is_dir() else [root]
    inside = [(path, path.relative_to(root.parent)) for path in files]
    return {str(name): path.read_text(encoding="utf-8") for path, name in inside if "simulator" not in name.parts}


def impurities(sources: Mapping[str, str]) -> list[str]:
    """Every place where the plugin does more than turn asks into messages and messages into facts."""
    return [
        f"{name}:{line} {what}"
        for name, source in sources.items()
        for line, what in sorted(_found(ast.parse(source, name)))
    ]


def _found(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        for name in _imported(node):
            if name.split(".")[0] in OUTSIDE or name == "urllib.request":
                yield node.lineno, f"imports {name}"  # type: ignore[attr-defined]
            if name.split(".")[0] == "hub" and name != "hub.plugin":
                yield node.lineno, f"imports {name}: a plugin sees hub.plugin alone"  # type: ignore[attr-defined]
        if isinstance(node, ast.Call):
            called = node.func
            if isinstance(called, ast.Name) and called.id in CALLS:
                yield node.lineno, f"calls {called.id}()"
            if isinstance(called, ast.Attribute) and called.attr in CLOCK:
                yield node.lineno, f"reads the clock: {called.attr}()"
        if isinstance(node, ast.Global | ast.Nonlocal):
            yield node.lineno, f"keeps {', '.join(node.names)} between calls"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return ["hub.plugin"] if node.module.startswith("hub.plugin") else [node.module]
    return []
