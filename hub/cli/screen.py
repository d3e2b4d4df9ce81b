"""What the commands print: tables, progress, refusals; and the files that they write."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from hub.domain.refusals import BadInput, Refusal
from hub.registry import whole_files

# Columns if there is no terminal to ask: rich would assume 80 and wrap what goes into a pipe or a file.
WIDE = 240
out = Console(width=None if sys.stdout.isatty() or os.environ.get("COLUMNS") else WIDE)
err = Console(stderr=True)


def language() -> str:
    """zh or en, as the terminal's locale says."""
    named = os.environ.get("LC_ALL") or os.environ.get("LANG", "")
    return "zh" if named.startswith("zh") else "en"


def say(text: str) -> None:
    """One line for the person."""
    # Without markup: square brackets in a name would be taken for a style and vanish.
    out.print(text, markup=False, highlight=False, soft_wrap=True)


def complain(text: str) -> None:
    """One line on stderr."""
    err.print(text, markup=False, highlight=False, soft_wrap=True)


def say_no(refusal: Refusal) -> None:
    """A refusal: its sentence and article, then what can be done."""
    complain(f"{refusal.sentence(language())} ({refusal.article or refusal.code})")
    if refusal.advice(language()):
        complain(refusal.advice(language()))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows as a table; None is empty."""
    drawn = Table()
    for column in columns:
        drawn.add_column(column, overflow="fold")  # folded, not cut: a cut code cannot be used
    for line in rows:
        drawn.add_row(*("" if cell is None else str(cell) for cell in line))
    out.print(drawn, markup=False)


def as_json(found: object) -> None:
    """For another program."""
    out.print_json(json.dumps(found, ensure_ascii=False, default=str))


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on stderr; call it with (done, all)."""
    with Progress(
        TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err, transient=True
    ) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


class _LeftEmpty(Exception):
    """Nothing was written: raised so that the file, which gets its name only on success, never appears."""


@contextmanager
def new_file(to: Path, option: str) -> Iterator[BinaryIO]:
    """A new file; none remains if the block fails or writes nothing. Raises BadInput before the block."""
    with suppress(_LeftEmpty), ExitStack() as place:
        try:
            file = place.enter_context(whole_files.new_file(to))
        except OSError:
            raise BadInput(
                field=option, problem="不能新建该文件", mend="请换一个目录可写、尚不存在的文件名。"
            ) from None
        yield file
        if file.tell() == 0:
            raise _LeftEmpty
