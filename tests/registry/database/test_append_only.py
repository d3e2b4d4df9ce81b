"""Audit, history, journal and receipts: the database refuses to change what was written, to its owner as well."""

import base64
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import RestrictViolation

from hub.domain.staff.posts import HUB
from hub.engine.runtime import WorkerRuntime
from hub.registry import installation
from hub.registry.asks import journal, ledger
from hub.registry.data_folder.key_file import KeyPlace
from hub.registry.schema.append_only import PREFIX, TABLES
from tests.support import posts
from tests.support.databases import as_owner
from tests.support.makers.driving import bound, drive
from tests.support.partners import Bank

from .kept_rows import written_once

pytestmark = pytest.mark.article("G5")
CHANGED = {
    "timestamp with time zone": "now()",
    "bytea": "'\\x00'",
    "uuid": "gen_random_uuid()",
    "date": "DATE '2020-01-01'",
    "jsonb": "'{\"x\": 1}'",
}
CHANGED |= {"text": "'other'", "ARRAY": "'{other}'", "integer": "77", "bigint": "77", "boolean": "false"}


def columns(connection: psycopg.Connection[Any], table: str) -> list[tuple[str, str]]:
    query = "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s"
    return connection.execute(query, (table,)).fetchall()


def refused(connection: psycopg.Connection[Any], statement: str) -> None:
    with pytest.raises(RestrictViolation):
        connection.execute(statement)  # type: ignore[arg-type]


@pytest.fixture
def bound_once(runtime: WorkerRuntime, bank: Bank, tmp_path: Path) -> UUID:
    """A database in which every append-only table has a closed row."""
    _, ask_id = bound(runtime, 1)
    drive(runtime, ask_id)
    posts.changed_hands(runtime.office)
    posts.left_and_moved(runtime.office)
    posts.met(runtime.office)
    written_once(runtime.office)
    installation.settle(runtime.office.store, KeyPlace(base64.b64encode(bytes(range(32))).decode(), tmp_path))
    return ask_id


def test_every_table_that_says_so_has_its_triggers(database: str) -> None:
    with psycopg.connect(database) as connection:
        found = connection.execute("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'append%' AND tgenabled = 'O'")
        assert {name for (name,) in found} == {PREFIX + t + end for t in TABLES for end in ("", "_whole")}


def test_no_row_is_deleted_and_no_table_emptied(runtime: WorkerRuntime, bound_once: UUID) -> None:
    with psycopg.connect(as_owner(runtime.office.store.url), autocommit=True) as connection:
        for table in TABLES:
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() > (0,)  # type: ignore[arg-type]
            refused(connection, f"DELETE FROM {table}")
            refused(connection, f"TRUNCATE {table} CASCADE")


def test_no_column_of_a_closed_row_is_changed(runtime: WorkerRuntime, bound_once: UUID) -> None:
    with psycopg.connect(as_owner(runtime.office.store.url), autocommit=True) as connection:
        for table, once in TABLES.items():
            for name, kind in columns(connection, table):
                if name in once.open or name.startswith("chain_"):
                    continue
                refused(connection, f"UPDATE {table} SET {name} = {CHANGED[kind]} WHERE {closed(table)}")


def closed(table: str) -> str:
    """Rows whose later columns are filled."""
    filled = TABLES[table].filled
    return (
        " AND ".join(f"coalesce({name}::text, '0') <> '0'" for name in filled if not name.startswith("chain_"))
        or "true"
    )


def test_a_link_is_given_once(runtime: WorkerRuntime, bound_once: UUID) -> None:
    with psycopg.connect(as_owner(runtime.office.store.url), autocommit=True) as connection:
        connection.execute("UPDATE audit SET chain_no = id, chain_hash = 'x'")
        connection.execute("UPDATE audit SET chain_no = id")
        refused(connection, "UPDATE audit SET chain_no = chain_no + 100")
        refused(connection, "UPDATE audit SET chain_hash = 'y'")
        refused(connection, "UPDATE audit SET chain_no = NULL")


def test_an_answer_settled_again_after_a_lost_commit_changes_nothing(runtime: WorkerRuntime, bound_once: UUID) -> None:
    with runtime.office.desk(HUB) as desk:
        ask = ledger.get(desk.tx, bound_once)
        assert ask is not None
        first = ledger.exchanges_of(desk.tx, ledger.attempts_of(desk.tx, ask.id)[0].id)[0]
        kept = (first.sent, first.status, first.reply_sealed)
        again = {"sent": "no", "tries": 9, "status": 500, "reply": b"x", "elapsed_ms": 1}
        journal.record_answer(desk.tx, desk.vault, ask, first.id, **again)  # type: ignore[arg-type]
        desk.tx.flush()
        assert (first.sent, first.status, first.reply_sealed) == kept


def test_an_answer_is_written_once_and_the_late_answer_of_a_lost_worker_counts(
    runtime: WorkerRuntime, bound_once: UUID
) -> None:
    with psycopg.connect(as_owner(runtime.office.store.url), autocommit=True) as connection:
        refused(connection, "UPDATE exchanges SET sent = 'no'")
        refused(connection, "UPDATE exchanges SET reply_sealed = NULL")
        connection.execute("UPDATE attempts SET outcome = 'answered'")
        refused(connection, "UPDATE attempts SET ended_at = now()")
