"""Deeds carried out in a process that dies before its n-th step on the disk or its commit, one after the other.

`python -m tests.faults.crashing DEED DATABASE FOLDER` prints what each crash left and whether the next start could use it.
"""

import json
import os
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event

from hub.registry import installation, whole_files
from hub.registry.data_folder.key_file import KeyPlace
from hub.registry.session import Store
from tests.support.databases import as_owner

DIED = 9
STEPS = {
    "os.link": "link",
    "os.remove": "remove",
    "os.rename": "rename",
    "os.mkdir": "mkdir",
    "tempfile.mkstemp": "aside",
}


class Steps:
    """Counts the steps of a process; ends it, as a power cut would, before the n-th."""

    def __init__(self, last: int) -> None:
        self.last, self.done = last, list[str]()

    def take(self, name: str) -> None:
        """One more step is about to happen."""
        self.done.append(name)
        if len(self.done) == self.last:
            os._exit(DIED)

    def watch(self) -> None:
        """From now on."""
        sync = os.fsync

        def fsync(number: int) -> None:
            self.take("sync folder" if os.path.isdir(f"/proc/self/fd/{number}") else "sync file")  # noqa: PTH112
            sync(number)

        os.fsync = fsync  # type: ignore[assignment]
        sys.addaudithook(lambda name, _: self.take(STEPS[name]) if name in STEPS else None)
        event.listen(Engine, "commit", lambda _: self.take("commit"))


def forked(deed: Callable[[], None], last: int = 0, told: Path | None = None) -> int:
    """The exit code of a process of its own that does it, dying before a step; the steps go into `told`."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    steps = Steps(last)
    steps.watch()
    try:
        deed()
    except BaseException as fault:  # noqa: BLE001
        sys.stderr.write(f"{fault!r}\n")
        os._exit(1)
    if told is not None:
        told.write_text(json.dumps(steps.done))
    os._exit(0)


def first_start(database: str, folder: Path) -> None:
    """The first start of an installation."""
    installation.settle(Store(database), KeyPlace(None, folder))


def after_start(database: str, folder: Path) -> dict[str, Any]:
    """What lies there; then two more starts, and what lies there in the end. Everything is taken away again."""
    key = folder / "master.key"
    found: dict[str, Any] = {"key": key.read_text() if key.exists() else None, "row": checks(database)}
    found["starts"] = [forked(lambda: first_start(database, folder)) for _ in range(2)]
    found |= {"files": sorted(path.name for path in folder.iterdir()), "key after": key.read_text()}
    found["row after"] = checks(database)
    with psycopg.connect(as_owner(database)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute("DELETE FROM installation")
    key.unlink()
    return found


def checks(database: str) -> str | None:
    """The check value on file."""
    with psycopg.connect(database) as connection:
        row = connection.execute("SELECT key_check FROM installation").fetchone()
    return row[0].hex() if row else None


def replace(_: str, folder: Path) -> None:
    """A file put in another's place."""
    whole_files.put(folder / "state", b"new" * 1000)


def after_replace(_: str, folder: Path) -> dict[str, Any]:
    """Which of the two lies there; then it is put again."""
    path = folder / "state"
    found = {"content": path.read_text()[:3], "size": path.stat().st_size}
    whole_files.clear_parts(path)
    whole_files.put(path, b"old" * 1000)
    return found | {"files": sorted(path.name for path in folder.iterdir())}


DEEDS = {"start": (first_start, after_start), "replace": (replace, after_replace)}


def main(name: str, database: str, folder: Path) -> None:
    """Die at the first step, the second …, until the deed is done; a line of JSON each."""
    deed, after = DEEDS[name]
    told = folder.parent / "steps"
    for last in count(1):
        code = forked(lambda: deed(database, folder), last, told)
        sys.stdout.write(json.dumps({"code": code, **after(database, folder)}) + "\n")
        if code != DIED:
            break
    sys.stdout.write(told.read_text())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
