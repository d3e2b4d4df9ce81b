"""Tables whose rows are written once: the database itself refuses UPDATE, DELETE and TRUNCATE (ADR 0009).

A migration holds the statements as they were when it was written; `tools/make_migration.py` writes what is missing.
"""

from collections.abc import Iterable
from dataclasses import dataclass

# Prefix of the function's and the triggers' names.
PREFIX = "append_only_"


@dataclass(frozen=True)
class Once:
    """Columns that are filled in later: `filled` once (NULL, 0 or "" means not yet), `open` until the row itself is closed."""

    filled: tuple[str, ...] = ()
    open: tuple[str, ...] = ()


# An attempt's outcome may still be corrected: the late answer of a worker that was presumed dead counts.
TABLES: dict[str, Once] = {
    "audit": Once(filled=("chain_no", "chain_hash")),
    "changes": Once(),
    "disclosures": Once(),
    "attempts": Once(filled=("ended_at",), open=("outcome", "code", "text")),
    "handovers": Once(filled=("acknowledged_at", "acknowledged_by_name")),
    "documents_shown": Once(),
    "grade_certificates": Once(),
    "hand_ins": Once(filled=("confirmed_at", "confirmed_by_name", "declined_at", "declined_by_name", "declined_why")),
    "export_takings": Once(),
    "signatures": Once(),
    "request_hands": Once(filled=("answer", "answer_why", "answered_at", "answered_by_name")),
    "phone_changes": Once(),
    "watch_checks": Once(),
    "spot_checks": Once(),
    "help_records": Once(),
    "route_meetings": Once(
        filled=("attendees", "logistics", "minutes", "minutes_hash", "agenda", "load", "closed_at", "closed_by_name"),
        open=("state",),
    ),
    "scenario_records": Once(filled=("figures",)),
    "call_tries": Once(),
    "missed_orders": Once(),
    "address_checks": Once(),
    "delivery_views": Once(),
    "exchanges": Once(filled=("tries", "sent", "status", "reply_sealed", "reply_charset", "answered_at", "elapsed_ms")),
    "installation": Once(),
    "list_entries": Once(),
}

# Rows are compared as JSON, so that one function serves every table; the triggers pass each table's columns. TRUNCATE
# shows no rows, so that it has a trigger of its own.
FUNCTION = f"""\
CREATE FUNCTION {PREFIX}rows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    filled text[] := string_to_array(TG_ARGV[0], ',');
    free text[] := string_to_array(TG_ARGV[1], ',');
    was jsonb;
    now_is jsonb;
    name text;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        was := to_jsonb(OLD);
        now_is := to_jsonb(NEW);
        FOR name IN SELECT jsonb_object_keys(now_is) LOOP
            IF was -> name IS DISTINCT FROM now_is -> name AND name <> ALL (free)
               AND NOT (name = ANY (filled) AND coalesce(nullif(was ->> name, ''), '0') = '0') THEN
                RAISE EXCEPTION 'rows of % are never changed (column %)', TG_TABLE_NAME, name
                    USING ERRCODE = 'restrict_violation';
            END IF;
        END LOOP;
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are never deleted', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$"""


def statements(present: Iterable[str] = ()) -> list[str]:
    """The statements that make the tables append-only, without those whose triggers or function exist."""
    there = set(present)
    created = [] if there else [FUNCTION]
    for table, once in TABLES.items():
        if PREFIX + table not in there:
            arguments = f"'{','.join(once.filled)}', '{','.join(once.open)}'"
            created.append(
                f"CREATE TRIGGER {PREFIX}{table} BEFORE UPDATE OR DELETE ON {table} "
                f"FOR EACH ROW EXECUTE FUNCTION {PREFIX}rows({arguments})"
            )
            created.append(
                f"CREATE TRIGGER {PREFIX}{table}_whole BEFORE TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {PREFIX}rows('', '')"
            )
    return created
