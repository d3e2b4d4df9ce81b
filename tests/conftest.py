"""One embedded PostgreSQL for the whole run, one cloned database for each test that asks for it."""

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from hub.engine import queue
from hub.operations.office import Office
from hub.registry import embedded, migrate
from hub.registry.session import Store
from hub.registry.vault import MasterKey

MASTER = MasterKey(bytes(range(32)))
pytest_plugins = ["tests.support.partners"]


def _database(server: str, name: str) -> str:
    return server.replace("/postgres?", f"/{name}?", 1)


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of this worker's server, with a migrated template database in it."""
    data = Path(tempfile.mkdtemp(prefix="partnerhub-pg-"))
    server = embedded.start(data)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("CREATE DATABASE template_hub")
    store = Store(_database(server, "template_hub"))
    migrate.upgrade(store)
    queue.install(store)
    store.close()
    yield server
    embedded.stop(data)
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture
def database(postgres: str) -> Iterator[str]:
    """The address of a fresh, migrated database."""
    name = f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template_hub")
    yield _database(postgres, name)
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A store on a fresh database."""
    store = Store(database)
    yield store
    store.close()


@pytest.fixture
def office(store: Store) -> Office:
    """An office whose nudges go nowhere: for operations without an engine."""
    return Office(store, MASTER, nudge=lambda tx, ask_id, at=None: None)
