"""Server parameters that every connection sets, so that they override defaults injected SQL may have stored for the role.

A role may set most parameters for itself (ALTER ROLE … SET), and so end its own connections, change what a text or a time
means, or log what must not be logged. Parameters that only affect speed are not pinned: an administrator may tune them.
"""

import re
from typing import Any

PINNED = {
    # pg_temp last: otherwise it comes first, and an injected temporary table would shadow one of the hub's.
    "search_path": '"$user",public,pg_temp',
    "local_preload_libraries": "",
    # Milliseconds. A caller that waits longer gets an error instead of holding up everything queued behind it.
    "lock_timeout": "10000",
    # No time limits but the system's own (0): with short ones a role could end its own connections.
    "statement_timeout": "0",
    "transaction_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "client_connection_check_interval": "0",
    "tcp_user_timeout": "0",
    "tcp_keepalives_idle": "0",
    "tcp_keepalives_interval": "0",
    "tcp_keepalives_count": "0",
    # PostgreSQL's defaults: each statement sees what is committed by then, and a commit survives a crash.
    "default_transaction_read_only": "off",
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "synchronous_commit": "on",
    # Otherwise an error could end the session, or a correct query or function fail.
    "exit_on_error": "off",
    "row_security": "on",
    "restrict_nonsystem_relation_kind": "",
    "check_function_bodies": "on",
    "plpgsql.extra_errors": "none",
    "plpgsql.extra_warnings": "none",
    # How values are written and read: psycopg and the hub's SQL assume these forms.
    "client_encoding": "UTF8",
    "datestyle": "ISO,MDY",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "timezone_abbreviations": "Default",
    "lc_monetary": "C",
    "lc_numeric": "C",
    "lc_time": "C",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "array_nulls": "on",
    "standard_conforming_strings": "on",
    "escape_string_warning": "on",
    "backslash_quote": "safe_encoding",
    "quote_all_identifiers": "off",
    "transform_null_equals": "off",
    # Above 0, a search over a GIN index leaves some of its matches out.
    "gin_fuzzy_search_limit": "0",
    "synchronize_seqscans": "on",
    "xmlbinary": "base64",
    "xmloption": "content",
    # Where and how new tables are stored.
    "default_table_access_method": "heap",
    "default_tablespace": "",
    "temp_tablespaces": "",
    "temp_buffers": "1024",
    "client_min_messages": "notice",
    # No parameter values or plans in the server's log: they hold customers' data.
    "log_parameter_max_length_on_error": "0",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
    "trace_notify": "off",
    "trace_sort": "off",
}
# Known only to later versions or some builds: left out where the server does not know them.
NOT_EVERYWHERE = {"transaction_timeout", "restrict_nonsystem_relation_kind", "trace_sort"}


# A pooler that is told to ignore the options lets the session through without the parameters: reading one tells.
SETTING = "SELECT setting FROM pg_settings WHERE name = 'lock_timeout'"
# PgBouncer's words for a parameter that it does not pass on; it speaks English only.
REFUSED_BY_POOLER = "unsupported startup parameter"
BEHIND_A_POOLER = (
    "A connection pooler such as PgBouncer stands before the database and keeps the hub's session parameters from it. "
    "Give {setting} the address of the database server itself; the hub has a pool of its own (docs/database.md)."
)


def are_set(lock_timeout: str) -> bool:
    """Whether a session has the parameters, by the one that SETTING asks for."""
    return lock_timeout == PINNED["lock_timeout"]


def options(without: frozenset[str] = frozenset()) -> str:
    """The libpq `options` that pin every parameter except these."""
    # The server splits the options at spaces, so a space in a value is escaped.
    held = {name: value.replace(" ", "\\ ") for name, value in PINNED.items() if name not in without}
    return " ".join(f"-c {name}={value}" for name, value in held.items())


def unknown(error: Exception) -> str | None:
    """The pinned parameter that made a server refuse a connection, because its version does not know it; else None."""
    # The server's message may be in any language, but it quotes the name.
    named = {name for name in NOT_EVERYWHERE if re.search(rf"\b{name}\b", str(error))}
    return min(named, default=None)


class Connecting:
    """Connects with the pinned parameters; the first connection learns which of them the server does not know."""

    def __init__(self) -> None:
        self.without: frozenset[str] = frozenset()

    @property
    def options(self) -> str:
        """The options for a library that opens its own connections; complete after the first connection."""
        return options(self.without)

    def __call__(self, dialect: Any, record: object, words: Any, settings: dict[str, Any]) -> Any:
        """Handler of SQLAlchemy's `do_connect` event. Raises the driver's error."""
        # The server names one unknown parameter per attempt; each attempt leaves out one more, so the loop ends.
        while True:
            try:
                return dialect.connect(*words, **{**settings, "options": self.options})
            except dialect.loaded_dbapi.Error as error:
                name = unknown(error)
                if name is None or name in self.without:
                    raise
                self.without |= {name}
