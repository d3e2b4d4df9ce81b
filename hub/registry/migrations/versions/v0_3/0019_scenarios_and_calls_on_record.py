"""A scenario's trigger, deadline, criteria and record; why no meeting is called; calls tried; orders missed; whose reason."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('call_tries',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.UUID(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('reached', sa.Boolean(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_name', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_call_tries_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_call_tries'))
    )
    op.create_index(op.f('ix_call_tries_customer_id_at'), 'call_tries', ['customer_id', 'at'], unique=False)
    op.create_table('missed_orders',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.UUID(), nullable=False),
    sa.Column('order_on', sa.Date(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_name', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_missed_orders_customer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_missed_orders'))
    )
    op.create_index('uq_missed_orders', 'missed_orders', ['customer_id', 'order_on'], unique=True)
    op.create_table('scenario_records',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('scenario_id', sa.UUID(), nullable=False),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_name', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('meeting_id', sa.UUID(), nullable=True),
    sa.Column('figures', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.CheckConstraint("kind IN ('run', 'meeting', 'applied', 'correction', 'upkeep', 'reversed')", name=op.f('ck_scenario_records_kind_known')),
    sa.ForeignKeyConstraint(['meeting_id'], ['route_meetings.id'], name=op.f('fk_scenario_records_meeting_id')),
    sa.ForeignKeyConstraint(['scenario_id'], ['route_scenarios.id'], name=op.f('fk_scenario_records_scenario_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_scenario_records'))
    )
    op.create_index(op.f('ix_scenario_records_scenario_id_at'), 'scenario_records', ['scenario_id', 'at'], unique=False)
    op.create_index('uq_scenario_records_meeting', 'scenario_records', ['scenario_id', 'meeting_id'], unique=True)
    op.add_column('applications', sa.Column('no_meeting', sa.Text(), nullable=True))
    op.add_column('outages', sa.Column('lasting', sa.Boolean(), nullable=True))
    op.add_column('permit_members', sa.Column('reason_by_name', sa.Text(), nullable=True))
    op.add_column('route_scenarios', sa.Column('trigger', sa.Text(), nullable=True))
    op.add_column('route_scenarios', sa.Column('upkeep_by', sa.Date(), nullable=True))
    op.add_column('route_scenarios', sa.Column('judged', postgresql.JSONB(astext_type=sa.Text()), nullable=True))
    op.execute("CREATE TRIGGER append_only_scenario_records BEFORE UPDATE OR DELETE ON scenario_records FOR EACH ROW EXECUTE FUNCTION append_only_rows('figures', '')")
    op.execute("CREATE TRIGGER append_only_scenario_records_whole BEFORE TRUNCATE ON scenario_records FOR EACH STATEMENT EXECUTE FUNCTION append_only_rows('', '')")
    op.execute("CREATE TRIGGER append_only_call_tries BEFORE UPDATE OR DELETE ON call_tries FOR EACH ROW EXECUTE FUNCTION append_only_rows('', '')")
    op.execute("CREATE TRIGGER append_only_call_tries_whole BEFORE TRUNCATE ON call_tries FOR EACH STATEMENT EXECUTE FUNCTION append_only_rows('', '')")
    op.execute("CREATE TRIGGER append_only_missed_orders BEFORE UPDATE OR DELETE ON missed_orders FOR EACH ROW EXECUTE FUNCTION append_only_rows('', '')")
    op.execute("CREATE TRIGGER append_only_missed_orders_whole BEFORE TRUNCATE ON missed_orders FOR EACH STATEMENT EXECUTE FUNCTION append_only_rows('', '')")


def downgrade() -> None:
    op.drop_column('route_scenarios', 'judged')
    op.drop_column('route_scenarios', 'upkeep_by')
    op.drop_column('route_scenarios', 'trigger')
    op.drop_column('permit_members', 'reason_by_name')
    op.drop_column('outages', 'lasting')
    op.drop_column('applications', 'no_meeting')
    op.drop_index('uq_scenario_records_meeting', table_name='scenario_records')
    op.drop_index(op.f('ix_scenario_records_scenario_id_at'), table_name='scenario_records')
    op.drop_table('scenario_records')
    op.drop_index('uq_missed_orders', table_name='missed_orders')
    op.drop_table('missed_orders')
    op.drop_index(op.f('ix_call_tries_customer_id_at'), table_name='call_tries')
    op.drop_table('call_tries')
