"""What the application's own database role cannot do, whatever SQL somebody slips into the hub."""

import asyncio
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text

from hub.engine.queue import async_app
from hub.engine.runtime import WorkerRuntime
from hub.ports import now
from hub.registry.schema import Base, Installation
from hub.registry.schema.append_only import PREFIX, TABLES
from tests.support import posts
from tests.support.makers.driving import bound, drive
from tests.support.partners import Bank

from .kept_rows import written_once

pytestmark = pytest.mark.article("G5")
LATER = [f"UPDATE {table} SET {name} = {name}" for table, once in TABLES.items() for name in once.filled + once.open]
"""What the hub itself fills in later."""
WHOLE = [
    "DELETE FROM {table}",
    "DELETE FROM ONLY {table} WHERE false",
    "TRUNCATE {table} CASCADE",
    "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "ALTER TABLE {table} DISABLE TRIGGER USER",
    "ALTER TABLE {table} DISABLE TRIGGER {trigger}",
    "DROP TRIGGER {trigger} ON {table}",
    "DROP TABLE {table} CASCADE",
    "ALTER TABLE {table} RENAME TO {table}_away",
    "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "ALTER TABLE {table} ADD COLUMN more text",
    "CREATE TRIGGER more BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION append_only_rows('', '')",
    "CREATE RULE more AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "CREATE INDEX more ON {table} ((1))",
    "CREATE POLICY more ON {table} USING (false)",
    "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
]
ELSEWHERE = [
    "SET session_replication_role = replica",
    "ALTER ROLE CURRENT_USER SET session_replication_role = replica",
    "SET ROLE postgres",
    "SET SESSION AUTHORIZATION postgres",
    "ALTER ROLE CURRENT_USER SUPERUSER",
    "ALTER ROLE CURRENT_USER BYPASSRLS",
    "GRANT postgres TO CURRENT_USER",
    "GRANT pg_write_all_data TO CURRENT_USER",
    "REASSIGN OWNED BY postgres TO CURRENT_USER",
    "DROP OWNED BY postgres",
    "CREATE ROLE more SUPERUSER",
    "CREATE SCHEMA more",
    "CREATE TABLE more (x text)",
    "CREATE TABLE public.more AS SELECT * FROM audit",
    "CREATE VIEW more AS SELECT * FROM audit",
    "CREATE SEQUENCE more",
    "CREATE TYPE more AS ENUM ('x')",
    "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE FUNCTION public.more() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "CREATE OR REPLACE FUNCTION append_only_rows() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
    "ALTER FUNCTION append_only_rows() RENAME TO more",
    "DROP FUNCTION append_only_rows() CASCADE",
    "CREATE EVENT TRIGGER more ON ddl_command_start EXECUTE FUNCTION append_only_rows()",
    "ALTER SCHEMA public OWNER TO CURRENT_USER",
    "DROP SCHEMA public CASCADE",
    "COPY audit TO PROGRAM 'cat'",
    "SELECT lo_create(0)",
    "SELECT lo_creat(-1)",
    "SELECT lo_from_bytea(0, 'x')",
    "SELECT lo_import('/dev/null')",
    "COPY audit FROM '/dev/null'",
    "SELECT pg_read_file('postgresql.conf')",
    "UPDATE alembic_version SET version_num = '9999'",
    "DELETE FROM alembic_version",
    "UPDATE pg_class SET relowner = 1",
    "UPDATE pg_trigger SET tgenabled = 'D'",
]
ALONE = [
    "CREATE DATABASE more",
    "ALTER SYSTEM SET session_replication_role = replica",
    "CREATE TABLESPACE more LOCATION '/'",
]
"""What no transaction may hold."""


@pytest.fixture
def held(runtime: WorkerRuntime, bank: Bank) -> UUID:
    """A database in which every append-only table has a row."""
    with runtime.office.store.transaction() as tx:
        tx.add(Installation(id=1, key_check=runtime.office.master.check, made_at=now()))
    _, ask_id = bound(runtime, 1)
    drive(runtime, ask_id)
    posts.changed_hands(runtime.office)
    posts.left_and_moved(runtime.office)
    posts.met(runtime.office)
    written_once(runtime.office)
    return ask_id


@pytest.fixture
def attacker(database: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection as the application has it."""
    with psycopg.connect(database, autocommit=True) as connection:
        yield connection


def passed(connection: psycopg.Connection[Any], statements: list[str]) -> list[str]:
    """The statements that were not refused for want of a right; nothing of them stays."""
    through = []
    for statement in statements:
        with connection.transaction(force_rollback=True):
            try:
                connection.execute(statement)  # type: ignore[arg-type]
            except InsufficientPrivilege:
                continue
            except psycopg.Error as error:
                statement = f"{statement}: {error}"
            through.append(statement)
    return through


def contents(connection: psycopg.Connection[Any], table: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"SELECT to_jsonb(t) FROM {table} t ORDER BY 1").fetchall()  # type: ignore[arg-type]


def test_no_row_of_what_is_written_once_is_changed_or_taken_away(attacker: psycopg.Connection[Any], held: UUID) -> None:
    for table, once in TABLES.items():
        before = contents(attacker, table)
        assert before, table
        later = once.filled + once.open
        fixed = [column.name for column in Base.metadata.tables[table].columns if column.name not in later]
        changes = [f'UPDATE {table} SET "{name}" = "{name}"' for name in fixed]
        assert passed(attacker, [*changes, *(each.format(table=table, trigger=PREFIX + table) for each in WHOLE)]) == []
        assert contents(attacker, table) == before


def test_the_role_owns_nothing_makes_nothing_and_becomes_nobody_else(attacker: psycopg.Connection[Any]) -> None:
    database = attacker.info.dbname
    statements = [*ELSEWHERE, f"ALTER DATABASE {database} SET session_replication_role = replica"]
    assert passed(attacker, [*statements, f"ALTER DATABASE {database} OWNER TO CURRENT_USER"]) == []
    for statement in ALONE:
        with pytest.raises(InsufficientPrivilege):
            attacker.execute(statement)  # type: ignore[arg-type]


def test_the_role_gives_nobody_what_it_has_not(attacker: psycopg.Connection[Any]) -> None:
    """The server lets such a grant pass with a warning; nothing comes of it."""
    for grantee in ("CURRENT_USER", "PUBLIC"):
        attacker.execute(f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {grantee}")  # type: ignore[arg-type]
        attacker.execute(f"GRANT ALL ON SCHEMA public TO {grantee}")  # type: ignore[arg-type]
        assert (
            passed(attacker, ["DELETE FROM audit", "UPDATE audit SET actor = actor", "CREATE TABLE more (x text)"])
            == []
        )


def test_a_reset_gives_back_no_other_role(attacker: psycopg.Connection[Any]) -> None:
    """The connection is the role's own: there is nothing above it to go back to."""
    own = attacker.execute("SELECT session_user").fetchone()
    for statement in ("RESET ROLE", "SET ROLE NONE", "RESET SESSION AUTHORIZATION", "RESET ALL", "DISCARD ALL"):
        attacker.execute(statement)  # type: ignore[arg-type]
        assert attacker.execute("SELECT current_user").fetchone() == own
        assert passed(attacker, ["DELETE FROM audit", "SET session_replication_role = replica"]) == []


def test_what_is_filled_in_later_can_be(attacker: psycopg.Connection[Any]) -> None:
    for statement in LATER:
        attacker.execute(statement)  # type: ignore[arg-type]


def test_a_temporary_table_does_not_stand_before_one_of_the_hub(runtime: WorkerRuntime) -> None:
    """Nor does a search path that the role was given for good."""
    store = runtime.office.store
    with store.transaction() as tx:
        tx.execute(text("ALTER ROLE CURRENT_USER SET search_path = pg_temp"))
    store.engine.dispose()
    try:
        with store.transaction() as tx:
            tx.execute(text("CREATE TEMP TABLE audit (x text)"))
            assert tx.scalar(text("SELECT count(chain_no) FROM audit")) is not None
    finally:
        with store.transaction() as tx:
            tx.execute(text("ALTER ROLE CURRENT_USER RESET search_path"))


@pytest.mark.parametrize(
    "default", ["default_transaction_read_only = on", "statement_timeout = 1", "search_path = pg_temp"]
)
def test_no_default_that_the_role_gave_itself_for_good_stops_the_hub_or_its_queue(
    runtime: WorkerRuntime, default: str
) -> None:
    store = runtime.office.store
    with store.transaction() as tx:
        tx.execute(text(f"ALTER ROLE CURRENT_USER SET {default}"))
    store.engine.dispose()
    try:
        with store.transaction() as tx:
            tx.execute(text("SELECT pg_sleep(0.05)"))
            tx.execute(text("INSERT INTO units (code, name) VALUES ('9999', '示例')"))
        app = async_app(store)

        async def look() -> None:
            async with app.open_async():
                await app.job_manager.list_jobs_async()

        asyncio.run(look())
    finally:
        with store.transaction() as tx:
            tx.execute(text(f"ALTER ROLE CURRENT_USER RESET {default.split()[0]}"))
