"""What the audit says of an operation."""

from dataclasses import dataclass

import psycopg

from hub.registry.session import Store


@dataclass(frozen=True)
class AuditedLine:
    """A line of the audit: about whom, how it ended, from where."""

    about: str | None
    outcome: str
    address: str | None


def lines_of(store: Store, operation: str) -> list[AuditedLine]:
    """All lines of an operation, oldest first."""
    query = "SELECT object_id, outcome, address FROM audit WHERE operation = %s ORDER BY id"
    with psycopg.connect(store.url) as connection:
        return [AuditedLine(*line) for line in connection.execute(query, (operation,)).fetchall()]
