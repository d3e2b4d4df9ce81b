"""A database as an administrator sets it up on a server of the company: two roles, neither of them a superuser."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from hub.engine.database import Addresses
from hub.registry.database import roles

from .databases import address


@dataclass(frozen=True)
class Outside:
    """The names, the administrator's address, and the addresses that the hub is given."""

    database: str
    owner: str
    application: str
    administrator: str

    @property
    def addresses(self) -> Addresses:
        """Both addresses."""
        here = address(self.administrator, self.database)
        return Addresses(roles.address_as(here, self.application), roles.address_as(here, self.owner))

    @property
    def working(self) -> Addresses:
        """The address of the application alone, as `serve` and workers have it."""
        return Addresses(self.addresses.application, None)

    def administer(self, *statements: str) -> None:
        """What a superuser does in this database; {app}, {owner} and {database} stand for the names."""
        names = {"app": self.application, "owner": self.owner, "database": self.database}
        with psycopg.connect(address(self.administrator, self.database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.format(**names))  # type: ignore[arg-type]


@contextmanager
def outside(server: str, *, like: Outside | None = None) -> Iterator[Outside]:
    """Two roles and an empty database, as docs/database.md tells; gone afterwards.

    `like`: a copy of another's database with the same owner, and a role of its own without any right.
    """
    own = uuid.uuid4().hex[:10]
    found = Outside(f"o_{own}", like.owner if like else f"owner_{own}", f"app_{own}", server)
    made = [f"CREATE ROLE {found.application} LOGIN"]
    made += [] if like else [f"CREATE ROLE {found.owner} LOGIN"]
    template = f" TEMPLATE {like.database}" if like else ""
    gone = [
        f"DROP DATABASE {found.database} WITH (FORCE)",
        f"REVOKE ALL ON PARAMETER session_replication_role FROM {found.application}",
        f"DROP ROLE {found.application}",
    ]
    gone += [] if like else [f"DROP ROLE {found.owner}"]
    with psycopg.connect(server, autocommit=True) as connection:
        for statement in [*made, f"CREATE DATABASE {found.database} OWNER {found.owner}{template}"]:
            connection.execute(statement)  # type: ignore[arg-type]
        try:
            yield found
        finally:
            for statement in gone:
                connection.execute(statement)  # type: ignore[arg-type]
