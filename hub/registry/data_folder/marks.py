"""Who works in a data folder, and whether it is a demo's: by a lock on the folder, by the marker in it and a lock on that.

An installation shares the lock of its folder with its other processes; who empties a folder wants it alone. A demo holds
its marker besides. The standard library alone: `make clean` asks here too, with any Python, when no environment is left.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

MARKER = ".partnerhub-demo"
# What the marker says: a file of that name with other words was not written by the demo.
WORDS = b"This folder was made by `partnerhub demo`. The next demo deletes everything in it.\n"


def too_high(folder: Path) -> bool:
    """Whether the working folder or the home lies in it, or is it."""
    place = folder.resolve()
    return any(path == place or place in path.parents for path in (Path.cwd().resolve(), Path.home().resolve()))


def opened(folder: Path) -> int:
    """The folder itself, open; never what a link leads to. Raises OSError."""
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def marker_in(place: int) -> int | None:
    """The marker in an open folder, open too; None unless the demo wrote it."""
    try:
        marker = os.open(MARKER, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(marker).st_mode) and os.pread(marker, len(WORDS) + 1, 0) == WORDS:
        return marker
    os.close(marker)
    return None


def is_demos(folder: Path) -> bool:
    """Whether the folder carries a demo's marker."""
    try:
        place = opened(folder)
    except OSError:
        return False
    marker = marker_in(place)
    os.close(place)
    if marker is not None:
        os.close(marker)
    return marker is not None


def have_alone(number: int) -> bool:
    """Lock an open file or folder until it is closed; False if another process has it, or nothing can be locked there."""
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def share(number: int) -> bool:
    """The same, beside others who share it; False only if another process has it alone."""
    try:
        fcntl.flock(number, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: a hub works there, a demo does not
    return True
