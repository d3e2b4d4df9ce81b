"""The parameters that each connection to the database holds, above any default that injected SQL could give the role for good.

A role may set most parameters for itself (ALTER ROLE … SET), and so end its own connections, change what a text or a time
means, or show what must not be logged. Those that only make a query slower are not held: an administrator may tune them.
"""

import re
from typing import Any

# Ten seconds for a lock: whoever waits longer is told so, instead of holding up everybody behind. Temporary tables come last
# in the search path, so that an injected one cannot shadow a table of the hub.
PINNED = {
    "search_path": '"$user",public,pg_temp',
    "local_preload_libraries": "",
    "lock_timeout": "10000",
    "statement_timeout": "0",
    "transaction_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
    "client_connection_check_interval": "0",
    "tcp_user_timeout": "0",
    "tcp_keepalives_idle": "0",
    "tcp_keepalives_interval": "0",
    "tcp_keepalives_count": "0",
    "default_transaction_read_only": "off",
    "default_transaction_isolation": "read committed",
    "default_transaction_deferrable": "off",
    "synchronous_commit": "on",
    "exit_on_error": "off",
    "row_security": "on",
    "restrict_nonsystem_relation_kind": "",
    "check_function_bodies": "on",
    "plpgsql.extra_errors": "none",
    "plpgsql.extra_warnings": "none",
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
    "gin_fuzzy_search_limit": "0",
    "synchronize_seqscans": "on",
    "xmlbinary": "base64",
    "xmloption": "content",
    "default_table_access_method": "heap",
    "default_tablespace": "",
    "temp_tablespaces": "",
    "temp_buffers": "1024",
    "client_min_messages": "notice",
    "log_parameter_max_length_on_error": "0",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
    "trace_notify": "off",
    "trace_sort": "off",
}
# Known from a later version on, or in some builds only: left out where the server does not know them.
NOT_EVERYWHERE = {"transaction_timeout", "restrict_nonsystem_relation_kind", "trace_sort"}


def options(without: frozenset[str] = frozenset()) -> str:
    """The options of a connection that hold every parameter but these."""
    held = {name: value.replace(" ", "\\ ") for name, value in PINNED.items() if name not in without}
    return " ".join(f"-c {name}={value}" for name, value in held.items())


def unknown(error: Exception) -> str | None:
    """The parameter for which a server refused a connection, because its version does not know it."""
    # The server's sentence may be in any language; the name is in it as it is.
    named = {name for name in NOT_EVERYWHERE if re.search(rf"\b{name}\b", str(error))}
    return min(named, default=None)


class Connecting:
    """Connects with the parameters held; learns at the first connection which of them the server does not know."""

    def __init__(self) -> None:
        self.without: frozenset[str] = frozenset()

    @property
    def options(self) -> str:
        """What a library that connects by itself is given; as it is since the first connection."""
        return options(self.without)

    def __call__(self, dialect: Any, record: object, words: Any, settings: dict[str, Any]) -> Any:
        """For SQLAlchemy's event do_connect. Raises the driver's error."""
        while True:
            try:
                return dialect.connect(*words, **{**settings, "options": self.options})
            except dialect.loaded_dbapi.Error as error:
                name = unknown(error)
                if name is None or name in self.without:
                    raise
                self.without |= {name}
