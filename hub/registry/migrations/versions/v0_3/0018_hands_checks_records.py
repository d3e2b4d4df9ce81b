"""Requests handed to other posts, changed phones watched and checked, hand-ins confirmed, spot checks of fields."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None
# Who was on the list had changed twice: checked within a week from now on.
CHECK_SOON = "UPDATE watch_entries SET check_by = current_date + 7 WHERE cleared_at IS NULL"
# Whoever changed a phone in the last thirty days and was not on the list since is watched for the rest of them.
CHANGED_LATELY = """
INSERT INTO watch_entries (id, customer_id, unit_code, entered_at, reasons, level, until, check_by)
SELECT gen_random_uuid(), c.id, c.unit_code, max(p.at),
       jsonb_agg(jsonb_build_object('at', p.at, 'article', p.article, 'by', p.by_name) ORDER BY p.at),
       'changed', max(p.at)::date + 30, max(p.at)::date + 30
FROM phone_changes p JOIN customers c ON c.id = p.customer_id
WHERE p.at > now() - interval '30 days'
  AND NOT EXISTS (SELECT 1 FROM watch_entries w WHERE w.customer_id = c.id
                  AND (w.cleared_at IS NULL OR w.cleared_at > p.at))
GROUP BY c.id, c.unit_code
"""


def upgrade() -> None:
    op.create_table('watch_terms',
    sa.Column('unit_code', sa.Text(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('by_name', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['unit_code'], ['units.code'], name=op.f('fk_watch_terms_unit_code')),
    sa.PrimaryKeyConstraint('unit_code', name=op.f('pk_watch_terms'))
    )
    op.create_table('spot_checks',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.UUID(), nullable=False),
    sa.Column('unit_code', sa.Text(), nullable=False),
    sa.Column('field', sa.Text(), nullable=False),
    sa.Column('correct', sa.Boolean(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('note', sa.Text(), nullable=False),
    sa.Column('typed_by', sa.UUID(), nullable=True),
    sa.Column('typed_by_name', sa.Text(), nullable=False),
    sa.Column('typed_post', sa.Text(), nullable=False),
    sa.Column('by_user', sa.UUID(), nullable=True),
    sa.Column('by_name', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_spot_checks_customer_id')),
    sa.ForeignKeyConstraint(['unit_code'], ['units.code'], name=op.f('fk_spot_checks_unit_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_spot_checks'))
    )
    op.create_index(op.f('ix_spot_checks_at'), 'spot_checks', ['at'], unique=False)
    op.create_index(op.f('ix_spot_checks_customer_id'), 'spot_checks', ['customer_id'], unique=False)
    op.create_table('request_hands',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('task_id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.UUID(), nullable=False),
    sa.Column('unit_code', sa.Text(), nullable=False),
    sa.Column('from_post', sa.Text(), nullable=False),
    sa.Column('to_post', sa.Text(), nullable=False),
    sa.Column('why', sa.Text(), nullable=False),
    sa.Column('by_user', sa.UUID(), nullable=True),
    sa.Column('by_name', sa.Text(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answer_why', sa.Text(), nullable=True),
    sa.Column('answered_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('answered_by_name', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_request_hands_customer_id')),
    sa.ForeignKeyConstraint(['task_id'], ['tasks.id'], name=op.f('fk_request_hands_task_id')),
    sa.ForeignKeyConstraint(['unit_code'], ['units.code'], name=op.f('fk_request_hands_unit_code')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_request_hands'))
    )
    op.create_index(op.f('ix_request_hands_customer_id'), 'request_hands', ['customer_id'], unique=False)
    op.create_index(op.f('ix_request_hands_task_id'), 'request_hands', ['task_id'], unique=False)
    op.create_index('uq_request_hands_open', 'request_hands', ['task_id'], unique=True, postgresql_where=sa.text('answered_at IS NULL'))
    op.create_table('watch_checks',
    sa.Column('id', sa.UUID(), nullable=False),
    sa.Column('watch_id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.UUID(), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('by_name', sa.Text(), nullable=False),
    sa.Column('post', sa.Text(), nullable=False),
    sa.Column('way', sa.Text(), nullable=False),
    sa.Column('amiss', sa.Boolean(), nullable=False),
    sa.Column('finding', sa.Text(), nullable=False),
    sa.Column('done', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_watch_checks_customer_id')),
    sa.ForeignKeyConstraint(['watch_id'], ['watch_entries.id'], name=op.f('fk_watch_checks_watch_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_watch_checks'))
    )
    op.create_index(op.f('ix_watch_checks_customer_id'), 'watch_checks', ['customer_id'], unique=False)
    op.create_index(op.f('ix_watch_checks_watch_id'), 'watch_checks', ['watch_id'], unique=False)
    op.add_column('hand_ins', sa.Column('id', sa.UUID(), nullable=False, server_default=sa.text('gen_random_uuid()')))
    op.alter_column('hand_ins', 'id', server_default=None)
    op.drop_constraint('pk_hand_ins', 'hand_ins', type_='primary')
    op.create_primary_key('pk_hand_ins', 'hand_ins', ['id'])
    op.add_column('hand_ins', sa.Column('application_id', sa.UUID(), nullable=True))
    op.add_column('hand_ins', sa.Column('by_user', sa.UUID(), nullable=True))
    op.add_column('hand_ins', sa.Column('confirmed_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('hand_ins', sa.Column('confirmed_by_name', sa.Text(), nullable=True))
    op.add_column('hand_ins', sa.Column('declined_at', sa.DateTime(timezone=True), nullable=True))
    op.add_column('hand_ins', sa.Column('declined_by_name', sa.Text(), nullable=True))
    op.add_column('hand_ins', sa.Column('declined_why', sa.Text(), nullable=True))
    op.alter_column('hand_ins', 'evidence_id',
               existing_type=sa.UUID(),
               nullable=True)
    op.execute('DROP TRIGGER append_only_hand_ins ON hand_ins')
    op.execute(
        'CREATE TRIGGER append_only_hand_ins BEFORE UPDATE OR DELETE ON hand_ins FOR EACH ROW EXECUTE FUNCTION '
        "append_only_rows('confirmed_at,confirmed_by_name,declined_at,declined_by_name,declined_why', '')"
    )
    op.create_index('uq_hand_ins_application', 'hand_ins', ['application_id'], unique=True, postgresql_where=sa.text('declined_at IS NULL'))
    op.create_index('uq_hand_ins_evidence', 'hand_ins', ['evidence_id'], unique=True, postgresql_where=sa.text('declined_at IS NULL'))
    op.create_foreign_key(op.f('fk_hand_ins_application_id'), 'hand_ins', 'applications', ['application_id'], ['id'])
    op.add_column('watch_entries', sa.Column('until', sa.Date(), nullable=True))
    op.add_column('watch_entries', sa.Column('check_by', sa.Date(), nullable=True))
    op.add_column('watch_entries', sa.Column('level', sa.Text(), nullable=False, server_default='often'))
    op.alter_column('watch_entries', 'level', server_default=None)
    op.execute(CHECK_SOON)
    op.execute(CHANGED_LATELY)
    op.execute("CREATE TRIGGER append_only_request_hands BEFORE UPDATE OR DELETE ON request_hands FOR EACH ROW EXECUTE FUNCTION append_only_rows('answer,answer_why,answered_at,answered_by_name', '')")
    op.execute("CREATE TRIGGER append_only_request_hands_whole BEFORE TRUNCATE ON request_hands FOR EACH STATEMENT EXECUTE FUNCTION append_only_rows('', '')")
    op.execute("CREATE TRIGGER append_only_watch_checks BEFORE UPDATE OR DELETE ON watch_checks FOR EACH ROW EXECUTE FUNCTION append_only_rows('', '')")
    op.execute("CREATE TRIGGER append_only_watch_checks_whole BEFORE TRUNCATE ON watch_checks FOR EACH STATEMENT EXECUTE FUNCTION append_only_rows('', '')")
    op.execute("CREATE TRIGGER append_only_spot_checks BEFORE UPDATE OR DELETE ON spot_checks FOR EACH ROW EXECUTE FUNCTION append_only_rows('', '')")
    op.execute("CREATE TRIGGER append_only_spot_checks_whole BEFORE TRUNCATE ON spot_checks FOR EACH STATEMENT EXECUTE FUNCTION append_only_rows('', '')")


def downgrade() -> None:
    op.drop_column('watch_entries', 'check_by')
    op.drop_column('watch_entries', 'until')
    op.drop_column('watch_entries', 'level')
    op.drop_constraint(op.f('fk_hand_ins_application_id'), 'hand_ins', type_='foreignkey')
    op.drop_index('uq_hand_ins_evidence', table_name='hand_ins', postgresql_where=sa.text('declined_at IS NULL'))
    op.drop_index('uq_hand_ins_application', table_name='hand_ins', postgresql_where=sa.text('declined_at IS NULL'))
    op.execute('DROP TRIGGER append_only_hand_ins ON hand_ins')
    # Without an id a paper has one hand-in, and a record none.
    op.execute('DELETE FROM hand_ins WHERE evidence_id IS NULL OR declined_at IS NOT NULL')
    op.drop_constraint('pk_hand_ins', 'hand_ins', type_='primary')
    op.drop_column('hand_ins', 'id')
    op.alter_column('hand_ins', 'evidence_id',
               existing_type=sa.UUID(),
               nullable=False)
    op.drop_column('hand_ins', 'declined_why')
    op.drop_column('hand_ins', 'declined_by_name')
    op.drop_column('hand_ins', 'declined_at')
    op.drop_column('hand_ins', 'confirmed_by_name')
    op.drop_column('hand_ins', 'confirmed_at')
    op.drop_column('hand_ins', 'by_user')
    op.drop_column('hand_ins', 'application_id')
    op.drop_index(op.f('ix_watch_checks_watch_id'), table_name='watch_checks')
    op.drop_index(op.f('ix_watch_checks_customer_id'), table_name='watch_checks')
    op.drop_table('watch_checks')
    op.drop_index('uq_request_hands_open', table_name='request_hands', postgresql_where=sa.text('answered_at IS NULL'))
    op.drop_index(op.f('ix_request_hands_task_id'), table_name='request_hands')
    op.drop_index(op.f('ix_request_hands_customer_id'), table_name='request_hands')
    op.drop_table('request_hands')
    op.drop_index(op.f('ix_spot_checks_customer_id'), table_name='spot_checks')
    op.drop_index(op.f('ix_spot_checks_at'), table_name='spot_checks')
    op.drop_table('spot_checks')
    op.drop_table('watch_terms')
    op.create_primary_key('pk_hand_ins', 'hand_ins', ['evidence_id'])
    op.execute(
        'CREATE TRIGGER append_only_hand_ins BEFORE UPDATE OR DELETE ON hand_ins '
        "FOR EACH ROW EXECUTE FUNCTION append_only_rows('', '')"
    )
