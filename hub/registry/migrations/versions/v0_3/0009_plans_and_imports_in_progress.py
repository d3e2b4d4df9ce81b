"""Planned bindings wait sealed, and the progress of imports is kept, where every server process sees them."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('import_progress',
    sa.Column('import_id', sa.UUID(), nullable=False),
    sa.Column('done', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('seen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('over', sa.Boolean(), nullable=False),
    sa.Column('refusal', postgresql.JSONB(astext_type=sa.Text()), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['import_runs.id'], name=op.f('fk_import_progress_import_id')),
    sa.PrimaryKeyConstraint('import_id', name=op.f('pk_import_progress'))
    )
    op.create_table('pending_bindings',
    sa.Column('ticket_hash', sa.LargeBinary(), nullable=False),
    sa.Column('user_id', sa.UUID(), nullable=False),
    sa.Column('customer_id', sa.UUID(), nullable=False),
    sa.Column('request_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['customer_id'], ['customers.id'], name=op.f('fk_pending_bindings_customer_id')),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_pending_bindings_user_id')),
    sa.PrimaryKeyConstraint('ticket_hash', name=op.f('pk_pending_bindings'))
    )
    op.create_index(op.f('ix_pending_bindings_expires_at'), 'pending_bindings', ['expires_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_pending_bindings_expires_at'), table_name='pending_bindings')
    op.drop_table('pending_bindings')
    op.drop_table('import_progress')
