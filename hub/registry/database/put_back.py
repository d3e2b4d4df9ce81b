"""Removes what the application's role stored for itself: parameters, default privileges, large objects.

PostgreSQL lets every role do this to itself, and the hub never does: it is a trace of injected SQL. Runs as a superuser or
as the role itself.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.registry.session import Store

from . import alone

# Parameters stored for the role, with the database they apply to (NULL: all).
GIVEN = """
SELECT d.datname, split_part(setting, '=', 1)
FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole AND r.rolname = :role
LEFT JOIN pg_database d ON d.oid = s.setdatabase CROSS JOIN unnest(s.setconfig) setting
"""
# The role's default privileges: kind, schema (NULL: all), and the grantees ('' stands for PUBLIC).
DEFAULTS = """
SELECT a.defaclobjtype::text, n.nspname,
       (SELECT coalesce(array_agg(DISTINCT CASE e.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(e.grantee) END), '{}')
        FROM aclexplode(a.defaclacl) e)
FROM pg_default_acl a JOIN pg_roles r ON r.oid = a.defaclrole AND r.rolname = :role
LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
"""
KINDS = {"r": "TABLES", "S": "SEQUENCES", "f": "FUNCTIONS", "T": "TYPES", "n": "SCHEMAS", "L": "LARGE OBJECTS"}
# What PostgreSQL grants PUBLIC on new objects of a kind by default.
FOR_ALL = {"f": "EXECUTE", "T": "USAGE"}
# A transaction locks every object that it drops, and the server's lock table holds only some thousands.
BATCH = 1000
UNLINK = """
SELECT count(lo_unlink(mine.oid)) FROM (
    SELECT o.oid FROM pg_largeobject_metadata o JOIN pg_roles r ON r.oid = o.lomowner AND r.rolname = :role LIMIT :batch
) mine
"""
# Functions that create a large object: PUBLIC may call them on a new server. Only a superuser can revoke that.
MAKING = """
SELECT oid::regprocedure::text FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import')
  AND has_function_privilege(:role, oid, 'EXECUTE') AND (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)
"""


@dataclass(frozen=True)
class Undone:
    """What was removed: names of parameters, number of default privileges and large objects; false if nothing was."""

    parameters: tuple[str, ...]
    default_privileges: int
    large_objects: int

    def __bool__(self) -> bool:
        return bool(self.parameters or self.default_privileges or self.large_objects)


def put_back(store: Store, role: str) -> Undone:
    """Remove all of it; as superuser also revoke the right to create large objects in this database."""
    with store.engine.begin() as connection:
        # Of two who alter a role at once, one fails with "tuple concurrently updated".
        alone.wait(connection)
        quoted = connection.dialect.identifier_preparer.quote_identifier
        for function in connection.scalars(text(MAKING), {"role": role}).all():
            connection.execute(text(f"REVOKE EXECUTE ON FUNCTION pg_catalog.{function} FROM PUBLIC, {quoted(role)}"))
        parameters, defaults = _parameters(connection, role), _default_privileges(connection, role)
    # After the commit: large objects are dropped in transactions of their own.
    return Undone(parameters, defaults, _large_objects(store, role))


def _parameters(connection: Connection, role: str) -> tuple[str, ...]:
    """Reset the stored parameters; returns the names of those that are gone."""
    quoted = connection.dialect.identifier_preparer.quote_identifier
    before = connection.execute(text(GIVEN), {"role": role}).all()
    for database in {database for database, _ in before}:
        where = f" IN DATABASE {quoted(database)}" if database is not None else ""
        connection.execute(text(f"ALTER ROLE {quoted(role)}{where} RESET ALL"))
    # Read again: RESET ALL by the role itself silently leaves what only a superuser may set.
    after = connection.execute(text(GIVEN), {"role": role}).all() if before else []
    return tuple(sorted({name for _, name in set(before) - set(after)}))


def _default_privileges(connection: Connection, role: str) -> int:
    """Restore PostgreSQL's own default privileges, at which it deletes the entry; returns how many there were."""
    quoted = connection.dialect.identifier_preparer.quote_identifier
    entries = connection.execute(text(DEFAULTS), {"role": role}).all()
    for kind, schema, grantees in entries:
        alter = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quoted(role)}" + (f" IN SCHEMA {quoted(schema)}" if schema else "")
        everybody = ", ".join(quoted(grantee) if grantee else "PUBLIC" for grantee in grantees)
        if everybody:
            connection.execute(text(f"{alter} REVOKE ALL ON {KINDS[kind]} FROM {everybody}"))
        # Entries of one schema only add to the global ones: revoked, they are empty. A global entry replaces the built-in
        # defaults, so these are granted again.
        if schema is None:
            connection.execute(text(f"{alter} GRANT ALL ON {KINDS[kind]} TO {quoted(role)}"))
        if schema is None and kind in FOR_ALL:
            connection.execute(text(f"{alter} GRANT {FOR_ALL[kind]} ON {KINDS[kind]} TO PUBLIC"))
    return len(entries)


def _large_objects(store: Store, role: str) -> int:
    """Drop the role's large objects, a batch in each transaction; returns how many."""
    dropped, last = 0, BATCH
    while last == BATCH:
        with store.engine.begin() as connection:
            last = int(connection.execute(text(UNLINK), {"role": role, "batch": BATCH}).scalar_one())
        dropped += last
    return dropped
