"""SQL slipped into the hub may use what PostgreSQL lets every role do to itself; the hub works on, and its start undoes it."""

import asyncio
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege
from sqlalchemy import text
from structlog.testing import capture_logs

from hub.app import open_hub
from hub.engine import database
from hub.engine.queue import async_app
from hub.registry import pinned
from hub.registry.database import embedded
from hub.registry.session import Store, StoreUnusable
from hub.settings import HubSettings
from tests.support.servers import Outside

pytestmark = pytest.mark.article("G5")
STOPS = {
    "local_preload_libraries": "nope",
    "idle_session_timeout": "1ms",
    "idle_in_transaction_session_timeout": "1ms",
    "transaction_timeout": "1ms",
    "statement_timeout": "1ms",
    "lock_timeout": "1ms",
    "client_encoding": "LATIN1",
    "datestyle": "German",
    "intervalstyle": "sql_standard",
    "timezone": "Asia/Shanghai",
    "search_path": "pg_temp",
    "default_transaction_read_only": "on",
    "default_transaction_isolation": "serializable",
    "default_transaction_deferrable": "on",
    "standard_conforming_strings": "off",
    "bytea_output": "escape",
    "extra_float_digits": "-15",
    "row_security": "off",
    "synchronous_commit": "off",
    "transform_null_equals": "on",
    "exit_on_error": "on",
    "restrict_nonsystem_relation_kind": "view",
    "temp_buffers": "1073741823",
    "default_table_access_method": "nope",
    "default_tablespace": "nope",
    "quote_all_identifiers": "on",
    "gin_fuzzy_search_limit": "1",
    "client_min_messages": "debug5",
    "debug_print_parse": "on",
    "log_parameter_max_length_on_error": "-1",
    "plpgsql.extra_errors": "all",
}
"""What a role gives itself for good, and what the hub's connections must not become by it."""
ONLY_SPEED = (
    *("backend_flush_after", "commit_siblings", "constraint_exclusion", "cpu_", "cursor_tuple_fraction"),
    *("debug_logical_replication_streaming", "debug_parallel_query", "debug_pretty_print", "effective_", "enable_"),
    *("from_collapse_limit", "geqo", "gin_pending_list_limit", "hash_mem_multiplier", "io_combine_limit", "jit"),
    *("join_collapse_limit", "maintenance_", "max_parallel_", "min_parallel_", "parallel_", "plan_cache_mode"),
    *("random_page_cost", "recursive_worktable_factor", "seq_page_cost", "stats_fetch_consistency", "vacuum_"),
    *("wal_skip_threshold", "work_mem", "file_copy_method", "logical_decoding_work_mem", "wal_sender_timeout"),
)
"""Beginnings of names of what makes a query slower or quicker, or concerns what the role never does (vacuum, replication)."""
NEVER_DONE = {
    *("application_name", "createrole_self_grant", "default_statistics_target", "default_toast_compression"),
    *("default_text_search_config", "icu_validation_level", "md5_password_warnings", "password_encryption"),
    *(
        "scram_iterations",
        "transaction_deferrable",
        "transaction_isolation",
        "transaction_read_only",
        "plpgsql.check_asserts",
    ),
    "plpgsql.print_strict_params",
}
"""Of passwords, roles, collations and text search, which the hub does not use; and what ends with its transaction."""
OWN_THINGS = (
    "SELECT lo_create(0)",
    "SELECT lo_from_bytea(0, 'x')",
    "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC",
    "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT ALL ON SEQUENCES TO PUBLIC",
    "ALTER DEFAULT PRIVILEGES REVOKE ALL ON FUNCTIONS FROM PUBLIC, CURRENT_USER",
    "ALTER DEFAULT PRIVILEGES REVOKE ALL ON TYPES FROM PUBLIC",
    "ALTER DEFAULT PRIVILEGES GRANT ALL ON SCHEMAS TO PUBLIC",
)


def slipped_in(address: str, *statements: str) -> None:
    """Run as the application's role, each for good."""
    with psycopg.connect(address, autocommit=True, options=pinned.options()) as connection:
        for statement in statements:
            connection.execute(statement)  # type: ignore[arg-type]


def works(store: Store) -> None:
    """Whether the hub's connections and the queue's do what they should."""
    with store.transaction() as tx:
        tx.execute(text("SELECT pg_sleep(0.05)"))
        tx.execute(text("CREATE TEMP TABLE passing ON COMMIT DROP AS SELECT 1 AS x"))
        tx.execute(text("INSERT INTO units (code, name) VALUES ('9999', '示例')"))
        assert tx.scalar(text("SELECT name FROM units WHERE code = '9999'")) == "示例"
        assert tx.scalar(text("SELECT now()")).year > 2000
    app = async_app(store)

    async def look() -> None:
        async with app.open_async():
            await app.job_manager.list_jobs_async()

    asyncio.run(look())


def remains(where: Outside) -> list[Any]:
    """What the role has of its own making."""
    query = """
        SELECT s.setconfig::text FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole WHERE r.rolname = %(role)s
        UNION ALL SELECT 'default privileges' FROM pg_default_acl a JOIN pg_roles r ON r.oid = a.defaclrole AND r.rolname = %(role)s
        UNION ALL SELECT 'large object' FROM pg_largeobject_metadata o JOIN pg_roles r ON r.oid = o.lomowner AND r.rolname = %(role)s
    """
    with psycopg.connect(database_of(where)) as connection:
        return connection.execute(query, {"role": where.application}).fetchall()


def database_of(where: Outside) -> str:
    """The administrator's address of this database."""
    return where.administrator.replace("/postgres?", f"/{where.database}?", 1)


@pytest.mark.parametrize("scope", ["ALTER ROLE CURRENT_USER SET", "ALTER ROLE CURRENT_USER IN DATABASE {database} SET"])
def test_no_parameter_that_the_role_gives_itself_for_good_stops_the_hub(ready: Outside, scope: str) -> None:
    told = scope.format(database=ready.database)
    settings = [f"{told} {name} = '{worst}'" for name, worst in STOPS.items() if "." not in name]
    with psycopg.connect(ready.addresses.application, autocommit=True) as connection:
        connection.execute("DO $$ BEGIN END $$")  # from then on its parameters are known
        connection.execute(f"{told} plpgsql.extra_errors = 'all'")  # type: ignore[arg-type]
        for statement in settings:
            connection.execute(statement)  # type: ignore[arg-type]
    store = database.open_store(ready.working)
    try:
        works(store)
        with store.engine.connect() as connection:
            for name, worst in STOPS.items():
                assert connection.scalar(text(f"SHOW {name}")) != worst, name
    finally:
        store.close()


def test_each_parameter_that_a_role_may_set_is_pinned_or_changes_nothing_but_speed(store: Store) -> None:
    with store.engine.connect() as connection:
        connection.execute(text("DO $$ BEGIN END $$"))  # so that the language's parameters are there too
        sources = connection.execute(text("SELECT lower(name), source FROM pg_settings WHERE context = 'user'"))
        named: dict[str, str] = dict(tuple(pair) for pair in sources)
    undecided = {name for name in named.keys() - pinned.PINNED.keys() - NEVER_DONE if not name.startswith(ONLY_SPEED)}
    assert not undecided, "decide whether hub/registry/pinned.py holds them"
    assert {named[name] for name in pinned.PINNED} == {"client"}
    assert set(STOPS) <= set(pinned.PINNED)


def test_a_parameter_that_an_older_server_does_not_know_is_left_out(
    database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("of_a_later_version", "of_the_one_after"):
        monkeypatch.setitem(pinned.PINNED, name, "0")
    monkeypatch.setattr(pinned, "NOT_EVERYWHERE", {*pinned.NOT_EVERYWHERE, "of_a_later_version", "of_the_one_after"})
    store = Store(database)
    try:
        works(store)
        with store.engine.connect() as connection:
            assert connection.scalar(text("SHOW transaction_timeout")) == "0"
            assert connection.scalar(text("SHOW timezone")) == "UTC"
    finally:
        store.close()


def test_what_the_role_made_of_its_own_is_told_at_a_start_and_taken_away_by_the_upgrade(ready: Outside) -> None:
    slipped_in(ready.addresses.application, *OWN_THINGS, "ALTER ROLE CURRENT_USER SET datestyle = 'German'")
    with pytest.raises(StoreUnusable) as refused:
        database.open_store(ready.working)
    assert "owns" in str(refused.value) and "partnerhub db upgrade" in str(refused.value)
    assert "CREATE ROLE" not in str(refused.value), "no new role is needed"
    with capture_logs() as events:
        database.prepare(ready.addresses)
    assert remains(ready) == []
    (event,) = [event for event in events if event["event"] == "role.put_back"]
    assert event["log_level"] == "warning" and event["role"] == ready.application
    assert [name.lower() for name in event["parameters"]] == ["datestyle"]
    assert event["large_objects"] == 2 and event["default_privileges"] == 5
    database.open_store(ready.working).close()
    with capture_logs() as events:
        database.prepare(ready.addresses)
    assert "role.put_back" not in [event["event"] for event in events], "nothing to say"


def test_temporary_things_of_the_role_stop_no_start(ready: Outside) -> None:
    """As long as their session lasts, and for good where a server could not clear away twenty thousand of them."""
    with psycopg.connect(ready.addresses.application, autocommit=True) as connection:
        connection.execute("CREATE FUNCTION pg_temp.f() RETURNS int LANGUAGE sql AS 'SELECT 1'")
        connection.execute("CREATE TYPE pg_temp.t AS (a int)")
        connection.execute("CREATE TEMP SEQUENCE s")
        store = database.open_store(ready.working)
        works(store)
        store.close()


def test_a_role_that_may_not_make_large_objects_where_the_owner_can_refuse_it(store: Store) -> None:
    for statement in ("SELECT lo_create(0)", "SELECT lo_creat(0)", "SELECT lo_from_bytea(0, 'x')"):
        with psycopg.connect(store.url) as connection, pytest.raises(InsufficientPrivilege):
            connection.execute(statement)  # type: ignore[arg-type]


def test_the_embedded_server_puts_the_role_back_at_each_start(tmp_path: Path) -> None:
    settings = HubSettings(data=tmp_path)
    try:
        open_hub(settings).close()
        where = database.of_embedded(tmp_path)
        assert where.owner is not None
        with psycopg.connect(where.owner, autocommit=True) as owner:
            owner.execute("GRANT EXECUTE ON FUNCTION lo_create(oid), lo_from_bytea(oid, bytea) TO PUBLIC")
            owner.execute("CREATE DATABASE another")
        worst = [f"{name} = '{value}'" for name, value in STOPS.items() if "." not in name]
        slipped_in(where.application, *OWN_THINGS, "SELECT lo_create(0) FROM generate_series(1, 12000)")
        scopes = ("", " IN DATABASE postgres", " IN DATABASE another")
        slipped_in(
            where.application, *(f"ALTER ROLE CURRENT_USER{scope} SET {each}" for scope in scopes for each in worst)
        )
        embedded.stop(tmp_path)
        with capture_logs() as events:
            hub = open_hub(settings)
        works(hub.office.store)
        hub.close()
        (event,) = [event for event in events if event["event"] == "role.put_back"]
        assert {name.lower() for name in event["parameters"]} >= {"local_preload_libraries", "datestyle"}
        assert remains(Outside("postgres", "postgres", "partnerhub", where.owner)) == []
        with psycopg.connect(where.application) as connection, pytest.raises(InsufficientPrivilege):
            connection.execute("SELECT lo_create(0)")
    finally:
        embedded.stop(tmp_path)
