"""The hub starts as a role that owns nothing and has just what it needs, or says how to make one and does not start."""

import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command
from sqlalchemy import text

from hub.app import open_hub
from hub.engine import database
from hub.engine.database import Addresses
from hub.registry import migrate
from hub.registry.database import embedded, privileges, roles
from hub.registry.database.table_privileges import DECIDED
from hub.registry.reconciliation import list_runs
from hub.registry.schema import Base
from hub.registry.session import Store, StoreUnusable
from hub.settings import HubSettings
from tests.support.databases import address, as_owner
from tests.support.servers import Outside, outside

pytestmark = pytest.mark.article("G5")
PAPER = Path(__file__).parents[3] / "docs" / "database.md"
UNFIT = {
    "ALTER ROLE {app} SUPERUSER": "is a superuser",
    "ALTER ROLE {app} CREATEROLE": "may make roles",
    "ALTER ROLE {app} CREATEDB": "may make databases",
    "ALTER ROLE {app} BYPASSRLS": "passes by row security",
    "ALTER ROLE {app} REPLICATION": "may replicate",
    "ALTER ROLE {app} SET session_replication_role = replica": "works without triggers",
    "ALTER DATABASE {database} SET session_replication_role = replica": "works without triggers",
    "GRANT SET ON PARAMETER session_replication_role TO {app}": "may set session_replication_role",
    "GRANT {owner} TO {app}": "is a member of owner_",
    "GRANT {owner} TO {app} WITH INHERIT FALSE": "is a member of owner_",
    "GRANT pg_write_all_data TO {app}": "is a member of pg_write_all_data",
    "GRANT pg_execute_server_program TO {app}": "is a member of pg_execute_server_program",
    "ALTER TABLE audit OWNER TO {app}": "owns table audit",
    "ALTER FUNCTION append_only_rows() OWNER TO {app}": "owns function append_only_rows",
    "ALTER DATABASE {database} OWNER TO {app}": "owns database",
    "CREATE SCHEMA theirs AUTHORIZATION {app}": "owns schema theirs",
    "GRANT CREATE ON SCHEMA public TO {app}": "may create in schema public",
    "GRANT CREATE ON SCHEMA public TO PUBLIC": "may create in schema public",
    "GRANT CREATE ON DATABASE {database} TO {app}": "may create schemas",
}
TOO_MUCH = {
    "GRANT DELETE ON audit TO {app}": "DELETE audit",
    "GRANT DELETE ON audit TO PUBLIC": "DELETE audit",
    "GRANT UPDATE ON changes TO {app}": "UPDATE changes",
    "GRANT UPDATE (actor) ON audit TO {app}": "UPDATE audit.actor",
    "GRANT UPDATE (why) ON changes TO PUBLIC": "UPDATE changes.why",
    "GRANT TRUNCATE ON disclosures TO {app}": "TRUNCATE disclosures",
    "GRANT TRIGGER ON exchanges TO {app}": "TRIGGER exchanges",
    "GRANT REFERENCES ON audit TO {app}": "REFERENCES audit",
    "GRANT MAINTAIN ON audit TO {app}": "MAINTAIN audit",
    "GRANT UPDATE ON alembic_version TO {app}": "UPDATE alembic_version",
    "GRANT DELETE ON customers TO {app}": "DELETE customers",
    "GRANT ALL ON ALL TABLES IN SCHEMA public TO {app}": "DELETE accounts",
    "GRANT DELETE ON hand_ins TO {app} WITH GRANT OPTION": "DELETE hand_ins",
}
TOO_LITTLE = {
    "REVOKE SELECT ON units FROM {app}": "SELECT units",
    "REVOKE UPDATE (chain_no) ON audit FROM {app}": "UPDATE audit.chain_no",
    "REVOKE INSERT ON procrastinate_jobs FROM {app}": "INSERT procrastinate_jobs",
    "REVOKE USAGE ON SEQUENCE list_runs_no_seq FROM {app}": "USAGE list_runs_no_seq",
    "REVOKE EXECUTE ON FUNCTION know_list_sizes() FROM {app}": "EXECUTE know_list_sizes()",
    "REVOKE TEMPORARY ON DATABASE {database} FROM PUBLIC, {app}": "TEMPORARY",
    "REVOKE USAGE ON SCHEMA public FROM PUBLIC, {app}": "is empty",
}


@pytest.fixture
def empty(postgres: str) -> Iterator[Outside]:
    """A database of a server of the company's, as an administrator has made it."""
    with outside(postgres) as found:
        yield found


def refusal(where: Addresses) -> str:
    """What a person is told who starts the hub there."""
    with pytest.raises(StoreUnusable) as refused:
        database.open_store(where)
    assert "postgresql://" not in str(refused.value)
    return str(refused.value)


def test_the_role_that_the_hub_grants_to_works_and_owns_nothing(ready: Outside) -> None:
    store = database.open_store(ready.working)
    with store.transaction() as tx:
        assert tx.scalar(text("SELECT session_user")) == ready.application
        owned = "SELECT count(*) FROM pg_class WHERE relowner = session_user::regrole"
        assert tx.scalar(text(owned)) == 0
        list_runs.know_sizes(tx)
        assert tx.scalar(text("SELECT count(*) FROM pg_tables WHERE tableowner = :owner"), {"owner": ready.owner})
    store.close()


@pytest.mark.parametrize("statement", UNFIT)
def test_a_role_that_could_do_more_does_not_start_and_is_not_granted_to(ready: Outside, statement: str) -> None:
    ready.administer(statement)
    for where in (ready.working, ready.addresses):
        told = refusal(where)
        assert UNFIT[statement] in told and ready.application in told
        assert "CREATE ROLE" in told and "partnerhub db upgrade" in told
    with pytest.raises(StoreUnusable, match=UNFIT[statement]):
        database.prepare(ready.addresses)


@pytest.mark.parametrize("rights", [TOO_MUCH, TOO_LITTLE], ids=["too many", "too few"])
def test_a_role_with_other_rights_does_not_start_until_the_upgrade(ready: Outside, rights: dict[str, str]) -> None:
    for statement, right in rights.items():
        ready.administer(statement)
        told = refusal(ready.working)
        assert right in told and "partnerhub db upgrade" in told, statement
        database.prepare(ready.addresses)
        database.open_store(ready.working).close()


def test_a_table_that_is_not_there_is_named(ready: Outside) -> None:
    ready.administer("ALTER TABLE trainings RENAME TO trainings_away")
    assert "SELECT trainings" in refusal(ready.working)


def test_an_owner_who_migrates_is_no_application(ready: Outside) -> None:
    owner = ready.addresses.owner
    assert owner is not None and "owns " in refusal(Addresses(owner, None))
    with pytest.raises(StoreUnusable, match="owns "):
        database.prepare(Addresses(owner, owner))


def test_the_servers_superuser_is_no_application(owner_database: str) -> None:
    assert "postgres is a superuser" in refusal(Addresses(owner_database, None))
    assert "postgres is a superuser" in refusal(Addresses(owner_database, owner_database))


def test_an_empty_database_waits_for_its_owner(empty: Outside) -> None:
    assert "is empty" in refusal(empty.working)
    with pytest.raises(StoreUnusable, match=r"is empty.*partnerhub db upgrade.*PARTNERHUB_OWNER_DATABASE_URL"):
        database.prepare(empty.working)
    store = database.open_store(empty.addresses)
    assert migrate.status(store) == (migrate.newest(), migrate.newest())
    store.close()


def test_an_older_schema_waits_for_its_owner_and_is_upgraded_by_a_start_that_knows_it(empty: Outside) -> None:
    where = empty.addresses
    assert where.owner is not None
    owner = Store(where.owner)
    with owner.engine.begin() as connection:
        config = migrate.configuration()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
    owner.close()
    assert "version cannot be read" in refusal(empty.working) and "db upgrade" in refusal(empty.working)
    empty.administer("GRANT SELECT ON alembic_version TO {app}")
    assert f"schema (0001) is older than this code ({migrate.newest()})" in refusal(empty.working)
    database.open_store(where).close()
    database.open_store(empty.working).close()


def test_the_owners_address_is_not_used_when_there_is_nothing_to_do(ready: Outside) -> None:
    owner = roles.address_as(ready.addresses.application, "nobody_here")
    database.open_store(Addresses(ready.addresses.application, owner)).close()


def test_an_upgrade_grants_as_often_as_one_likes_and_while_the_hub_works(ready: Outside) -> None:
    store = database.open_store(ready.working)
    newest = migrate.newest()
    with store.transaction() as tx:
        tx.execute(text("INSERT INTO units (code, name) VALUES ('1', '市')"))
        assert [database.prepare(ready.addresses) for _ in range(2)] == [(newest, newest)] * 2
    store.close()


def test_a_role_that_is_not_there_is_named_with_the_statement_that_makes_it(empty: Outside) -> None:
    where = Addresses(roles.address_as(empty.addresses.application, "nobody_here"), empty.addresses.owner)
    with pytest.raises(StoreUnusable, match=r"role nobody_here .*CREATE ROLE nobody_here LOGIN"):
        database.prepare(where)
    assert "nobody_here" in refusal(where)


def test_an_address_without_a_role_and_an_owner_without_an_application_are_told() -> None:
    with pytest.raises(StoreUnusable, match="names no role"):
        database.prepare(Addresses("postgresql://localhost/hub", "postgresql://owner@localhost/hub"))
    given = HubSettings.model_validate({"owner_database_url": "postgresql://owner:s3cret@localhost/hub"})
    with pytest.raises(StoreUnusable, match="PARTNERHUB_DATABASE_URL is not") as refused:
        database.addresses(given)
    assert "s3cret" not in str(refused.value)


def test_a_stranger_to_the_tables_cannot_grant(ready: Outside) -> None:
    ready.administer("REASSIGN OWNED BY {owner} TO postgres", "GRANT SELECT ON alembic_version TO {owner}")
    ready.administer("REVOKE SELECT ON units FROM {app}")
    with pytest.raises(StoreUnusable, match="could not be given its privileges"):
        database.prepare(ready.addresses)


def test_the_statements_of_the_paper_make_a_database_that_the_hub_takes(postgres: str) -> None:
    blocks = re.findall(r"^```sql\n(.*?)^```", PAPER.read_text(encoding="utf-8"), re.S | re.M)
    here = address(postgres, "partnerhub")
    where = Addresses(*(roles.address_as(here, f"partnerhub_{each}") for each in ("app", "owner")))
    with psycopg.connect(postgres, autocommit=True) as server:
        try:
            for statement in blocks[0].split(";")[:-1]:
                server.execute(statement)
            with psycopg.connect(here, autocommit=True) as inside:
                inside.execute(blocks[1])
            assert database.prepare(where) == (None, migrate.newest())
            database.open_store(Addresses(where.application, None)).close()
        finally:
            server.execute("DROP DATABASE IF EXISTS partnerhub WITH (FORCE)")
            server.execute("DROP ROLE IF EXISTS partnerhub_app, partnerhub_owner")


def test_every_table_of_a_migrated_database_is_decided(owner_database: str) -> None:
    with psycopg.connect(owner_database) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert {name for (name,) in tables} == DECIDED


def test_nobody_else_has_a_right(store: Store) -> None:
    """Not everybody (PUBLIC) either."""
    owner = Store(as_owner(store.url))
    with owner.engine.connect() as connection:
        query = """SELECT DISTINCT c.relname, a.grantee::regrole::text FROM pg_class c, aclexplode(c.relacl) a
                   WHERE c.relnamespace = 'public'::regnamespace AND a.grantee <> c.relowner"""
        held = connection.execute(text(query)).all()
        assert {role for _, role in held} == {roles.APPLICATION}
        assert (
            privileges.excess(connection, roles.APPLICATION) == privileges.lacking(connection, roles.APPLICATION) == []
        )
    owner.close()
    assert len(DECIDED) > len(Base.metadata.tables)


@pytest.mark.parametrize("below", ["data", "x" * 100])
def test_nobody_but_its_own_user_reaches_the_embedded_server(tmp_path: Path, below: str) -> None:
    """It asks for no password, so its socket is the door; a long path has it in another folder than its files."""
    where = database.of_embedded(tmp_path / below)
    try:
        with psycopg.connect(where.application) as connection:
            folder, socket = (Path(f"{connection.info.host}{end}") for end in ("", "/.s.PGSQL.5432"))
        assert socket.is_socket() and not (socket.stat().st_mode | folder.stat().st_mode) & 0o077
        folder.chmod(0o755)
        socket.chmod(0o777)
        database.of_embedded(tmp_path / below)
        assert not (socket.stat().st_mode | folder.stat().st_mode) & 0o077, "a server that an older partnerhub started"
    finally:
        embedded.stop(tmp_path / below)


def test_an_embedded_database_of_an_older_partnerhub_is_taken_over(tmp_path: Path) -> None:
    """Its only role was the server's superuser."""
    old = Store(embedded.start(tmp_path))
    try:
        migrate.upgrade(old)
        hub = open_hub(HubSettings(data=tmp_path))
        with hub.office.store.transaction() as tx:
            assert tx.scalar(text("SELECT session_user")) == roles.APPLICATION
        hub.close()
    finally:
        old.close()
        embedded.stop(tmp_path)
