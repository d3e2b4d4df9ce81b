"""Processes of the hub that start loaded: real ones, with their own memory, files and signals, forked from one that has
imported the hub once. To import it costs two to four seconds of processor time, and the suite starts several hundred.

`tests/cli/test_entry.py` starts the command without this, as a person does, and compares.
"""

import atexit
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent.parent


def python(*words: str) -> list[str]:
    """A command line that does what `python -m MODULE …` does; `words` begin with the module."""
    return [sys.executable, "-I", "-S", str(HERE / "ask.py"), _server(), *words]


@cache
def _server() -> str:
    """The socket of this test process's own server, which ends with it."""
    folder = tempfile.TemporaryDirectory(prefix="loaded-")
    address = f"{folder.name}/socket"
    command = [sys.executable, "-m", f"{__name__}.serve", address]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert server.stdin and server.stdout
    assert server.stdout.readline() == b"ready\n"

    @atexit.register
    def end() -> None:
        server.stdin.close()
        server.wait(10)
        folder.cleanup()

    return address
