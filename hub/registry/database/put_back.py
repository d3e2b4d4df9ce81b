"""Taking away what the application's role gave itself for good: parameters, default privileges, large objects.

PostgreSQL lets every role do that much to itself; nothing of the hub does it. Each function runs as a superuser or as the role.
"""

from dataclasses import dataclass

from sqlalchemy import Connection, text

from hub.registry.session import Store

from . import alone

# Parameters given to the role, with the database for which (none: for all).
GIVEN = """
SELECT d.datname, split_part(setting, '=', 1)
FROM pg_db_role_setting s JOIN pg_roles r ON r.oid = s.setrole AND r.rolname = :role
LEFT JOIN pg_database d ON d.oid = s.setdatabase CROSS JOIN unnest(s.setconfig) setting
"""
# The role's default privileges: kind, schema (none: everywhere), and to whom.
DEFAULTS = """
SELECT a.defaclobjtype::text, n.nspname,
       (SELECT coalesce(array_agg(DISTINCT CASE e.grantee WHEN 0 THEN '' ELSE pg_get_userbyid(e.grantee) END), '{}')
        FROM aclexplode(a.defaclacl) e)
FROM pg_default_acl a JOIN pg_roles r ON r.oid = a.defaclrole AND r.rolname = :role
LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace
"""
KINDS = {"r": "TABLES", "S": "SEQUENCES", "f": "FUNCTIONS", "T": "TYPES", "n": "SCHEMAS", "L": "LARGE OBJECTS"}
# What PostgreSQL itself lets everybody do with new things of a kind.
FOR_ALL = {"f": "EXECUTE", "T": "USAGE"}
# A transaction locks each object that it drops, and the server has room for some thousand locks.
BATCH = 1000
UNLINK = """
SELECT count(lo_unlink(mine.oid)) FROM (
    SELECT o.oid FROM pg_largeobject_metadata o JOIN pg_roles r ON r.oid = o.lomowner AND r.rolname = :role LIMIT :batch
) mine
"""
# Functions that make a large object, and that everybody may call as a server is made.
MAKING = """
SELECT oid::regprocedure::text FROM pg_proc
WHERE pronamespace = 'pg_catalog'::regnamespace AND proname IN ('lo_creat', 'lo_create', 'lo_from_bytea', 'lo_import')
  AND has_function_privilege(:role, oid, 'EXECUTE') AND (SELECT rolsuper FROM pg_roles WHERE rolname = session_user)
"""


@dataclass(frozen=True)
class Undone:
    """What was taken away: the parameters' names, and how many of the rest."""

    parameters: tuple[str, ...]
    default_privileges: int
    large_objects: int

    def __bool__(self) -> bool:
        return bool(self.parameters or self.default_privileges or self.large_objects)


def put_back(store: Store, role: str) -> Undone:
    """Take all of it away; as superuser also the right to make large objects, in this database."""
    with store.engine.begin() as connection:
        alone.wait(connection)
        quoted = connection.dialect.identifier_preparer.quote_identifier
        for function in connection.scalars(text(MAKING), {"role": role}).all():
            connection.execute(text(f"REVOKE EXECUTE ON FUNCTION pg_catalog.{function} FROM PUBLIC, {quoted(role)}"))
        parameters, defaults = _parameters(connection, role), _default_privileges(connection, role)
    return Undone(parameters, defaults, _large_objects(store, role))


def _parameters(connection: Connection, role: str) -> tuple[str, ...]:
    """Reset them; the names of those that could be reset: only a superuser resets what a superuser alone may set."""
    quoted = connection.dialect.identifier_preparer.quote_identifier
    before = connection.execute(text(GIVEN), {"role": role}).all()
    for database in {database for database, _ in before}:
        where = f" IN DATABASE {quoted(database)}" if database is not None else ""
        connection.execute(text(f"ALTER ROLE {quoted(role)}{where} RESET ALL"))
    after = connection.execute(text(GIVEN), {"role": role}).all() if before else []
    return tuple(sorted({name for _, name in set(before) - set(after)}))


def _default_privileges(connection: Connection, role: str) -> int:
    """Make them PostgreSQL's own again, which takes the entry away; how many there were."""
    quoted = connection.dialect.identifier_preparer.quote_identifier
    entries = connection.execute(text(DEFAULTS), {"role": role}).all()
    for kind, schema, grantees in entries:
        told = f"ALTER DEFAULT PRIVILEGES FOR ROLE {quoted(role)}" + (f" IN SCHEMA {quoted(schema)}" if schema else "")
        everybody = ", ".join(quoted(grantee) if grantee else "PUBLIC" for grantee in grantees)
        if everybody:
            connection.execute(text(f"{told} REVOKE ALL ON {KINDS[kind]} FROM {everybody}"))
        if schema is None:
            connection.execute(text(f"{told} GRANT ALL ON {KINDS[kind]} TO {quoted(role)}"))
        if schema is None and kind in FOR_ALL:
            connection.execute(text(f"{told} GRANT {FOR_ALL[kind]} ON {KINDS[kind]} TO PUBLIC"))
    return len(entries)


def _large_objects(store: Store, role: str) -> int:
    """Drop them; how many there were."""
    dropped, last = 0, BATCH
    while last == BATCH:
        with store.engine.begin() as connection:
            last = int(connection.execute(text(UNLINK), {"role": role, "batch": BATCH}).scalar_one())
        dropped += last
    return dropped
