"""The two database roles: the owner only migrates; the application owns nothing and does all the work."""

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError

from hub.registry.session import Store, StoreUnusable, reason

from . import alone, privileges

# The application's role on the embedded server, where the hub creates it.
APPLICATION = "partnerhub"
# At most this many faults are named in a message.
SHOWN = 3

# Reasons why a role is unfit for the application. Temporary tables are allowed: they end with the connection.
UNFIT = """
SELECT 'is a superuser' FROM pg_roles WHERE rolname = :role AND rolsuper
UNION ALL SELECT 'may make roles' FROM pg_roles WHERE rolname = :role AND rolcreaterole
UNION ALL SELECT 'may make databases' FROM pg_roles WHERE rolname = :role AND rolcreatedb
UNION ALL SELECT 'passes by row security' FROM pg_roles WHERE rolname = :role AND rolbypassrls
UNION ALL SELECT 'may replicate' FROM pg_roles WHERE rolname = :role AND rolreplication
UNION ALL
SELECT 'is a member of ' || m.roleid::regrole FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member AND r.rolname = :role
UNION ALL
SELECT 'owns ' || pg_describe_object(d.classid, d.objid, d.objsubid)
FROM pg_shdepend d
JOIN pg_roles r ON d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'o' AND r.rolname = :role
JOIN pg_database b ON b.datname = current_database()
WHERE (d.dbid = b.oid OR (d.classid = 'pg_database'::regclass AND d.objid = b.oid))
  -- Temporary objects of any kind: no other session sees them, and most end with theirs.
  AND (d.dbid <> b.oid OR coalesce((pg_identify_object(d.classid, d.objid, d.objsubid)).schema, '') !~ '^pg_(toast_)?temp')
  AND d.classid NOT IN ('pg_largeobject'::regclass, 'pg_default_acl'::regclass)
UNION ALL
SELECT 'may create in schema ' || nspname FROM pg_namespace
WHERE nspname !~ '^pg_' AND has_schema_privilege(:role, oid, 'CREATE')
UNION ALL
SELECT 'may create schemas in the database' WHERE has_database_privilege(:role, current_database(), 'CREATE')
UNION ALL
SELECT 'works without triggers' WHERE current_setting('session_replication_role') <> 'origin' OR EXISTS (
    SELECT 1 FROM pg_db_role_setting s, unnest(s.setconfig) setting
    WHERE setting LIKE 'session\\_replication\\_role=%' AND setting NOT LIKE '%=origin'
      AND (s.setrole = 0 OR s.setrole = (SELECT oid FROM pg_roles WHERE rolname = :role))
      AND (s.setdatabase = 0 OR s.setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())))
"""
# What any role may create for itself without a privilege; `put_back` removes it.
OF_ITS_OWN = """
SELECT 'owns ' || pg_describe_object(d.classid, d.objid, d.objsubid)
FROM pg_shdepend d
JOIN pg_roles r ON d.refclassid = 'pg_authid'::regclass AND d.refobjid = r.oid AND d.deptype = 'o' AND r.rolname = :role
WHERE d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND d.classid IN ('pg_largeobject'::regclass, 'pg_default_acl'::regclass)
LIMIT 10
"""
# Parameters that a superuser allowed it to set, such as the one that turns triggers off (PostgreSQL 15 and later).
MAY_SET = """
SELECT 'may set ' || p.parname FROM pg_parameter_acl p, aclexplode(p.paracl) a, pg_roles r
WHERE r.rolname = :role AND a.grantee IN (0, r.oid)
"""

MAKE = (
    "Make a role that owns nothing (CREATE ROLE {name} LOGIN PASSWORD '…'), name it in PARTNERHUB_DATABASE_URL, and run "
    "`partnerhub db upgrade` with the address of the tables' owner in PARTNERHUB_OWNER_DATABASE_URL: "
    "it grants the role everything it needs."
)
GRANT = (
    "Run `partnerhub db upgrade` with the address of the tables' owner in PARTNERHUB_OWNER_DATABASE_URL: "
    "it grants the role what it needs and revokes the rest."
)
PUT_BACK = (
    "Run `partnerhub db upgrade` with the address of the tables' owner in PARTNERHUB_OWNER_DATABASE_URL: it removes this."
    " Then find out who wrote SQL into the hub."
)


def role_of(address: str) -> str:
    """The role named in an address. Raises StoreUnusable if there is none."""
    try:
        name = conninfo_to_dict(address).get("user")
    except ProgrammingError:
        name = None
    if not name:
        raise StoreUnusable(
            "PARTNERHUB_DATABASE_URL names no role. Write it as postgresql://ROLE:PASSWORD@HOST/DATABASE."
        )
    return str(name)


def address_as(address: str, role: str) -> str:
    """The same database's address for another role, without a password."""
    return make_url(address).set(username=role, password=None).render_as_string(hide_password=False)


def make(owner: Store, role: str) -> None:
    """Create the role unless it exists. Run as superuser, on the embedded server only."""
    with owner.engine.begin() as connection:
        alone.wait(connection)
        if not _exists(connection, role):
            quoted = connection.dialect.identifier_preparer.quote_identifier(role)
            # All of these are the defaults but for NOINHERIT; written out, because this is what UNFIT checks later.
            none = "NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS NOREPLICATION NOINHERIT"
            connection.execute(text(f"CREATE ROLE {quoted} LOGIN {none}"))


def require_fit(store: Store, role: str) -> None:
    """Raise StoreUnusable unless the role exists, owns nothing and may create nothing."""
    store.check_server()
    with store.engine.connect() as connection:
        if not _exists(connection, role):
            raise StoreUnusable(f"The role {role} of PARTNERHUB_DATABASE_URL does not exist. {MAKE.format(name=role)}")
        faults = _unfit(connection, role)
    if faults:
        raise StoreUnusable(f"{_subject(role)} {_listed(faults)}. {MAKE.format(name='partnerhub')}")


def require_nothing_of_its_own(store: Store) -> None:
    """Raise StoreUnusable if the store's own role has large objects or default privileges."""
    role = own_role(store)
    with store.engine.connect() as connection:
        own = list(connection.scalars(text(OF_ITS_OWN), {"role": role}))
    if own:
        raise StoreUnusable(f"{_subject(role)} {_listed(own)}: the hub never creates that. {PUT_BACK}")


def require_privileges(store: Store) -> None:
    """Raise StoreUnusable unless the store's own role has exactly the privileges decided for it."""
    role = own_role(store)
    with store.engine.connect() as connection:
        more, less = privileges.excess(connection, role), privileges.lacking(connection, role)
    if more:
        raise StoreUnusable(f"{_subject(role)} may do more than the hub allows: {_listed(more)}. {GRANT}")
    if less:
        raise StoreUnusable(f"{_subject(role)} lacks what the hub needs: {_listed(less)}. {GRANT}")


def is_superuser(owner: Store) -> bool:
    """Whether the store is connected as a superuser."""
    owner.check_server()
    with owner.engine.connect() as connection:
        return bool(connection.scalar(text("SELECT rolsuper FROM pg_roles WHERE rolname = session_user")))


def has_privileges(store: Store) -> bool:
    """Whether the store's role has exactly its decided privileges, no large objects and no default privileges."""
    try:
        require_privileges(store)
        require_nothing_of_its_own(store)
    except StoreUnusable:
        return False
    return True


def give(owner: Store, role: str) -> None:
    """Grant the role its privileges; may be repeated. Raises StoreUnusable."""
    try:
        with owner.engine.begin() as connection:
            # Two processes that grant at once fail with "tuple concurrently updated".
            alone.wait(connection)
            if privileges.excess(connection, role) or privileges.lacking(connection, role):
                privileges.give(connection, role)
    except DBAPIError as error:
        raise StoreUnusable(
            f"The role {role} could not be given its privileges: {reason(error)}. "
            "PARTNERHUB_OWNER_DATABASE_URL must name the role that owns the tables."
        ) from None


def own_role(store: Store) -> str:
    """The role as which the store is connected."""
    store.check_server()
    with store.engine.connect() as connection:
        return str(connection.scalar(text("SELECT session_user")))


def _exists(connection: Connection, role: str) -> bool:
    return connection.scalar(text("SELECT 1 FROM pg_roles WHERE rolname = :role"), {"role": role}) is not None


def _unfit(connection: Connection, role: str) -> list[str]:
    queries = [UNFIT]
    if (connection.dialect.server_version_info or (0,)) >= (15,):
        queries.append(MAY_SET)  # pg_parameter_acl exists since 15
    return [fault for query in queries for fault in connection.scalars(text(query), {"role": role})]


def _subject(role: str) -> str:
    return f"The application's database role {role}"


def _listed(faults: list[str]) -> str:
    return ", ".join(faults[:SHOWN]) + (" …" if len(faults) > SHOWN else "")
