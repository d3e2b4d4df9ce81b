"""What happens to sealed values: a key destroyed on purpose, a key or a token that does not open."""

from uuid import UUID

import psycopg

from hub.operations.office import Office

from .databases import as_owner


def owner(office: Office, statement: str, *values: object) -> None:
    """What somebody does who owns the database, whom no trigger stops."""
    with psycopg.connect(as_owner(office.store.url)) as connection:
        connection.execute("SET session_replication_role = replica")
        connection.execute(statement, values)  # type: ignore[arg-type]


def destroy(office: Office, customer_id: UUID) -> None:
    """The customer is erased."""
    owner(office, "UPDATE customer_keys SET wrapped = NULL, destroyed_at = now() WHERE customer_id = %s", customer_id)


def spoil(office: Office, customer_id: UUID) -> None:
    """The customer's key does not open: another master key, or a hand in the database."""
    owner(office, "UPDATE customer_keys SET wrapped = wrapped || '\\x00' WHERE customer_id = %s", customer_id)


def mend(office: Office, customer_id: UUID) -> None:
    """It does again."""
    cut = "UPDATE customer_keys SET wrapped = substr(wrapped, 1, length(wrapped) - 1) WHERE customer_id = %s"
    owner(office, cut, customer_id)


def lose(office: Office, customer_id: UUID) -> None:
    """The key's row is gone, as after a backup that was put back by halves: nobody destroyed it on purpose."""
    owner(office, "DELETE FROM customer_keys WHERE customer_id = %s", customer_id)
