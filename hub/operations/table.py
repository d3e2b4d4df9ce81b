"""The table of operations as a whole, and those of its rows for which a face has no route or page of its own."""

import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from types import CodeType, ModuleType
from typing import Any

from hub.domain.refusals import NotFound
from hub.lazy import load

from .desk import Operation
from .inputs import inputs_of, needs_hub
from .operation import OPERATIONS


@cache
def load_operations() -> None:
    """Import every module of operations: each enters its rows into the table."""
    for module in _modules_below("hub.operations"):
        load(module)


def row_named(name: str) -> Operation:
    """A row of the table. Raises NotFound."""
    load_operations()
    if name not in OPERATIONS:
        raise NotFound(what="操作")
    return OPERATIONS[name]


def left_over_by(*faces: str) -> list[Operation]:
    """The rows that people may carry out and that no module of these faces refers to, sorted by name.

    An operation that takes a file, or a value that only the hub can find out, is left out: no form can offer it.
    """
    load_operations()
    named = frozenset[str]().union(*map(_named_in, faces))
    rows = [row for name, row in sorted(OPERATIONS.items()) if name not in named and (row.own or row.posts)]
    return [
        row
        for row in rows
        if not needs_hub(row.function) and not any(known.kind is bytes for known in inputs_of(row.function))
    ]


@cache
def _named_in(face: str) -> frozenset[str]:
    """The operations that the modules of a package name in their code: `module.function`, or the function itself."""
    named = set()
    for name in _modules_below(face):
        # By the names in the compiled code, not the text: a mention in a comment or a string is no use of it.
        module, code = load(name), _code_of(name)
        words = {word for part in _parts(code) for word in part.co_names} if code else set()
        for known in vars(module).values():
            inner = [getattr(known, word, None) for word in words] if isinstance(known, ModuleType) else []
            named |= {row.name for row in map(_row_of, (known, *inner)) if row is not None}
    return frozenset(named)


def _row_of(function: Any) -> Operation | None:
    row = getattr(function, "operation", None)
    return row if isinstance(row, Operation) else None


def _modules_below(package: str) -> Iterator[str]:
    whole = load(package)
    return (module.name for module in pkgutil.walk_packages(whole.__path__, f"{package}."))


def _code_of(module: str) -> CodeType | None:
    """A module's compiled code, so that what stands outside its functions is seen too."""
    spec = find_spec(module)
    source: Any = spec.loader if spec is not None else None
    return source.get_code(module) if source is not None else None


def _parts(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _parts(constant)
