"""operation: the whole table, and any row of it carried out, by name and arguments (ADR 0008)."""

import json
import pkgutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from inspect import signature
from pathlib import Path
from typing import Annotated, Any, BinaryIO, get_type_hints
from uuid import UUID

import typer
from pydantic import ConfigDict, TypeAdapter, ValidationError

import hub.operations
from hub.domain.plain_text import refuse_unwritable
from hub.domain.refusals import BadInput, NotFound
from hub.loading import load as load_module
from hub.operations.operation import OPERATIONS, permits
from hub.registry import rows

from .acting import As, acting
from .new_file import new_file
from .screen import language, say, table

app = typer.Typer(help="Every operation of the table, by its name.", no_args_is_help=True)


def load() -> None:
    """Import every module of operations, so that the table is whole."""
    for module in pkgutil.walk_packages(hub.operations.__path__, "hub.operations."):
        load_module(module.name)


@app.command("list")
def list_them(login: As, words: Annotated[str, typer.Argument(help="Part of a name, title or article.")] = "") -> None:
    """The table: name, article, title, whether your posts allow it, and its arguments."""
    load()
    spoken = language() != "zh"
    with acting(login) as person:
        found = [
            (row.name, row.article, row.title[spoken], "yes" if permits(person.actor, row) else "-", arguments(name))
            for name, row in sorted(OPERATIONS.items())
            if words in f"{row.name} {row.article} {row.title[0]} {row.title[1]}"
        ]
    table(("operation", "article", "what", "allowed", "arguments"), found)


def arguments(name: str) -> str:
    """An operation's arguments, those in brackets may be left out."""
    given = list(signature(function_of(name)).parameters.values())[1:]
    return " ".join(each.name if each.default is each.empty else f"[{each.name}]" for each in given)


def function_of(name: str) -> Any:
    """The function behind a row of the table. Raises NotFound."""
    if name not in OPERATIONS:
        raise NotFound(what="操作")
    return OPERATIONS[name].function


@app.command("do")
def do(
    name: Annotated[str, typer.Argument(help="As `operation list` names it.")],
    login: As,
    given: Annotated[list[str] | None, typer.Argument(help="argument=value; a value may be JSON.")] = None,
    to: Annotated[
        Path | None, typer.Option(help="Where a file that it returns is written; never over another.")
    ] = None,
) -> None:
    """Carry one out as yourself, in one transaction; what it returns is printed as JSON."""
    load()
    function = function_of(name)
    values = read(function, dict(pair.partition("=")[::2] for pair in given or []))
    with acting(login) as person, _place(function, to) as file, person.desk() as desk:
        result = function(desk, **values)
        if file is not None:
            file.write(result.content)
        shown = json.dumps(plain(result), ensure_ascii=False, indent=2)
    say(shown)


@contextmanager
def _place(function: Any, to: Path | None) -> Iterator[BinaryIO | None]:
    """The new file (0600) that a result's content goes to; it gets its name when the operation is done.

    Raises BadInput before anything is done when it could not be kept.
    """
    returned = get_type_hints(function).get("return")
    if not is_dataclass(returned) or "content" not in {each.name for each in fields(returned)}:
        yield None
        return
    if to is None:
        raise BadInput(field="--to", problem="没有填写", mend="这项操作返回文件,请用 --to 指明存放位置。")
    with new_file(to, "--to") as file:
        yield file


def read(function: Any, given: Mapping[str, str]) -> dict[str, Any]:
    """The arguments as the operation takes them. Raises BadInput naming the argument, never its value."""
    hints = get_type_hints(function)
    known = list(signature(function).parameters)[1:]
    found = {}
    for key, text in given.items():
        if key not in known:
            raise BadInput(field=key[:40], problem="没有这个参数", mend="参数:" + "、".join(known))
        written = _json(text)
        for part in _texts(written):
            refuse_unwritable((key, key), part)
        try:
            found[key] = _adapter(hints[key]).validate_python(written)
        except ValidationError:
            raise BadInput(
                field=key, problem="格式不正确", mend="请用 operation list 核对参数,复杂内容写成 JSON。"
            ) from None
    missing = [each.name for each in list(signature(function).parameters.values())[1:] if each.default is each.empty]
    if lacking := [key for key in missing if key not in found]:
        raise BadInput(field="、".join(lacking), problem="没有填写", mend="请补充参数。")
    return found


def _adapter(kind: Any) -> TypeAdapter[Any]:
    if is_dataclass(kind):
        return TypeAdapter(kind)
    return TypeAdapter(kind, config=ConfigDict(arbitrary_types_allowed=True))


def _texts(written: Any) -> Iterator[str]:
    """Every text of a JSON value, names too."""
    if isinstance(written, str):
        yield written
    elif isinstance(written, Mapping):
        yield from (part for pair in written.items() for inner in pair for part in _texts(inner))
    elif isinstance(written, list):
        yield from (part for inner in written for part in _texts(inner))


def _json(text: str) -> Any:
    """What the text says as JSON; else the text. A bare number stays text, because codes look like numbers."""
    if text[:1] not in ("{", "[") and text not in ("true", "false", "null"):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def plain(value: Any) -> Any:
    """A result as JSON: rows by their columns without sealed ones, moments as text, anything secret as dots."""
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Enum)):
        return value
    if isinstance(value, UUID | date | Enum):
        return str(value.value if isinstance(value, Enum) else value)
    if (row := rows.columns(value)) is not None:
        return plain(row)
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: plain(getattr(value, each.name)) for each in fields(value)}
    return "••••••"
