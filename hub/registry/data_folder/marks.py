"""Locks on a data folder, and the marker that makes it a demo's.

Every process of an installation holds a shared lock on the folder; emptying it takes an exclusive one. A running demo also
holds its marker exclusively. Standard library only: `make clean` uses this with any Python, after the environment is gone.
"""

from __future__ import annotations

import os
import re
import stat
import sys
from pathlib import Path

if sys.platform != "win32":
    import fcntl

MARKER = ".partnerhub-demo"
# What the marker begins with; then which folder it was written for. Any other content was not written by a demo.
WORDS = b"This folder was made by `partnerhub demo`. The next demo deletes everything in it.\n"
WRITTEN = re.compile(re.escape(WORDS) + rb"(\d+)\n(/.*)\n", re.DOTALL)
# More than the longest path that a system takes.
LONGEST = 10_000
# The mounts that this process sees; its fifth column is where.
MOUNTS = Path("/proc/self/mountinfo")
OCTAL = re.compile(rb"\\([0-3][0-7]{2})")


def too_high(folder: Path) -> bool:
    """Whether the folder is or contains the working folder or the home folder."""
    place = folder.resolve()
    return any(path == place or place in path.parents for path in (Path.cwd().resolve(), Path.home().resolve()))


def opened(folder: Path) -> int:
    """An open descriptor of the folder; a symbolic link is refused. Raises OSError."""
    return os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)


def words_for(folder: Path) -> bytes:
    """What the marker of this folder says: the words, the folder's number and its path."""
    return WORDS + f"{folder.stat().st_ino}\n".encode() + os.fsencode(folder.resolve()) + b"\n"


def marker_in(place: int) -> int | None:
    """An open descriptor of the marker in an open folder; None unless a demo wrote it, for this folder or another."""
    try:
        # O_NONBLOCK: opening a FIFO of that name would otherwise wait for a writer.
        marker = os.open(MARKER, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=place)
    except OSError:
        return None
    if stat.S_ISREG(os.fstat(marker).st_mode) and WRITTEN.fullmatch(os.pread(marker, LONGEST, 0)):
        return marker
    os.close(marker)
    return None


def was_written_for(marker: int, folder: Path) -> bool:
    """Whether a demo wrote the marker for this folder, moved or not; one in a copy, or a hard link, names another."""
    written = WRITTEN.fullmatch(os.pread(marker, LONGEST, 0))
    if written is None:
        return False
    # Either will do: a moved folder keeps its number, and its path stays where a system renumbers after a restart.
    return int(written[1]) == folder.stat().st_ino or written[2] == os.fsencode(folder.resolve())


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


def mounts_in(folder: Path) -> list[Path]:
    """Where something else is mounted below a folder, by name; the folder itself may be a mount.

    From the system's own list where there is one: a bind mount of the same device is not told apart by its number.
    """
    real = folder.resolve()
    if MOUNTS.exists():
        points = [_unescaped(line.split()[4]) for line in MOUNTS.read_bytes().splitlines()]
        return sorted({point for point in points if real in point.parents})
    below = (Path(top) / name for top, names, _ in os.walk(real) for name in names)
    return sorted(path for path in below if path.is_mount())


def _unescaped(name: bytes) -> Path:
    """A path of the list: blanks and their like stand as octal numbers."""
    return Path(os.fsdecode(OCTAL.sub(lambda digits: bytes([int(digits[1], 8)]), name)))


def have_alone(number: int) -> bool:
    """Lock an open file or folder exclusively until it is closed; False if it is locked, or locks do not work there."""
    try:
        # flock, not a POSIX lock: that one would be lost as soon as the process closed any descriptor of the file.
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def share(number: int) -> bool:
    """Take a shared lock until it is closed; False only if another process holds it exclusively."""
    try:
        fcntl.flock(number, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True  # a file system without locks: a hub works there, a demo does not
    return True
