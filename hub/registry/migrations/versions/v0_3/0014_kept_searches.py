"""Searches wait sealed for their addresses: no phone or ID number stands in one, and Back and reload work."""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('kept_searches',
    sa.Column('ticket_hash', sa.LargeBinary(), nullable=False),
    sa.Column('user_id', sa.UUID(), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['user_id'], ['users.id'], name=op.f('fk_kept_searches_user_id')),
    sa.PrimaryKeyConstraint('ticket_hash', name=op.f('pk_kept_searches'))
    )
    op.create_index(op.f('ix_kept_searches_expires_at'), 'kept_searches', ['expires_at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_kept_searches_expires_at'), table_name='kept_searches')
    op.drop_table('kept_searches')
