"""Migration 0007: what lies in clear in any free text is redacted, evidence too, and signed words stay signed."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from importlib import import_module
from typing import Any

import psycopg
import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import text

from hub.registry import migrate
from hub.registry.schema import Base
from hub.registry.schema.words import FreeJson, FreeList, FreeText
from hub.registry.session import Store
from tests.support import people
from tests.support.databases import address

CARD, PHONE = people.card(882), "139-1234-5678"
WORDS = f"卡{CARD},打{PHONE}"
NUMBER = "0007"
MIGRATION = import_module("hub.registry.migrations.versions.v0_2.0007_words_redacted")
SINCE = {"list_runs": "sync_runs", "comparison_marks": "to_compare", "resent_by": "mended_by"}
"""What bears another name since migration 0010."""
COLUMNS = """
SELECT column_name, data_type, udt_name FROM information_schema.columns
WHERE table_name = %s AND is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO'
"""
FILLED = {
    "text": "x",
    "uuid": uuid.UUID(int=7),
    "timestamptz": datetime(2026, 1, 2, tzinfo=UTC),
    "date": date(2026, 1, 2),
    "int4": 1,
    "int8": 1,
    "bool": True,
    "bytea": b"x",
    "jsonb": "{}",
    "_text": ["x"],
}


@pytest.fixture
def old(postgres: str) -> Iterator[Store]:
    """A database as it was before the migration, whose constraints do not stand in the way."""
    name = f"old_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    store = Store(address(postgres, name))
    before = ScriptDirectory.from_config(migrate.configuration()).get_revision(NUMBER)
    to(store, str(before.down_revision))
    yield store
    store.close()
    with psycopg.connect(postgres, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def to(store: Store, revision: str) -> None:
    config = migrate.configuration()
    with store.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def put(store: Store, table: str, given: dict[str, Any]) -> None:
    """A row with these values, and with something in every other column that must have it."""
    with psycopg.connect(store.url) as connection:
        connection.execute("SET session_replication_role = replica")
        for (check,) in connection.execute(
            "SELECT conname FROM pg_constraint WHERE conrelid = %s::regclass AND contype IN ('c', 'f')", (table,)
        ).fetchall():
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {check}")  # type: ignore[arg-type]
        must = {name: FILLED[kind] for name, _, kind in connection.execute(COLUMNS, (table,)).fetchall()}
        values = must | given
        names = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join(["%s"] * len(values))
        connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(values.values()))  # type: ignore[arg-type]


def in_clear(store: Store) -> list[str]:
    """Tables in which the card or the phone shows."""
    with store.engine.connect() as connection:
        tables = connection.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = {name: connection.scalars(text(f'SELECT t::text FROM "{name}" t')).all() for name in tables}
    return sorted(name for name, there in rows.items() if any(CARD in row or "1234-5678" in row for row in there))


def words_of(column: Any) -> Any:
    if isinstance(column.type, FreeJson):
        return json.dumps({"why": WORDS, "in": [{"note": WORDS}]})
    return [WORDS] if isinstance(column.type, FreeList) else WORDS


@pytest.mark.article("G4")
def test_what_is_there_in_clear_is_redacted_in_every_table(old: Store) -> None:
    free = {
        SINCE.get(table.name, table.name): {
            SINCE.get(column.name, column.name): words_of(column)
            for column in table.columns
            if isinstance(column.type, FreeText | FreeJson | FreeList)
        }
        for table in Base.metadata.sorted_tables
        if SINCE.get(table.name, table.name) in MIGRATION.WORDS
    }
    named = {table: set(columns.split()) for table, columns in MIGRATION.WORDS.items()}
    assert named == {table: set(values) & named[table] for table, values in free.items()}, "columns that are words"
    for table in named:
        put(old, table, {name: words for name, words in free[table].items() if name in named[table]})
    assert in_clear(old) == sorted(named)
    to(old, NUMBER)
    assert not in_clear(old)
    with old.engine.connect() as connection:
        kept = connection.scalar(text("SELECT details FROM tasks"))
        assert kept == {"why": f"卡{masked(CARD)},打{masked('13912345678')}", "in": [{"note": kept["why"]}]}
        off = "SELECT count(*) FROM pg_trigger WHERE tgname LIKE 'append_only_%' AND tgenabled = 'D'"
        assert connection.scalar(text(off)) == 0, "evidence is kept as before"


def masked(number: str) -> str:
    return number[:2] + "*" * (len(number) - 4) + number[-2:]


def test_a_permission_that_fitted_its_words_fits_them_still_and_another_does_not(old: Store) -> None:
    row = {"unit_code": "3701", "fields": ["shop_name"], "filters": {}, "purpose": WORDS}
    fitting = {**row, "shown_hash": MIGRATION.export_hash(row), "filters": "{}"}
    put(old, "exports", fitting | {"id": uuid.UUID(int=1), "number": "1"})
    put(old, "exports", fitting | {"id": uuid.UUID(int=2), "number": "2", "shown_hash": b"other"})
    permit = {"mark": b"m", "why": WORDS, "until": date(2030, 1, 1), "every_days": 30, "who": [("370101000001", WORDS)]}
    signed = {name: each for name, each in permit.items() if name != "who"} | {"signed": "[]"}
    put(old, "phone_permits", signed | {"id": uuid.UUID(int=3), "shown_hash": MIGRATION.permit_hash(permit)})
    put(old, "customers", {"id": uuid.UUID(int=4), "code": "370101000001"})
    member = {"permit_id": uuid.UUID(int=3), "customer_id": uuid.UUID(int=4), "reason": WORDS, "visits": "[]"}
    put(old, "permit_members", member)
    to(old, NUMBER)
    with old.engine.connect() as connection:
        asked = connection.execute(text("SELECT * FROM exports ORDER BY id")).mappings().all()
        assert [each["shown_hash"] == MIGRATION.export_hash(each) for each in asked] == [True, False]
        [there] = MIGRATION.permits(connection)
        assert there["shown_hash"] == MIGRATION.permit_hash(there) and CARD not in there["why"]


def test_a_list_without_numbers_is_left_alone(old: Store) -> None:
    put(old, "calendar_days", {"why": "国办发明电〔2026〕12号 20260102 370101000001"})
    with old.engine.connect() as connection:
        before = connection.execute(text("SELECT xmin::text, why FROM calendar_days")).all()
    to(old, NUMBER)
    with old.engine.connect() as connection:
        assert connection.execute(text("SELECT xmin::text, why FROM calendar_days")).all() == before
