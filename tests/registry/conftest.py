"""Databases on a server of the company's, with an owner and a role of their own."""

from collections.abc import Iterator

import pytest

from hub.engine import database
from hub.registry import migrate
from tests.support.servers import Outside, outside


@pytest.fixture(scope="module")
def migrated(postgres: str) -> Iterator[Outside]:
    """A database of a server of the company's after `partnerhub db upgrade`: made once, because it takes seconds."""
    with outside(postgres) as company:
        assert database.prepare(company.addresses) == (None, migrate.newest())
        yield company


@pytest.fixture
def ready(postgres: str, migrated: Outside) -> Iterator[Outside]:
    """A copy of it for one test, and a fresh role that the owner has granted what it needs."""
    with outside(postgres, like=migrated) as company:
        database.prepare(company.addresses)
        yield company
