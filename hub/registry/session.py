"""The store and its transactions: one transaction at the edge; nothing inside commits."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from psycopg.errors import UniqueViolation
from sqlalchemy import Engine, create_engine, event, text
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from hub.domain.refusals import Unusable

from . import pinned

__all__ = [
    "OLDEST_SERVER",
    "BadText",
    "Duplicate",
    "LostDatabase",
    "StaleDataError",
    "Store",
    "StoreUnusable",
    "Transaction",
    "driver_connection",
    "reason",
    "run_script",
    "unless_taken",
]
OLDEST_SERVER = 14
# One open transaction. Operations and queries receive it; they never commit.
Transaction = Session


# The connection broke: the transaction did not happen, or the answer to its COMMIT was lost.
LostDatabase = OperationalError


# A row of a COPY exists already: the driver's own error, because COPY goes past SQLAlchemy.
Duplicate = UniqueViolation


# A value that the database cannot store (a NUL character, a number out of range).
BadText = DataError


class StoreUnusable(Unusable):
    """The database cannot be used."""


@contextmanager
def unless_taken(otherwise: Exception) -> Iterator[None]:
    """Flush rows that must be unique; raises `otherwise` if another transaction was quicker."""
    try:
        yield
    except IntegrityError as error:
        if isinstance(error.orig, UniqueViolation):
            raise otherwise from None
        raise


class Store:
    """The database of this process."""

    def __init__(self, url: str, *, pool: int = 10, setting: str = "PARTNERHUB_DATABASE_URL") -> None:
        """`setting` is where a person finds the address. Raises StoreUnusable for another database's address."""
        self.url = url
        self.setting = setting
        if not url.startswith(("postgresql://", "postgresql+psycopg://")):
            raise StoreUnusable(
                f"{setting} is no address of a PostgreSQL server. Give one as postgresql://role@host/name."
            )
        self.engine: Engine = create_engine(
            url.replace("postgresql://", "postgresql+psycopg://", 1),
            # As many connections again may be opened in a rush; they are closed afterwards.
            pool_size=pool,
            max_overflow=pool,
            # A server that was restarted leaves dead connections in the pool: tried before use, not found by a clerk.
            pool_pre_ping=True,
            # Parameters hold personal data; errors and logs must not repeat them.
            hide_parameters=True,
        )
        self.connecting = pinned.Connecting()
        event.listen(self.engine, "do_connect", self.connecting)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """A transaction that commits at the end of the block, or rolls back if it raises."""
        # Views are read after the commit, without a transaction of their own.
        with Session(self.engine, expire_on_commit=False) as tx, tx.begin():
            yield tx

    def check_server(self) -> None:
        """Raise StoreUnusable when the server is unreachable, older than version 14 or hidden behind a pooler."""
        try:
            with self.engine.connect() as connection:
                # The number is 140005 for 14.5.
                version = int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10000
                pinned_here = pinned.are_set(connection.execute(text(pinned.SETTING)).scalar_one())
        except OperationalError as error:
            if pinned.REFUSED_BY_POOLER in str(error.orig):
                raise StoreUnusable(pinned.BEHIND_A_POOLER.format(setting=self.setting)) from None
            raise StoreUnusable(
                f"The database cannot be reached: {reason(error)}. Check {self.setting} and that the server runs."
            ) from None
        if version < OLDEST_SERVER:
            raise StoreUnusable(f"The database server is version {version}; partnerhub needs {OLDEST_SERVER} or newer.")
        if not pinned_here:
            raise StoreUnusable(pinned.BEHIND_A_POOLER.format(setting=self.setting))

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def reason(error: DBAPIError) -> str:
    """The driver's own first line, without address or password."""
    # libpq says "connection to server at … failed: reason": the address stands before that word.
    lines = str(error.orig).strip().splitlines()
    return lines[0].split("failed:")[-1].strip() if lines else type(error.orig).__name__


def driver_connection(tx: Transaction) -> Any:
    """The psycopg connection under a transaction, for a library that must join it (jobs, COPY)."""
    return tx.connection().connection.driver_connection


def run_script(store: Store, table: str, script: str) -> None:
    """Run a library's own schema script unless its table exists."""
    with store.engine.begin() as connection:
        # Processes that start together would both find the table missing.
        connection.execute(text("SELECT pg_advisory_xact_lock(7204112)"))
        there = connection.execute(text("SELECT to_regclass(:name)"), {"name": table}).scalar_one()
        if there is None:
            # By the driver, which takes many statements at once; without parameters, so that it leaves colons and
            # percent signs alone.
            connection.connection.cursor().execute(script)


class WrongStep(Exception):
    """A step that the row's state table does not allow: a bug of ours, never a partner's doing."""
