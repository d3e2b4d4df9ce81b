"""operation: lists the whole table, and carries out any row of it by name and arguments (ADR 0008)."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any, BinaryIO, get_type_hints

import typer

from hub.domain.refusals import BadInput
from hub.operations.inputs import inputs_of
from hub.operations.operation import OPERATIONS, permits
from hub.operations.table import load_operations, row_named
from hub.operations.texts import read
from hub.operations.views import plain

from .acting import As, acting
from .screen import language, new_file, say, table

app = typer.Typer(help="Every operation of the table, by its name.", no_args_is_help=True)


@app.command("list")
def list_them(login: As, words: Annotated[str, typer.Argument(help="Part of a name, title or article.")] = "") -> None:
    """The table: name, article, title, whether your posts allow it, and its arguments."""
    load_operations()
    spoken = language() != "zh"
    with acting(login) as person:
        lines = [
            (
                name,
                operation.article,
                operation.title[spoken],
                "yes" if permits(person.actor, operation) else "-",
                arguments(operation.function),
            )
            for name, operation in sorted(OPERATIONS.items())
            if words in f"{name} {operation.article} {operation.title[0]} {operation.title[1]}"
        ]
    table(("operation", "article", "what", "allowed", "arguments"), lines)


def arguments(function: Any) -> str:
    """The arguments of an operation; those in brackets may be left out."""
    return " ".join(known.name if known.required else f"[{known.name}]" for known in inputs_of(function))


@app.command("do")
def do(
    name: Annotated[str, typer.Argument(help="As `operation list` names it.")],
    login: As,
    pairs: Annotated[
        list[str] | None, typer.Argument(help="argument=value; what has parts may be JSON.", metavar="GIVEN")
    ] = None,
    to: Annotated[
        Path | None, typer.Option(help="Where a file that it returns is written; never over another.")
    ] = None,
) -> None:
    """Carry one out as yourself, in one transaction; what it returns is printed as JSON."""
    function = row_named(name).function
    values = read(function, known_texts(function, pairs or []), by_label=False)
    with acting(login) as person, _place(function, to) as file, person.desk() as desk:
        outcome = function(desk, **values)
        if file is not None:
            file.write(outcome.content)
        printed = json.dumps(plain(outcome), ensure_ascii=False, indent=2)
    say(printed)


def known_texts(function: Any, pairs: Iterable[str]) -> dict[str, str]:
    """The texts by argument. Raises BadInput for a name that the operation does not take."""
    texts = dict(pair.partition("=")[::2] for pair in pairs)
    known = [parameter.name for parameter in inputs_of(function)]
    for name in texts:
        if name not in known:
            names = ", ".join(known)
            mend = {"mend": f"参数:{names}", "mend_en": f"Arguments: {names}."}
            raise BadInput(field=name[:40], problem="没有这个参数", problem_en="there is no such argument", **mend)
    return texts


@contextmanager
def _place(function: Any, to: Path | None) -> Iterator[BinaryIO | None]:
    """The new file (0600) for a result's content; it gets its name once the operation is done.

    Entered before the desk, so that BadInput comes before anything is done; an export, say, is taken only once.
    """
    returned = get_type_hints(function).get("return")
    # Read from the annotation, since the result itself would come too late to ask where it should go.
    if not is_dataclass(returned) or "content" not in {field.name for field in fields(returned)}:
        yield None
        return
    if to is None:
        raise BadInput(field="--to", problem="没有填写", mend="这项操作返回文件,请用 --to 指明存放位置。")
    with new_file(to, "--to") as file:
        yield file
