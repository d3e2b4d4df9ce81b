"""Lists of values that each unit keeps, filled with what its customers have; fields that registered customers lack."""

import sqlalchemy as sa
from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None
# What customers have, and what is under way for them: nothing that stands in the registry becomes invalid.
FILLED = """
WITH kept (field) AS (VALUES ('customer_grade'), ('visit_batch'), ('delivery_route'), ('visit_route'))
INSERT INTO list_entries (id, unit_code, field, value, active, why, by_user, by_name, at)
SELECT gen_random_uuid(), there.unit_code, there.field, there.value, true, '升级时按客户现有内容建立', NULL, 'partnerhub', now()
FROM (
    SELECT customers.unit_code, kept.field, customers.values ->> kept.field AS value
    FROM customers CROSS JOIN kept
    UNION
    SELECT applications.unit_code, kept.field, applications.proposed ->> kept.field
    FROM applications CROSS JOIN kept WHERE applications.done_at IS NULL
    UNION
    SELECT route_proposals.unit_code, kept.field, route_proposals.proposed ->> kept.field
    FROM route_proposals CROSS JOIN kept WHERE route_proposals.carried_at IS NULL
    UNION
    SELECT unit_code, field, unnest(targets) FROM route_scenarios WHERE applied_at IS NULL
    UNION
    SELECT unit_code, 'delivery_route', route FROM route_drivers
) AS there
WHERE coalesce(there.value, '') <> ''
"""


def upgrade() -> None:
    op.create_table('field_starts',
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('checked_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('field', name=op.f('pk_field_starts'))
    )
    op.create_table('field_gaps',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('unit_code', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('manager', sa.Text(), nullable=False),
    sa.Column('opened_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['unit_code'], ['units.code'], name=op.f('fk_field_gaps_unit_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_field_gaps'))
    )
    op.create_index(op.f('ix_field_gaps_unit_code_field_manager'), 'field_gaps', ['unit_code', 'field', 'manager'], unique=True, postgresql_where=sa.text('closed_at IS NULL'))
    op.create_table('list_entries',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('unit_code', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('value', sa.Text(), nullable=False),
    sa.Column('active', sa.Boolean(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('by_user', sa.UUID(), nullable=True),
    sa.Column('by_name', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['unit_code'], ['units.code'], name=op.f('fk_list_entries_unit_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_list_entries'))
    )
    op.create_index(op.f('ix_list_entries_unit_code_field_value_at'), 'list_entries', ['unit_code', 'field', 'value', 'at'], unique=False)
    op.execute("CREATE TRIGGER append_only_list_entries BEFORE UPDATE OR DELETE ON list_entries FOR EACH ROW EXECUTE FUNCTION append_only_rows('', '')")
    op.execute("CREATE TRIGGER append_only_list_entries_whole BEFORE TRUNCATE ON list_entries FOR EACH STATEMENT EXECUTE FUNCTION append_only_rows('', '')")
    op.execute(FILLED)


def downgrade() -> None:
    op.drop_index(op.f('ix_list_entries_unit_code_field_value_at'), table_name='list_entries')
    op.drop_table('list_entries')
    op.drop_index(op.f('ix_field_gaps_unit_code_field_manager'), table_name='field_gaps', postgresql_where=sa.text('closed_at IS NULL'))
    op.drop_table('field_gaps')
    op.drop_table('field_starts')
