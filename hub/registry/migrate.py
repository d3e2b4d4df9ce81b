"""Bringing the database's schema to this code's version."""

import os
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from .session import Store, StoreUnusable, reason

# Advisory lock under which a schema is upgraded, by one of several processes that start at once.
ONE_AT_A_TIME = 7_204_111
MIGRATE = "Run `partnerhub db upgrade` with the address of the tables' owner in PARTNERHUB_OWNER_DATABASE_URL."


def configuration() -> Config:
    """Alembic's configuration, without a file: the migrations are beside this module, in a folder for each release."""
    config = Config()
    scripts = Path(__file__).parent / "migrations"
    # Releases are found by their folders: a new one needs no line here.
    releases = sorted((scripts / "versions").glob("v*"))
    config.set_main_option("script_location", str(scripts))
    config.set_main_option("path_separator", "os")
    config.set_main_option("version_locations", os.pathsep.join(map(str, releases)))
    return config


def upgrade(store: Store) -> tuple[str | None, str]:
    """Upgrade to the newest version; returns (old, new). Raises StoreUnusable, also if the schema is newer than the code."""
    store.check_server()
    config = configuration()
    try:
        with store.engine.begin() as connection:
            # In the transaction of the migration: the lock ends with it, and a failed migration leaves the old schema.
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
            current = MigrationContext.configure(connection).get_current_revision()
            refuse_newer(current)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise StoreUnusable(f"The schema could not be upgraded: {reason(error)}") from None
    return current, newest()


# Cached: reading the migrations takes a moment, and they do not change while a process runs.
@cache
def newest() -> str:
    """The version of this code."""
    head = ScriptDirectory.from_config(configuration()).get_current_head()
    assert head is not None
    return head


def status(store: Store) -> tuple[str | None, str]:
    """The database's version (None: empty) and this code's. Raises StoreUnusable."""
    store.check_server()
    try:
        with store.engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision(), newest()
    except DBAPIError as error:
        raise StoreUnusable(f"The schema's version cannot be read: {reason(error)}. {MIGRATE}") from None


def is_newest(store: Store) -> bool:
    """Whether the database has this code's schema, as far as the store's role may see."""
    try:
        current, wanted = status(store)
    except StoreUnusable:
        return False
    return current == wanted


def require_newest(store: Store) -> None:
    """Raise StoreUnusable, with what to do, when the database has another schema than this code's."""
    current, wanted = status(store)
    if current == wanted:
        return
    refuse_newer(current)
    what = (
        "The database is empty"
        if current is None
        else f"The database's schema ({current}) is older than this code ({wanted})"
    )
    raise StoreUnusable(f"{what}, and the application's role does not migrate. {MIGRATE}")


def refuse_newer(current: str | None) -> None:
    """Raise StoreUnusable if the schema has a version that this code does not know."""
    if current is None:
        return
    try:
        ScriptDirectory.from_config(configuration()).get_revision(current)
    except CommandError:
        raise StoreUnusable(
            f"The database's schema ({current}) is newer than this code. "
            "Install the newer partnerhub, or restore a backup."
        ) from None
