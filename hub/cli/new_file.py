"""A file that a command writes: always a new one, never over another."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from hub.domain.refusals import BadInput


@contextmanager
def new_file(to: Path, option: str) -> Iterator[BinaryIO]:
    """A file that was not there before; gone again when the block fails or leaves it empty. Raises BadInput first."""
    try:
        file = to.open("xb")
    except OSError:
        raise BadInput(field=option, problem="不能新建该文件", mend="请换一个目录可写、尚不存在的文件名。") from None
    kept = False
    with file:
        made = os.fstat(file.fileno())
        try:
            yield file
            kept = file.tell() > 0
        finally:
            if not kept:
                _remove(to, made)


def _remove(path: Path, made: os.stat_result) -> None:
    """Take the file away, unless its name leads to another one by now."""
    with suppress(OSError):
        if os.path.samestat(made, path.lstat()):
            path.unlink()
