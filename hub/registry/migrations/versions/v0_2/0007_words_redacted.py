"""Words that are kept already are redacted as new ones are: cards, phones and ID numbers lie in no free text in clear.

The audit trail stays as it was: its chain proves it, and it was redacted when it was written. Minutes keep the hash of
what was said when they were closed. An open application whose reason held such a number is void at its next step.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from hub.domain.privacy.redaction import redact

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

WORDS = {
    "address_checks": "finding",
    "api_tokens": "name",
    "applications": "why shown mended_by void_why",
    "asks": "partner_code partner_text",
    "attempts": "code text",
    "authorisations": "text_version withdrawn_why",
    "calendar_days": "why",
    "call_stops": "why ended_how said",
    "callbacks": "code",
    "card_cases": "why closed_how",
    "changes": "why",
    "channel_probes": "legs",
    "channel_states": "paused_why last_setback",
    "closings": "why",
    "daily_mails": "subject body refused",
    "delivery_views": "words said_by",
    "differences": "suggestion proposed_why",
    "evidence": "title custodian",
    "exchanges": "path",
    "exports": "filters purpose why",
    "field_switches": "why",
    "grade_evaluations": "note",
    "grade_revisits": "note",
    "handovers": "contents",
    "help_records": "ordered_by_name note",
    "import_runs": "file_name problems",
    "kept_orders": "why released_how",
    "leaves": "why",
    "notices": "details way",
    "onboardings": "settled_by_name closed_how",
    "orders": "help",
    "outage_customers": "why",
    "outages": "known ended_why",
    "permit_members": "reason visits",
    "phone_permits": "why signed",
    "power_cut_warnings": "note earlier",
    "power_cuts": "named source last_why",
    "route_drivers": "route",
    "route_meetings": "attendees minutes logistics agenda",
    "route_proposals": "why decided_why",
    "route_scenarios": "title sources targets managers signed",
    "schedule_runs": "code",
    "signatures": "why",
    "staff_notices": "details",
    "sync_runs": "code",
    "tasks": "details outcome",
    "trainings": "note",
    "units": "name",
    "users": "name",
    "watch_entries": "reasons cleared_why",
}
EXACT = ('agreement_no',)
BATCH = 1000


def upgrade() -> None:
    connection = op.get_bind()
    fitting = [row for row in permits(connection) if row['shown_hash'] == permit_hash(row)]
    for table, columns in WORDS.items():
        # Rows that are evidence are never changed: the owner of the table lifts that for this one statement, because a
        # number that should not be there is worse than a row that was touched once.
        kept = connection.scalar(sa.text(KEPT), {'table': table, 'trigger': f'append_only_{table}'})
        if kept:
            op.execute(f'ALTER TABLE {table} DISABLE TRIGGER append_only_{table}')
        _redact(connection, table, columns.split())
        if kept:
            op.execute(f'ALTER TABLE {table} ENABLE TRIGGER append_only_{table}')
    known = {row['id'] for row in fitting}
    for row in permits(connection):
        if row['id'] in known and row['shown_hash'] != permit_hash(row):
            values = {'id': row['id'], 'hash': permit_hash(row)}
            connection.execute(sa.text('UPDATE phone_permits SET shown_hash = :hash WHERE id = :id'), values)


KEPT = 'SELECT count(*) FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass) AND tgname = :trigger'


def _redact(connection: sa.Connection, table: str, columns: list[str]) -> None:
    """Rows of the table in which a number shows, anew; what is signed over with the words is signed anew too."""
    needed = {*columns, *SIGNED.get(table, ())}
    types = {each['name']: each['type'] for each in sa.inspect(connection).get_columns(table) if each['name'] in needed}
    rows = sa.table(table, sa.column('ctid'), *(sa.column(name, kind) for name, kind in types.items()))
    written = sa.func.concat_ws(' ', *(sa.cast(rows.c[name], sa.Text) for name in columns))
    digits = sa.func.length(sa.func.regexp_replace(written, '[^0-9０-９]', '', 'g'))
    op.execute(f'LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE')
    query = sa.select(*(rows.c[name] for name in types), sa.cast(rows.c.ctid, sa.Text).label('place'))
    found = connection.execute(query.where(digits >= 7), execution_options={'yield_per': BATCH})
    for row in map(dict, found.mappings()):
        anew = {name: clean(row[name]) for name in columns if clean(row[name]) != row[name]}
        if anew:
            anew |= signed_anew(table, row, anew)
            here = sa.text('ctid = CAST(:place AS tid)').bindparams(place=row['place'])
            connection.execute(sa.update(rows).where(here).values(anew))


SIGNED = {'exports': ('unit_code', 'fields', 'shown_hash')}
"""What a hash is made of besides the words, and the hash."""


def clean(value: Any, key: object = None) -> Any:
    """Text, or what holds texts, redacted."""
    if isinstance(value, str):
        return value if key in EXACT else redact(value)
    if isinstance(value, dict):
        return {clean(name): clean(each, name) for name, each in value.items()}
    return [clean(each) for each in value] if isinstance(value, list) else value


def signed_anew(table: str, row: Mapping[str, Any], anew: Mapping[str, Any]) -> dict[str, Any]:
    """The hash that binds an export's permission to what the signer saw; one that did not fit before does not now."""
    if table == 'exports' and row['shown_hash'] == export_hash(row):
        return {'shown_hash': export_hash({**row, **anew})}
    return {}


def export_hash(row: Mapping[str, Any]) -> bytes:
    """As `operations.exports` made it in this version."""
    words = [row['unit_code'], list(row['fields']), dict(row['filters']), row['purpose']]
    return hashlib.sha256(json.dumps(words, ensure_ascii=False, sort_keys=True).encode()).digest()


def permits(connection: sa.Connection) -> Sequence[Mapping[str, Any]]:
    """Permits with the reasons of their customers."""
    return [dict(row) for row in connection.execute(sa.text(PERMITS)).mappings()]


PERMITS = """
SELECT p.id, p.shown_hash, p.mark, p.why, p.until, p.every_days,
       (SELECT jsonb_agg(jsonb_build_array(c.code, m.reason)) FROM permit_members m JOIN customers c ON c.id = m.customer_id
        WHERE m.permit_id = p.id) AS who
FROM phone_permits p
"""


def permit_hash(row: Mapping[str, Any]) -> bytes:
    """As `operations.phone_permits` made it in this version."""
    who = sorted((code, reason) for code, reason in row['who'] or [])
    words = repr([bytes(row['mark']), row['why'], row['until'].isoformat(), row['every_days'], who])
    return hashlib.sha256(words.encode()).digest()


def downgrade() -> None:
    """What was redacted stays so."""
