"""One process at a time makes, grants to or puts back the application's role."""

from sqlalchemy import Connection, text

# Key of the advisory lock under which that is done.
ONE_AT_A_TIME = 7_204_115


def wait(connection: Connection) -> None:
    """Wait until no other process is at it; until the end of the transaction it is this one."""
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
