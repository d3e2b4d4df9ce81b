"""What the application's database role may do with each table; a new table needs its line here.

The owner's role creates and migrates the tables; the application's role owns nothing. It may insert and select
everywhere. What it may update and delete is listed here: as little as the code needs.
"""

from hub.registry.schema import Base
from hub.registry.schema.append_only import TABLES

# Rows are inserted, updated and deleted.
PASSING = frozenset(
    {
        *("address_tries", "calendar_days", "callbacks", "channel_probes", "customer_index", "idempotency_keys"),
        *(
            "entrant_list_hours",
            "kept_searches",
            "login_sessions",
            "mail_addresses",
            "pending_bindings",
            "sign_in_tries",
            "comparison_marks",
            "unit_rules",
            "user_posts",
        ),
    }
)

# Rows are inserted and updated, never deleted.
KEPT = frozenset(
    {
        *("access_requests", "accounts", "agreements", "api_tokens", "applications", "asks", "audit_head"),
        *("authorisations", "call_stops", "card_cases", "channel_settings", "channel_states", "closings"),
        *("confidentiality_agreements", "covers", "custodians", "customer_keys", "customers", "daily_mails"),
        *(
            "devices",
            "differences",
            "digests",
            "entrant_list_days",
            "evidence",
            "exports",
            "field_gaps",
            "field_starts",
            "field_switches",
            "grade_evaluations",
        ),
        *(
            "grade_revisits",
            "import_progress",
            "import_runs",
            "kept_orders",
            "leaves",
            "notices",
            "onboardings",
            "orders",
        ),
        *("outage_customers", "outages", "passwords_used", "permit_members", "phone_permits", "power_cut_lists"),
        *("power_cut_warnings", "power_cuts", "route_drivers", "route_proposals", "route_scenarios"),
        *(
            "schedule_runs",
            "schedules",
            "settings_proposals",
            "staff_notices",
            "list_runs",
            "tasks",
            "temporaries",
        ),
        *("trainings", "twins", "units", "users", "watch_entries", "watch_terms", "web_orderings"),
    }
)

# The job queue's own tables: its functions run with their caller's privileges.
QUEUE = frozenset(
    {"procrastinate_events", "procrastinate_jobs", "procrastinate_periodic_defers", "procrastinate_workers"}
)

# Only read by the application: the schema's version.
READ = frozenset({"alembic_version"})

# Columns that no row has when it is entered; INSERT is granted on the others. A row entered with a place in the chain would
# stop the sealer.
NEVER_ENTERED = {"audit": frozenset({"chain_no", "chain_hash"})}

# Every table must be in one of these sets, or be append-only.
DECIDED = PASSING | KEPT | QUEUE | READ | TABLES.keys()


def on_table(table: str) -> frozenset[str]:
    """The privileges on a whole table. Raises KeyError for an undecided table."""
    if table in READ:
        return frozenset({"SELECT"})
    # INSERT is granted by column here (`entered`), not on the table.
    if table in NEVER_ENTERED:
        return frozenset({"SELECT"})
    if table in TABLES:
        return frozenset({"SELECT", "INSERT"})
    if table in KEPT:
        return frozenset({"SELECT", "INSERT", "UPDATE"})
    if table in PASSING or table in QUEUE:
        return frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
    raise KeyError(table)


def filled_later(table: str) -> tuple[str, ...]:
    """The columns of a table written once that are filled in later: UPDATE of these and no others."""
    return TABLES[table].filled + TABLES[table].open if table in TABLES else ()


def entered(table: str) -> tuple[str, ...]:
    """The columns of a row that may be entered, where not all may; empty where all may."""
    if table not in NEVER_ENTERED:
        return ()
    columns = Base.metadata.tables[table].columns
    return tuple(column.name for column in columns if column.name not in NEVER_ENTERED[table])
