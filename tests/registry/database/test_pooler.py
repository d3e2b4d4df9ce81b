"""A connection pooler before the database: refused at the start, in words that name it and the way out."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

import pytest
from psycopg.conninfo import conninfo_to_dict

from hub.registry.session import Store, StoreUnusable

# The codes of PostgreSQL's protocol 3.0 by which a client asks for TLS or GSS first.
BEFORE_START = {80877103, 80877104}
REFUSAL = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"


@contextmanager
def pooler(database: str, options: Literal["refused", "ignored"]) -> Iterator[str]:
    """The database's address behind a pooler as PgBouncer is installed, or with `ignore_startup_parameters = options`."""
    behind = conninfo_to_dict(database)
    door = socket.create_server(("127.0.0.1", 0))
    threading.Thread(target=_accept, args=(door, behind, options), daemon=True).start()
    try:
        yield f"postgresql://{behind['user']}@127.0.0.1:{door.getsockname()[1]}/{behind['dbname']}"
    finally:
        door.close()


def _accept(door: socket.socket, behind: dict[str, object], options: str) -> None:
    while True:
        try:
            client, _ = door.accept()
        except OSError:
            return
        threading.Thread(target=_serve, args=(client, behind, options), daemon=True).start()


def _serve(client: socket.socket, behind: dict[str, object], options: str) -> None:
    with client:
        names = _start_of(client)
        if options == "refused" and "options" in names:
            client.sendall(b"E" + struct.pack("!I", len(REFUSAL) + 4) + REFUSAL)
            return
        with socket.socket(socket.AF_UNIX) as server:
            server.connect(f"{behind['host']}/.s.PGSQL.{behind.get('port') or 5432}")
            kept = b"".join(f"{name}\0{text}\0".encode() for name, text in names.items() if name != "options")
            server.sendall(struct.pack("!II", len(kept) + 9, 196608) + kept + b"\0")
            threading.Thread(target=_pass, args=(server, client), daemon=True).start()
            _pass(client, server)


def _start_of(client: socket.socket) -> dict[str, str]:
    """The parameters of a client's startup message."""
    while True:
        length, code = struct.unpack("!II", client.recv(8, socket.MSG_WAITALL))
        if code not in BEFORE_START:
            words = client.recv(length - 8, socket.MSG_WAITALL).decode().split("\0")
            return {name: text for name, text in zip(words[::2], words[1::2], strict=False) if name}
        client.sendall(b"N")


def _pass(source: socket.socket, target: socket.socket) -> None:
    try:
        while chunk := source.recv(65536):
            target.sendall(chunk)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


@pytest.mark.parametrize("options", ["refused", "ignored"])
def test_a_pooler_that_keeps_the_hubs_parameters_from_the_session_is_named(
    database: str, options: Literal["refused", "ignored"]
) -> None:
    """Time zone, lock_timeout and the search path are set when a session starts; without them the hub is another."""
    with pooler(database, options) as address:
        store = Store(address)
        try:
            with pytest.raises(StoreUnusable) as refused:
                store.check_server()
        finally:
            store.close()
    words = str(refused.value)
    assert "pooler" in words and "PgBouncer" in words
    assert "PARTNERHUB_DATABASE_URL" in words and "docs/database.md" in words


def test_the_server_itself_is_no_pooler(database: str) -> None:
    store = Store(database)
    store.check_server()
    store.close()
