"""Whose process the embedded server's postmaster.pid names: the system reuses numbers, also for a stranger's process.

No signal goes to a process other than this folder's own server, and no other is mistaken for it.
"""

import os
from pathlib import Path

from hub.registry.whole_files import content, put

FILE = "postmaster.pid"
PROCESSES = Path("/proc")
# No process has this number: the system's own limit is lower.
NONE = 2**31 - 1


def named(folder: Path) -> int | None:
    """The number of the process that the file names; None without a readable one."""
    try:
        return int(content(folder / FILE).partition(b"\n")[0])
    except (OSError, ValueError):
        return None


def is_ours(folder: Path) -> bool:
    """Whether the named process is a PostgreSQL that works in this folder.

    On a system without /proc any process counts as ours.
    """
    number = named(folder)
    if number is None or number <= 0:
        return False
    if not (PROCESSES / "self").exists():
        return True
    process = PROCESSES / str(number)
    try:
        words = (process / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    if Path(os.fsdecode(words[0])).name not in ("postgres", "postgres.exe"):
        return False
    try:
        # Where it works tells more than what it was called with: another container may use a folder of this name.
        return os.path.samestat((process / "cwd").stat(), folder.stat())
    except OSError:
        # Another user's process does not show where it works: then its arguments must do.
        return os.fsencode(folder) in words


def disown(folder: Path) -> None:
    """Let the file name no process if it names a stranger's, so that neither pg_ctl nor PostgreSQL takes it for the server.

    The rest of the file stays: by it PostgreSQL sees what a killed server left behind in shared memory. A file that
    cannot be read is left to PostgreSQL. Raises OSError.
    """
    number = named(folder)
    if number is None or is_ours(folder):
        return
    path = folder / FILE
    owner = path.stat()
    _, _, rest = content(path).partition(b"\n")
    put(path, b"%d\n%s" % (NONE, rest))
    if os.geteuid() == 0:
        # PostgreSQL then runs as another user. After a crash before this line the next start comes here again.
        os.chown(path, owner.st_uid, owner.st_gid)
