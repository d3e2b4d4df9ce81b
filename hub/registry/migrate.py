"""Bringing the database's schema to this code's version."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from .session import Store, StoreUnusable, reason

ONE_AT_A_TIME = 7_204_111
"""Key of the advisory lock under which a schema is upgraded."""


def configuration() -> Config:
    """Alembic's configuration, without a file: the migrations lie beside this module."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def upgrade(store: Store) -> tuple[str | None, str]:
    """Upgrade to the newest version; returns (old, new). Raises StoreUnusable, also when the schema is newer."""
    store.check_server()
    config = configuration()
    script = ScriptDirectory.from_config(config)
    newest = script.get_current_head()
    assert newest is not None
    try:
        with store.engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
            current = MigrationContext.configure(connection).get_current_revision()
            refuse_newer(script, current)
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise StoreUnusable(f"The schema could not be upgraded: {reason(error)}") from None
    return current, newest


def status(store: Store) -> tuple[str | None, str]:
    """The database's version (None: empty) and this code's. Raises StoreUnusable."""
    store.check_server()
    newest = ScriptDirectory.from_config(configuration()).get_current_head()
    assert newest is not None
    with store.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision(), newest


def refuse_newer(script: ScriptDirectory, current: str | None) -> None:
    """Raise StoreUnusable when the database knows a version that this code does not."""
    if current is None:
        return
    try:
        script.get_revision(current)
    except CommandError:
        raise StoreUnusable(
            f"The database's schema ({current}) is newer than this code. "
            "Install the newer partnerhub, or restore a backup."
        ) from None
