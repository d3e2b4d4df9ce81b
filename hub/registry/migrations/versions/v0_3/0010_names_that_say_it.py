"""Names that say it: the good end of an ask is "done" (some end a binding), lists have runs, and comparisons marks."""

from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None

WAS = "'planned', 'queued', 'sending', 'accepted', 'live', 'refused', 'in_doubt', 'asked', 'person', 'cancelled'"
TABLES = {'sync_runs': 'list_runs', 'to_compare': 'comparison_marks'}
INDEXES = {
    'ix_sync_runs_channel': 'ix_list_runs_channel',
    'uq_sync_runs_one': 'uq_list_runs_one',
    'ix_to_compare_waiting': 'ix_comparison_marks_waiting',
}
COLUMNS = (
    ('list_runs', 'would', 'impact'),
    ('applications', 'mended_by', 'resent_by'),
    ('schedule_runs', 'given_at', 'handed_out_at'),
)


def upgrade() -> None:
    states(WAS, 'live', 'done')
    for old, new in TABLES.items():
        rename_table(old, new)
    for old, new in INDEXES.items():
        op.execute(f'ALTER INDEX {old} RENAME TO {new}')
    for table, old, new in COLUMNS:
        op.alter_column(table, old, new_column_name=new)


def downgrade() -> None:
    for table, old, new in COLUMNS:
        op.alter_column(table, new, new_column_name=old)
    for old, new in INDEXES.items():
        op.execute(f'ALTER INDEX {new} RENAME TO {old}')
    for old, new in TABLES.items():
        rename_table(new, old)
    states(WAS.replace("'live'", "'done'"), 'done', 'live')


def states(known: str, old: str, new: str) -> None:
    # The constraint goes first: it knows either word, never both.
    op.drop_constraint(op.f('ck_asks_state_known'), 'asks')
    op.execute(f"UPDATE asks SET state = '{new}' WHERE state = '{old}'")
    listed = known.replace(f"'{old}'", f"'{new}'")
    op.create_check_constraint(op.f('ck_asks_state_known'), 'asks', f'state IN ({listed})')


def rename_table(old: str, new: str) -> None:
    # PostgreSQL keeps the names of the key and of the identity's sequence; privileges go with the table.
    op.rename_table(old, new)
    op.execute(f'ALTER INDEX pk_{old} RENAME TO pk_{new}')
    op.execute(f'ALTER SEQUENCE {old}_no_seq RENAME TO {new}_no_seq')
