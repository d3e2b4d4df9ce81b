"""Files that exist whole or not at all, whatever moment the power fails: written aside, synced, then renamed."""

import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EEXIST, EINVAL
from pathlib import Path
from typing import BinaryIO

# Suffix of an unfinished file.
PART = ".part"


def content(path: Path) -> bytes:
    """The bytes of a regular file. Raises OSError for anything else: a pipe may have no writer, a device no end."""
    _require_regular(path.stat().st_mode)
    # O_NONBLOCK: a pipe that has just taken the file's place must not block. Windows has neither flag nor such files.
    number = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(number, "rb") as file:
        _require_regular(os.fstat(number).st_mode)  # again: it may be another by now
        return file.read()


def _require_regular(mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise NotRegular(EINVAL, "it is not a regular file")


class NotRegular(OSError):
    """A pipe, a socket, a device or a folder where a file should be."""


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file (0600) to write, which gets its name when the block ends without an error; raises OSError.

    Raises FileExistsError rather than overwrite one, before the block and after it.
    """
    if path.exists():
        raise FileExistsError(EEXIST, os.strerror(EEXIST), str(path))
    with _aside(path) as (file, aside):
        yield file
        _sync(file)
        _name(aside, path)
        _sync_folder(path.parent)


def put_new(path: Path, content: bytes) -> None:
    """Make a new file (0600). Raises FileExistsError and OSError."""
    with new_file(path) as file:
        file.write(content)


def put(path: Path, content: bytes) -> None:
    """Make or replace a file (0600): a reader sees the old content or the new. Raises OSError."""
    with _aside(path) as (file, aside):
        file.write(content)
        _sync(file)
        aside.replace(path)
        _sync_folder(path.parent)


def clear_parts(path: Path) -> None:
    """Delete what a crash left of an unfinished file."""
    for part in path.parent.glob(f".{path.name}.*{PART}"):
        part.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """Make a folder and its parents so that they survive a power cut. Raises OSError."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    # Whatever the user's mask: others must not put their files in it.
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    for made in missing:
        _sync_folder(made.parent)


@contextmanager
def _aside(path: Path) -> Iterator[tuple[BinaryIO, Path]]:
    """An open file under a temporary name beside it; deleted again if it was not renamed."""
    # In the same folder: a rename is atomic only within one file system.
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=PART, dir=path.parent)
    aside = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            yield file, aside
    finally:
        # Also after an error, so that no half file stays; missing if it was renamed.
        aside.unlink(missing_ok=True)


def _name(aside: Path, path: Path) -> None:
    """Give a new file its name in one step, by a hard link; on file systems without links (a USB stick) the name is claimed first."""
    try:
        os.link(aside, path)
    except FileExistsError:
        raise
    except OSError:
        # Two steps: a crash between them leaves an empty file of that name.
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        aside.replace(path)


def _sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        # The name itself is on disk only when its folder is.
        os.fsync(number)
    finally:
        os.close(number)
