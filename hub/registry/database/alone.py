"""A lock: only one process at a time creates, grants to or cleans up the application's role."""

from sqlalchemy import Connection, text

# Key of the advisory lock.
ONE_AT_A_TIME = 7_204_115


def wait(connection: Connection) -> None:
    """Wait for the lock and hold it until the transaction ends."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
