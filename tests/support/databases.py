"""Databases for tests: clones of one migrated template, made and dropped beside the tests that use them."""

import queue
import threading
import uuid
from pathlib import Path
from typing import Any

import psycopg

from hub.engine import database as preparing
from hub.registry.database import roles
from hub.registry.session import Store

SERVER = "PARTNERHUB_TESTS_SERVER"
"""The variable that names a prepared server, where many runs of tests share one (tools/mutants.py)."""
AHEAD = 3
"""Clones that stand ready; copying one takes half a second of waiting for the disk."""


def prepared(data: Path) -> str:
    """Start a server in the folder, with `template_hub` in it that its owner migrated; the address as its owner."""
    server = preparing.of_embedded(data)
    assert server.owner is not None
    with psycopg.connect(server.owner, autocommit=True) as connection:
        # Nothing here outlives the run; and some thousand clones would be vacuumed one after the other.
        for parameter in ("fsync", "full_page_writes", "autovacuum"):
            connection.execute(f"ALTER SYSTEM SET {parameter} = off")  # type: ignore[arg-type]
        connection.execute("SELECT pg_reload_conf()")
        connection.execute("CREATE DATABASE template_hub")
    preparing.prepare(
        preparing.Addresses(*(address(owned, "template_hub") for owned in (server.application, server.owner)))
    )
    return server.owner


def address(server: str, name: str) -> str:
    """The address of a database of this server."""
    return server.replace("/postgres?", f"/{name}?", 1)


def contents(database: str) -> list[tuple[object, ...]]:
    """Every table of the hub's own with its number of rows and its last one: what a refused start must leave alone."""
    names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    with psycopg.connect(as_owner(database)) as connection:
        tables = [name for (name,) in connection.execute(names) if not name.startswith("procrastinate")]
        return [
            (name, connection.execute(f'SELECT count(*), max(t::text) FROM "{name}" t').fetchone())  # type: ignore[arg-type]
            for name in tables
        ]


def as_application(database: str) -> str:
    """A database's address as the application's role, which owns nothing."""
    return roles.address_as(database, roles.APPLICATION)


def as_owner(database: str) -> str:
    """A database's address as its owner, the server's superuser."""
    return roles.address_as(database, "postgres")


def by_owner(store: Store, *statements: str) -> None:
    """Change the database behind the hub's back, in a way that its own role may not."""
    with psycopg.connect(as_owner(store.url)) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[arg-type]


def compile_once(database: str) -> None:
    """Let all stores of this process share the statements that SQLAlchemy has compiled.

    Each test has a store of its own, whose statements would all be compiled again: a fifth of the time of a test.
    """
    first = Store(database)
    # The dialect learns the server's version; a cached statement is found by its dialect.
    first.engine.connect().close()
    first.close()
    compiled: dict[Any, Any] = {}
    make = Store.__init__

    def sharing(store: Store, *words: Any, **how: Any) -> None:
        make(store, *words, **how)
        store.engine.dialect = first.engine.dialect
        store.engine.update_execution_options(compiled_cache=compiled)

    Store.__init__ = sharing  # type: ignore[method-assign]  # no seam of the product's for what only tests need


class Clones:
    """Clones of `template_hub`. A failure to make one is raised where one is asked for."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.ready: queue.Queue[str | Exception] = queue.Queue(AHEAD)
        self.used: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.over = threading.Event()
        self.maker = threading.Thread(target=self._make, daemon=True)
        self.maker.start()

    def take(self) -> str:
        """The name of a fresh database, for one test alone."""
        found = self.ready.get(timeout=60)
        if isinstance(found, Exception):
            raise found
        return found

    def give_back(self, name: str) -> None:
        """It is dropped when there is time."""
        self.used.put(name)

    def close(self) -> None:
        """No more are made."""
        self.over.set()
        while self.maker.is_alive():
            self._empty()
            self.maker.join(0.1)

    def _empty(self) -> None:
        while not self.ready.empty():
            self.ready.get_nowait()

    def _make(self) -> None:
        try:
            with psycopg.connect(self.server, autocommit=True) as connection:
                while not self.over.is_set():
                    name = f"t_{uuid.uuid4().hex[:12]}"
                    # Through the log, as is usual, a copy costs twice as much.
                    connection.execute(f"CREATE DATABASE {name} TEMPLATE template_hub STRATEGY FILE_COPY")
                    self.ready.put(name)
                    while not self.used.empty():
                        connection.execute(f"DROP DATABASE {self.used.get()} WITH (FORCE)")
        except Exception as error:  # noqa: BLE001  the test that asks next shall see it
            self.ready.put(error)


__all__ = ["Clones", "address", "as_application", "as_owner", "by_owner", "compile_once", "contents", "prepared"]
