"""Migration 0016: each unit's lists hold what its customers have on the day of the upgrade (R2.2)."""

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from alembic import command
from sqlalchemy import select, text

from hub.registry import migrate
from hub.registry.schema import ListEntry
from hub.registry.session import Store
from tests.support.databases import address

BEFORE, AFTER = "0015", "0016"
UNIT = "INSERT INTO units (code, name) VALUES (:code, :code)"
CUSTOMER = """
INSERT INTO customers (id, code, licence_no, licence_holder, shop_name, unit_code, stage, chain_customer,
                       settlement_method, values, sealed, version, created_at, updated_at, find_text, find_grams)
VALUES (:id, :code, :code, 'x', 'x', :unit, 'registered', false, '', cast(:values AS jsonb), '{}', 1, now(), now(), '', '{}')
"""
HAVE = (
    ("370101", '{"visit_batch": "一批", "delivery_route": "三线", "customer_grade": "", "shop_sign": "有"}'),
    ("370101", '{"visit_batch": "一批"}'),
    ("370102", '{"visit_batch": "二批"}'),
)


@pytest.fixture
def before(postgres: str) -> Iterator[Store]:
    """A database of the version before, with customers of two units."""
    name = f"old_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    store = Store(address(postgres, name))
    step(store, BEFORE)
    with store.engine.begin() as connection:
        for code in ("370101", "370102"):
            connection.execute(text(UNIT), {"code": code})
        for number, (unit, values) in enumerate(HAVE, 1):
            customer = {"id": uuid.UUID(int=number), "code": f"{number:012d}", "unit": unit, "values": values}
            connection.execute(text(CUSTOMER), customer)
    yield store
    store.close()
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def step(store: Store, revision: str, *, back: bool = False) -> None:
    config = migrate.configuration()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if back else command.upgrade)(config, revision)


@pytest.mark.article("R2.2")
def test_each_units_lists_hold_what_its_customers_have_once(before: Store) -> None:
    step(before, AFTER)
    with before.transaction() as tx:
        entries = [(entry.unit_code, entry.field, entry.value, entry.active) for entry in tx.scalars(select(ListEntry))]
    assert sorted(entries) == [
        ("370101", "delivery_route", "三线", True),
        ("370101", "visit_batch", "一批", True),
        ("370102", "visit_batch", "二批", True),
    ]
    step(before, BEFORE, back=True)
