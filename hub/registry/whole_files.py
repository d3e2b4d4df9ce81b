"""Files that are there whole or not at all, whenever the power goes: written aside, synced, then given their name."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PART = ".part"
"""What the name of a file ends with that was not finished."""


def put_new(path: Path, content: bytes) -> None:
    """Make a file (0600) that is not there yet; raises FileExistsError rather than write over one, and OSError."""
    with _written_aside(path, content) as aside:
        os.link(aside, path)
        _sync_folder(path.parent)


def put(path: Path, content: bytes) -> None:
    """Make a file (0600), or put another in its place: a reader sees the old content or the new. Raises OSError."""
    with _written_aside(path, content) as aside:
        aside.replace(path)
        _sync_folder(path.parent)


def clear_parts(path: Path) -> None:
    """Take away what a crash left of the unfinished making of a file."""
    for part in path.parent.glob(f".{path.name}.*{PART}"):
        part.unlink(missing_ok=True)


def make_folder(folder: Path) -> None:
    """A folder with those above it, there after a power cut too. Raises OSError."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for made in missing:
        _sync_folder(made.parent)


@contextmanager
def _written_aside(path: Path, content: bytes) -> Iterator[Path]:
    """The content under another name beside the file's, on the disk; gone again when it was not taken over."""
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=PART, dir=path.parent)
    aside = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        yield aside
    finally:
        aside.unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
