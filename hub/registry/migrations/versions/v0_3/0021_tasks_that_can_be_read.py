"""Moments, versions and details of tasks and notices that every reader can read; signatures that stay as they were given."""

from alembic import op

revision = '0021'
down_revision = '0020'
branch_labels = None
depends_on = None
MOMENTS = {'tasks': ('counted_from', 'made_at', 'due_at', 'done_at'), 'staff_notices': ('at', 'seen_at', 'mailed_at')}
EARLIEST, LATEST = "'1900-01-01 00:00+00'", "'3000-01-01 00:00+00'"


def upgrade() -> None:
    for table, columns in MOMENTS.items():
        for column in columns:
            op.create_check_constraint(
                op.f(f'ck_{table}_{column}_readable'), table, f'{column} BETWEEN {EARLIEST} AND {LATEST}'
            )
        op.create_check_constraint(op.f(f'ck_{table}_details_object'), table, "jsonb_typeof(details) = 'object'")
    op.create_check_constraint(op.f('ck_tasks_version_countable'), 'tasks', 'version < 2000000000')
    op.execute("CREATE TRIGGER append_only_signatures BEFORE UPDATE OR DELETE ON signatures FOR EACH ROW EXECUTE FUNCTION append_only_rows('', '')")
    op.execute("CREATE TRIGGER append_only_signatures_whole BEFORE TRUNCATE ON signatures FOR EACH STATEMENT EXECUTE FUNCTION append_only_rows('', '')")


def downgrade() -> None:
    op.execute('DROP TRIGGER append_only_signatures_whole ON signatures')
    op.execute('DROP TRIGGER append_only_signatures ON signatures')
    op.drop_constraint(op.f('ck_tasks_version_countable'), 'tasks', type_='check')
    for table, columns in MOMENTS.items():
        op.drop_constraint(op.f(f'ck_{table}_details_object'), table, type_='check')
        for column in columns:
            op.drop_constraint(op.f(f'ck_{table}_{column}_readable'), table, type_='check')
