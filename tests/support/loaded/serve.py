"""A process with the hub loaded, which forks one that runs a module for each that asks: `python -m … SOCKET`.

It ends when its standard input does.
"""

import contextlib
import gc
import json
import os
import runpy
import select
import signal
import socket
import sys
from typing import Any

import rich.console
import typer.rich_utils
from sqlalchemy.orm import configure_mappers

# What commands, workers and simulators import, but for `hub.cli`, which looks at the environment when it is loaded.
import hub.app
import hub.engine.worker
import hub.server
import hub.simulation
from hub.channels import host
from hub.operations.table import load_operations

__all__ = ["hub", "rich", "typer"]


def main() -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen(64)
    load_operations()
    host.load(None)
    configure_mappers()
    gc.freeze()  # the forks share these pages as long as nobody writes to them
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        heard, _, _ = select.select([listener, sys.stdin], [], [])
        if sys.stdin in heard:
            return
        asker, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            keep(asker)
        asker.close()


def keep(asker: socket.socket) -> None:
    """Fork the process, tell the asker its number and its end, and end it when the asker is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    first, files, _, _ = socket.recv_fds(asker, 8, 3)
    left, asked = int.from_bytes(first, "big"), b""
    while len(asked) < left:
        asked += asker.recv(left - len(asked))
    process = os.fork()
    if process == 0:
        asker.close()
        run(json.loads(asked), files)
    for file in (*files, 0, 1):
        os.close(file)
    with contextlib.suppress(OSError):
        asker.sendall(process.to_bytes(8, "big"))
        select.select([asker, os.pidfd_open(process)], [], [])
        if select.select([asker], [], [], 0)[0]:
            os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        asker.sendall(os.waitstatus_to_exitcode(status).to_bytes(8, "big", signed=True))
    os._exit(0)


def run(asked: dict[str, Any], files: list[int]) -> None:
    """Be the process: as a fresh `python -m` would be, with this environment, folder and these files."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        if file > 2:
            os.close(file)
    os.environ.clear()
    os.environ.update(asked["environment"])
    os.chdir(asked["folder"])
    path = [asked["folder"], *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    sys.path[:0] = [place for place in path if place not in sys.path]
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "utf-8").partition(":")
    through = bool(os.environ.get("PYTHONUNBUFFERED"))
    sys.stdin = open(0, encoding=encoding or "utf-8", closefd=False)  # noqa: SIM115 - the process's own
    sys.stdout, sys.stderr = (
        open(number, "w", encoding=encoding or "utf-8", errors=kind, closefd=False)  # noqa: SIM115
        for number, kind in ((1, errors or "strict"), (2, "backslashreplace"))
    )
    sys.stdout.reconfigure(line_buffering=os.isatty(1), write_through=through)
    sys.stderr.reconfigure(line_buffering=True)
    sys.argv = list(asked["words"])
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
    sys.exit()


if __name__ == "__main__":
    main()
