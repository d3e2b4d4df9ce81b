"""A file that a command writes: always a new one, never over another, whole or not at all, for this user alone."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from hub.domain.refusals import BadInput
from hub.registry import whole_files


class _LeftEmpty(Exception):
    """Nothing was written, so there is no file."""


@contextmanager
def new_file(to: Path, option: str) -> Iterator[BinaryIO]:
    """A file that was not there before; none when the block fails or writes nothing. Raises BadInput before the block."""
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
