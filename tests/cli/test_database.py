"""The two roles from the terminal: who may migrate, and as whom the hub refuses to start (exit 3)."""

from collections.abc import Iterator

import pytest

from hub.registry import migrate
from hub.registry.database import roles
from tests.support.databases import address
from tests.support.servers import Outside, outside

from .conftest import Command

pytestmark = pytest.mark.article("G5")


@pytest.fixture
def empty(postgres: str) -> Iterator[Outside]:
    """A database of a server of the company's, as an administrator has made it."""
    with outside(postgres) as found:
        yield found


def listing(command: Command, where: str) -> str:
    """What somebody is told who starts a command of the hub at a database that it does not take."""
    done = command("customers", "list", "--as", "nobody", PARTNERHUB_DATABASE_URL=where, PARTNERHUB_PASSWORD="wrong")
    assert done.returncode == 3 and "Traceback" not in done.stderr, done.stderr
    return done.stderr


def test_as_a_superuser_nothing_of_the_hub_starts(command: Command, owner_database: str) -> None:
    told = listing(command, owner_database)
    assert "postgres is a superuser" in told and "CREATE ROLE" in told and "partnerhub db upgrade" in told
    for words in (("serve", "--port", "0"), ("worker",), ("db", "upgrade")):
        done = command(*words, PARTNERHUB_DATABASE_URL=owner_database, PARTNERHUB_PASSWORD="wrong")
        assert done.returncode == 3 and "is a superuser" in done.stderr, words


def test_the_owner_migrates_the_application_works_and_neither_does_the_others_work(
    command: Command, empty: Outside
) -> None:
    where = empty.addresses
    assert where.owner is not None
    application = {"PARTNERHUB_DATABASE_URL": where.application}
    assert "is empty" in listing(command, where.application)
    done = command("db", "upgrade", **application)
    assert done.returncode == 3 and "PARTNERHUB_OWNER_DATABASE_URL" in done.stderr
    done = command("db", "upgrade", **application, PARTNERHUB_OWNER_DATABASE_URL=where.owner)
    assert done.returncode == 0 and f"schema empty → {migrate.newest()}" in done.stdout, done.stderr
    done = command("db", "upgrade", **application)
    assert done.returncode == 0 and "nothing to do" in done.stdout
    done = command("db", "status", **application)
    assert done.returncode == 0 and f"schema {migrate.newest()}" in done.stdout
    done = command("customers", "list", "--as", "nobody", PARTNERHUB_PASSWORD="wrong", **application)
    assert done.returncode == 1, "the hub works, and does not know nobody"
    assert "owns " in listing(command, where.owner)


def test_an_owner_who_cannot_sign_in_is_told_by_the_settings_name_alone(command: Command, empty: Outside) -> None:
    here = address(empty.administrator, empty.database)
    owner = roles.address_as(here, "nobody_here").replace("nobody_here:", "nobody_here:s3cret")
    done = command(
        *("db", "upgrade"),
        PARTNERHUB_DATABASE_URL=empty.addresses.application,
        PARTNERHUB_OWNER_DATABASE_URL=owner,
    )
    assert done.returncode == 3 and "Check PARTNERHUB_OWNER_DATABASE_URL" in done.stderr
    assert "s3cret" not in done.stderr + done.stdout
