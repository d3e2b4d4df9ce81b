"""Granting the application's role what `table_privileges` decides, and checking that it has exactly that."""

from collections.abc import Iterator

from sqlalchemy import Connection, text

from hub.registry.schema.append_only import TABLES

from .table_privileges import DECIDED, entered, filled_later, on_table

# What PostgreSQL can grant on a table; version 17 added MAINTAIN.
KNOWN = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")

# As text, so that what is held and what is wanted are compared as two sets. A column's INSERT counts only where the
# whole table's privilege does not cover it.
HELD = """
SELECT name || ' ' || c.relname
FROM pg_class c CROSS JOIN unnest(CAST(:known AS text[])) name
WHERE c.oid IN (SELECT to_regclass(t) FROM unnest(CAST(:tables AS text[])) t) AND has_table_privilege(:role, c.oid, name)
UNION ALL
SELECT name || ' ' || c.relname || '.' || a.attname
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
CROSS JOIN unnest(ARRAY['UPDATE', 'INSERT']) name
WHERE c.oid IN (SELECT to_regclass(t) FROM unnest(CAST(:once AS text[])) t)
  AND has_column_privilege(:role, c.oid, a.attnum, name)
  AND NOT (name = 'INSERT' AND has_table_privilege(:role, c.oid, name))
"""

# Sequences and functions: kind, name, whether the role needs it, whether it has it. An identity column needs no privilege
# on its sequence; a serial column does.
BESIDE = """
SELECT 'SEQUENCE', s.oid::regclass::text, d.deptype = 'a', has_sequence_privilege(:role, s.oid, 'USAGE')
FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
  AND d.refobjid IN (SELECT to_regclass(t) FROM unnest(CAST(:tables AS text[])) t)
UNION ALL
SELECT 'FUNCTION', p.oid::regprocedure::text, true, has_function_privilege(:role, p.oid, 'EXECUTE')
FROM pg_proc p
WHERE p.pronamespace = current_schema()::regnamespace AND p.prorettype <> 'trigger'::regtype
  AND (p.proname LIKE 'procrastinate\\_%' OR p.proname = 'know_list_sizes')
UNION ALL
SELECT 'SCHEMA', quote_ident(current_schema()), true, has_schema_privilege(:role, current_schema(), 'USAGE')
UNION ALL
SELECT 'DATABASE', quote_ident(current_database()), true, has_database_privilege(:role, current_database(), 'TEMPORARY')
"""
BESIDE_RIGHTS = {"SEQUENCE": "USAGE", "FUNCTION": "EXECUTE", "SCHEMA": "USAGE", "DATABASE": "CONNECT, TEMPORARY"}


def wanted() -> set[str]:
    """Every table privilege that the role should have, as `UPDATE tasks` or `UPDATE audit.chain_no`."""
    whole = {f"{name} {table}" for table in DECIDED for name in on_table(table)}
    filled = {f"UPDATE {table}.{column}" for table in TABLES for column in filled_later(table)}
    return whole | filled | {f"INSERT {table}.{column}" for table in TABLES for column in entered(table)}


def held(connection: Connection, role: str) -> set[str]:
    """Every privilege on these tables that the role has, directly or through PUBLIC, in the same words."""
    version = connection.dialect.server_version_info or (0,)
    known = [*KNOWN, "MAINTAIN"] if version >= (17,) else list(KNOWN)
    values = {"role": role, "known": known, "tables": sorted(DECIDED), "once": sorted(TABLES)}
    return set(connection.scalars(text(HELD), values))


def excess(connection: Connection, role: str) -> list[str]:
    """Privileges that the role has and should not have."""
    return sorted(held(connection, role) - wanted())


def lacking(connection: Connection, role: str) -> list[str]:
    """Privileges that the role needs and lacks; a missing table counts."""
    beside = connection.execute(text(BESIDE), {"role": role, "tables": sorted(DECIDED)})
    missing = {f"{BESIDE_RIGHTS[kind]} {name}" for kind, name, needed, there in beside if needed and not there}
    return sorted((wanted() - held(connection, role)) | missing)


def give(connection: Connection, role: str) -> None:
    """Grant the role its privileges and revoke all others, those of PUBLIC too. Run as the tables' owner."""
    quoted = connection.dialect.identifier_preparer.quote_identifier(role)
    for statement in [*_on_tables(quoted), *_beside(connection, role, quoted)]:
        connection.execute(text(statement))


def _on_tables(quoted: str) -> Iterator[str]:
    for table in sorted(DECIDED):
        # All first: the role then has what is granted below and nothing else. CASCADE: nor what it granted to others.
        yield f"REVOKE ALL ON TABLE {table} FROM PUBLIC, {quoted} CASCADE"
        yield f"GRANT {', '.join(sorted(on_table(table)))} ON TABLE {table} TO {quoted}"
        if columns := entered(table):
            yield f"GRANT INSERT ({', '.join(columns)}) ON TABLE {table} TO {quoted}"
        if columns := filled_later(table):
            yield f"GRANT UPDATE ({', '.join(columns)}) ON TABLE {table} TO {quoted}"


def _beside(connection: Connection, role: str, quoted: str) -> Iterator[str]:
    things = connection.execute(text(BESIDE), {"role": role, "tables": sorted(DECIDED)}).all()
    for kind, name, needed, there in things:
        if kind == "SEQUENCE":
            yield f"REVOKE ALL ON SEQUENCE {name} FROM PUBLIC, {quoted} CASCADE"
        if needed and (kind == "SEQUENCE" or not there):
            yield f"GRANT {BESIDE_RIGHTS[kind]} ON {kind} {name} TO {quoted}"
