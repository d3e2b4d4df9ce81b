"""One embedded PostgreSQL for the whole run, one cloned database for each test that asks for it."""

import gc
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from hub.operations.staff.sign_in import sign_in
from hub.operations.table import load_operations
from hub.ports import set_clock
from hub.registry.database import embedded
from hub.registry.session import Store
from hub.registry.vault import MasterKey

from .support.clocks import MORNING, Clock
from .support.databases import SERVER, Clones, address, as_application, as_owner, compile_once, prepared

MASTER = MasterKey(bytes(range(32)))
ENOUGH = 4_000_000_000
"""Bytes of memory that two servers and their clones may take."""
# The product's own way of hashing, at a cost that some ten thousand sign-ins of tests can bear; what it costs in an
# installation is proven in a process of its own (tests/access/sign_in/test_sign_in.py).
sign_in.HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
sign_in.DUMMY = sign_in.HASHER.hash("no such user")
# Tests of the table see all of it, whichever modules they import themselves.
load_operations()
pytest_plugins = ["tests.support.partners", "tests.support.callers", "tests.support.scenes"]


def pytest_collection_finish() -> None:
    """What is loaded by now stays to the end: the collector need not go through it time and again."""
    gc.collect()
    gc.freeze()


def _quick_place() -> Path | None:
    """Memory for the server's files, where there is enough: a clone is copied fifteen times quicker than on a disk."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > ENOUGH else None


@pytest.fixture(autouse=True)
def wall_clock(request: pytest.FixtureRequest) -> Iterator[Clock]:
    """The clock of the test: an ordinary working morning; beside other processes, the machine's."""
    beside = "machine_clock" in request.fixturenames and "ordinary_day" not in request.fixturenames
    clock = Clock(None if beside else MORNING)
    set_clock(clock)
    yield clock
    set_clock(None)


@pytest.fixture
def clock(wall_clock: Clock) -> Clock:
    """The clock of the test, which goes on when told to."""
    return wall_clock


@pytest.fixture
def machine_clock() -> None:
    """For tests whose hub talks to processes, which keep the machine's clock: any day, at any hour."""


@pytest.fixture
def ordinary_day() -> None:
    """For tests that have such a process beside them but do not talk to it: the ordinary morning all the same."""


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of this worker's server as its owner, with a template database in it that the owner migrated."""
    shared = os.environ.get(SERVER)
    if shared:
        compile_once(address(shared, "template_hub"))
        yield shared
        return
    data = Path(tempfile.mkdtemp(prefix="partnerhub-pg-", dir=_quick_place()))
    owner = prepared(data)
    compile_once(address(owner, "template_hub"))
    yield owner
    embedded.stop(data)
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def clones(postgres: str) -> Iterator[Clones]:
    """Fresh databases of this worker's server."""
    found = Clones(postgres)
    yield found
    found.close()


@pytest.fixture
def database(postgres: str, clones: Clones) -> Iterator[str]:
    """The address of a fresh, migrated database, as the application's role."""
    name = clones.take()
    yield as_application(address(postgres, name))
    clones.give_back(name)


@pytest.fixture
def owner_database(database: str) -> str:
    """The same database's address as its owner, who is a superuser: an administrator, or a thief of that password."""
    return as_owner(database)


@pytest.fixture
def owner_store(owner_database: str) -> Iterator[Store]:
    """A store of the owner on the same database, for what the application may not do."""
    store = Store(owner_database)
    yield store
    store.close()


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A store on a fresh database, as an installation has it: the application's role, which owns nothing."""
    store = Store(database)
    yield store
    store.close()
