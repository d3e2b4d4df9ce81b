"""Checks that a plugin only turns asks into messages and messages into facts, and that people can read its settings."""

import ast
import re
import typing
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from hub.channels.settings_form import bare, choices_of

# Modules with which a plugin would act on its own, keep time or make ids. Time, ids and the wire are the hub's, so
# that a talk can be replayed exactly; this list catches mistakes, it is no sandbox.
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
HAN = re.compile("[\u4e00-\u9fff]")
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


def untitled(settings: type) -> list[str]:
    """Every setting that people could not read: no title in one language, a number without unit, a choice unnamed."""
    hints = typing.get_type_hints(settings)
    return [f"{name}: {fault}" for name, fault in _unread(settings, hints)]


def _unread(settings: type, hints: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for setting in fields(settings):
        zh, en = setting.metadata.get("title") or ("", "")
        # An English title with Chinese in it is one that somebody copied and meant to translate.
        if not HAN.search(zh) or not en or HAN.search(en):
            yield setting.name, "no title in Chinese and English: field(metadata=titled(zh, en))"
        if bare(hints[setting.name]) in (int, float) and not setting.metadata.get("unit"):
            yield setting.name, "a number without its unit: titled(zh, en, unit=(zh, en))"
        named = setting.metadata.get("choices") or {}
        # Lower case marks a code word; a name such as GB18030 or SHA1withRSA reads the same in any language.
        codes = [choice for choice in choices_of(bare(hints[setting.name])) if choice == choice.lower()]
        if missing := [choice for choice in codes if choice not in named]:
            yield setting.name, f"no words for the choice {', '.join(missing)}: titled(zh, en, choices={{…}})"


def _found(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        for name in _imported(node):
            if name.split(".")[0] in OUTSIDE or name == "urllib.request":
                yield node.lineno, f"imports {name}"  # type: ignore[attr-defined]  # every node that names a module has its line
            # Whatever else of the hub it imports could change without a new contract number.
            if name.split(".")[0] == "hub" and name != "hub.plugin":
                yield node.lineno, f"imports {name}: a plugin sees hub.plugin alone"  # type: ignore[attr-defined]  # every node that names a module has its line
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
    # A relative import stays inside the plugin, so it is not looked at.
    if isinstance(node, ast.ImportFrom) and not node.level and node.module:
        return ["hub.plugin"] if node.module.startswith("hub.plugin") else [node.module]
    return []
