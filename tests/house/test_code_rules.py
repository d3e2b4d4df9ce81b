"""Rules of style 3 that the syntax itself can show."""

import ast
import re
from collections.abc import Iterator

import pytest

from .sources import ROOT, Function, Source, broken, product

FORBIDDEN_WORDS = {
    *("manager", "helper", "helpers", "util", "utils", "common", "core", "info", "misc", "service", "services"),
    *("handler", "handle", "processor", "process"),
}
CLOCKS = {
    *("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "time.localtime"),
    *("uuid.uuid1", "uuid.uuid3", "uuid.uuid4", "uuid.uuid5", "uuid4", "os.urandom"),
}
CHANCE = {"random", "secrets"}
DOOR = "hub/ports.py"
LOADING = "hub/lazy.py"
SESSION = "hub/registry/session.py"
PLAYED = re.compile(r"(plugins/[^/]+/hub_[^/]+/simulator|hub/simulation)/")
"""Simulators are programs of their own: their own clock, keys and screen."""
WRONG_ON_PURPOSE = "hub/testing/wrong"
"""Plugins that prove what the inherited suite catches."""
WHOLE_FILES = {
    "hub/registry/whole_files.py": "the door",
    "hub/simulation/files.py": "the simulators' own",
    "hub/channels/sftp.py": "at the partner, under a name that it does not look for",
    "hub/registry/database/embedded.py": "one line more in PostgreSQL's own settings, whose owner and mode must stay",
    "hub/plugin/sm/engines.py": "into nowhere, to keep a library quiet",
}
"""Where files are opened to be written, and why it is right there."""
SPEAKS = re.compile(r"hub/cli/")


def imports_inside_functions(source: Source) -> Iterator[str]:
    """An import inside a function hides a cycle."""
    for function in source.functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield source.at(node)


def hidden_imports(source: Source) -> Iterator[str]:
    """A module loaded by its name is seen by no import rule: `hub.lazy.load`, and that only for modules of ours."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and source.path != LOADING:
            called = ast.unparse(node.func)
            if called.rsplit(".", 1)[-1] in ("import_module", "__import__", "LazyLoader", "exec_module"):
                yield source.at(node, called)
            if called == "load" and node.args and isinstance(node.args[0], ast.Constant):
                module = str(node.args[0].value)
                if not (ROOT / (module.replace(".", "/") + ".py")).is_file():
                    yield source.at(node, f"{module}: no module of ours")


STATES_IN_SQL = re.compile(r"\b(state|outcome)\b\s+(NOT\s+)?IN\s*\('", re.I)


def patched_sql(source: Source) -> Iterator[str]:
    """SQL is written as it runs (no `replace` over it), and a set of states comes from the tables in `domain.states`."""
    if not source.path.startswith("hub/registry/"):
        return
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="replace", value=ast.Constant() | ast.JoinedStr())):
                yield source.at(node, "replace")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and STATES_IN_SQL.search(node.value):
            yield source.at(node, "states by hand")


def waits_on_the_event_loop(source: Source) -> Iterator[str]:
    """A handler that waits for the database does so in a thread: a lock that one waits for would stop everybody's pages."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.AsyncFunctionDef):
            later = [one for one in ast.walk(node) if isinstance(one, ast.FunctionDef | ast.Lambda)]
            apart = {id(part) for one in later for part in ast.walk(one)}
            for part in ast.walk(node):
                waits = (
                    isinstance(part, ast.Call) and isinstance(part.func, ast.Name) and part.func.id in ("desk", "act")
                )
                if waits and id(part) not in apart:
                    yield source.at(part, node.name)


def type_checking_blocks(source: Source) -> Iterator[str]:
    """A TYPE_CHECKING block hides a cycle."""
    for node in ast.walk(source.tree):
        if (isinstance(node, ast.Name) and node.id == "TYPE_CHECKING") or (
            isinstance(node, ast.Attribute) and node.attr == "TYPE_CHECKING"
        ):
            yield source.at(node)


def unwrapped_operations(source: Source) -> Iterator[str]:
    """An operation called by the back door is neither authorised nor audited: what both need is a function of its own."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and node.attr == "__wrapped__":
            yield source.at(node)


def versions_kept_by_hand(source: Source) -> Iterator[str]:
    """A version of rules that somebody has to remember to change is a digest of the rules instead."""
    for node in source.tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            yield from (source.at(node) for name in node.targets if ast.unparse(name).endswith("RULES_VERSION"))


def missing_annotations(source: Source) -> Iterator[str]:
    """Every argument and every return has its type."""
    methods = {id(item) for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef) for item in node.body}
    for function in source.functions():
        named = [*function.args.posonlyargs, *function.args.args]
        skipped = 1 if id(function) in methods and not _static(function) else 0
        spread = [each for each in (function.args.vararg, function.args.kwarg) if each is not None]
        bare = [each.arg for each in [*named[skipped:], *function.args.kwonlyargs, *spread] if each.annotation is None]
        if function.returns is None:
            bare.append("return")
        if bare:
            yield source.at(function, f"{function.name}: {', '.join(bare)}")


def _static(function: Function) -> bool:
    return any(isinstance(each, ast.Name) and each.id == "staticmethod" for each in function.decorator_list)


def prints(source: Source) -> Iterator[str]:
    """Only the command line and the simulators speak to a screen."""
    if SPEAKS.match(source.path) or PLAYED.match(source.path):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print":
            yield source.at(node)


def bare_excepts(source: Source) -> Iterator[str]:
    """An except names what it expects."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and node.type is None:
            yield source.at(node)


def own_clocks(source: Source) -> Iterator[str]:
    """Time, ids and chance come from hub/ports.py alone, so that a day can be replayed."""
    if source.path == DOOR or PLAYED.match(source.path):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and (name := ast.unparse(node.func)):
            short = ".".join(name.split(".")[-2:])
            if {name, short} & CLOCKS or name.split(".")[0] in CHANCE:
                yield source.at(node, name)
        if isinstance(node, ast.ImportFrom) and (node.module in CHANCE or _clock_import(node)):
            yield source.at(node, f"from {node.module}")


def _clock_import(node: ast.ImportFrom) -> bool:
    return any(f"{node.module}.{each.name}" in CLOCKS for each in node.names)


def naive_datetimes(source: Source) -> Iterator[str]:
    """A datetime is built with its zone."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func) not in {"datetime", "datetime.datetime"}:
            continue
        if len(node.args) < 8 and "tzinfo" not in {each.arg for each in node.keywords}:
            yield source.at(node)


def commits(source: Source) -> Iterator[str]:
    """One transaction at the edge: nobody else commits."""
    if source.path == SESSION or PLAYED.match(source.path):
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
            yield source.at(node)


def half_files(source: Source) -> Iterator[str]:
    """Files get their name when they are whole: a crash leaves the old one, the new one or none, never half of one."""
    if source.path in WHOLE_FILES:
        return
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        modes = [
            each.value
            for each in [*node.args, *(word.value for word in node.keywords)]
            if isinstance(each, ast.Constant)
        ]
        writes = name in ("open", "fdopen") and any(
            isinstance(mode, str) and re.fullmatch(r"[rbt]*[wax+][rbt+]*", mode) for mode in modes
        )
        if writes or name in ("write_text", "write_bytes"):
            yield source.at(node, name)


def defaults_in_hooks(source: Source) -> Iterator[str]:
    """pluggy never fills an argument that has a default."""
    if source.path.startswith(WRONG_ON_PURPOSE):
        return
    for function in source.functions():
        marks = {ast.unparse(each).split("(")[0].split(".")[-1] for each in function.decorator_list}
        given = [*function.args.defaults, *(each for each in function.args.kw_defaults if each is not None)]
        if "hookimpl" in marks and given and source.path != "hub/testing/wrong.py":
            yield source.at(function, function.name)


def missing_docstrings(source: Source) -> Iterator[str]:
    """What others may use says what it is."""
    for node in source.tree.body:
        public = isinstance(node, Function | ast.ClassDef) and not node.name.startswith("_")
        if public and ast.get_docstring(node) is None:
            yield source.at(node, node.name)


def modules_without_a_sentence(source: Source) -> Iterator[str]:
    """A module begins with one sentence on one line."""
    said = (ast.get_docstring(source.tree) or "").split("\n\n")[0]
    if not said.endswith((".", "?", "!")) or "\n" in said:
        yield f"{source.path}:1 {said[:80]!r}"


def silenced_without_a_reason(source: Source) -> Iterator[str]:
    """What the type checker is told to overlook says why."""
    for number, line in enumerate(source.text.splitlines(), 1):
        if re.search(r"#\s*type:\s*ignore(\[[^\]]*\])?\s*$", line):
            yield f"{source.path}:{number}"


def forbidden_names(source: Source) -> Iterator[str]:
    """Names say what a thing is; these say nothing."""
    for part in source.path.removesuffix(".py").split("/"):
        if set(part.split("_")) & FORBIDDEN_WORDS:
            yield f"{source.path}:1 {part}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ClassDef):
            words = {word.lower() for word in re.findall(r"[A-Z][a-z]*", node.name)}
            if words & FORBIDDEN_WORDS:
                yield source.at(node, node.name)


RULES = [
    imports_inside_functions,
    hidden_imports,
    patched_sql,
    waits_on_the_event_loop,
    type_checking_blocks,
    unwrapped_operations,
    versions_kept_by_hand,
    missing_annotations,
    prints,
    bare_excepts,
    own_clocks,
    naive_datetimes,
    commits,
    half_files,
    defaults_in_hooks,
    missing_docstrings,
    modules_without_a_sentence,
    silenced_without_a_reason,
    forbidden_names,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_no_place_breaks(rule: object) -> None:
    """Each rule over all the product's modules."""
    assert callable(rule)
    found = [place for source in product() for place in rule(source)]
    assert not found, broken(str(rule.__doc__), found)


BREACHES = {
    imports_inside_functions: "def f():\n    import os",
    hidden_imports: "def f():\n    importlib.import_module('os')",
    patched_sql: "QUERY = \"SELECT 1 FROM asks WHERE state IN ('live', 'refused')\"",
    waits_on_the_event_loop: "async def f(r):\n    with desk(r) as clerk:\n        g(clerk)",
    type_checking_blocks: "if typing.TYPE_CHECKING:\n    import os",
    unwrapped_operations: "plan.__wrapped__(desk)",
    versions_kept_by_hand: "RULES_VERSION = '2026-11'",
    missing_annotations: "def f(a: int, *, b) -> None: ...",
    prints: "print('x')",
    bare_excepts: "try:\n    f()\nexcept:\n    g()",
    own_clocks: "datetime.datetime.now(UTC)",
    naive_datetimes: "datetime(2026, 1, 1)",
    commits: "tx.commit()",
    half_files: "path.open('wb')",
    defaults_in_hooks: "@hookimpl\ndef probe(settings, now=None): ...",
    missing_docstrings: "class Thing: ...",
    modules_without_a_sentence: '"""A thing\nand more."""',
    silenced_without_a_reason: "tx.tables = 1  # type: ignore[misc]",
    forbidden_names: "class AskManager: ...",
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_planted_breach_is_seen(rule: object) -> None:
    """A rule that sees nothing would be green for ever."""
    text = BREACHES[rule]  # type: ignore[index]
    path = "hub/registry/planted.py" if rule is patched_sql else "hub/domain/planted.py"
    assert callable(rule)
    assert list(rule(Source(path, text, ast.parse(text))))
