"""Files in a simulator's folder: complete or absent even if it is killed; its keys are made once."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path


def put(path: Path, content: bytes) -> None:
    """Create or atomically replace a file (0600): a reader sees the old content or the new."""
    # In the same folder, because a rename is atomic within one file system only.
    number, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    aside = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)


def kept(path: Path, make: Callable[[], bytes]) -> bytes:
    """A file's content, created at the first call."""
    if not path.exists():
        put(path, make())
    return path.read_bytes()
