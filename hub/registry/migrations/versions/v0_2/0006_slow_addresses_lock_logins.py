"""Addresses are slowed, logins are locked by their own failures.

What was counted before is forgotten: at worst somebody has five more tries once.
"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('sign_in_tries',
    sa.Column('counter', sa.LargeBinary(), nullable=False),
    sa.Column('login', sa.LargeBinary(), nullable=False),
    sa.Column('failed', sa.Integer(), nullable=False),
    sa.Column('failed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('counter', name=op.f('pk_sign_in_tries'))
    )
    op.create_index(op.f('ix_sign_in_tries_failed_at'), 'sign_in_tries', ['failed_at'], unique=False)
    op.create_index(op.f('ix_sign_in_tries_login'), 'sign_in_tries', ['login'], unique=False)
    op.execute('DELETE FROM address_tries')
    op.drop_column('address_tries', 'locked_until')
    op.add_column('address_tries', sa.Column('failed_at', sa.DateTime(timezone=True), nullable=False))
    op.add_column('address_tries', sa.Column('told_at', sa.DateTime(timezone=True), nullable=True))
    op.alter_column('address_tries', 'failed', existing_type=sa.Integer(), type_=sa.Float(), existing_nullable=False)
    op.drop_column('users', 'locked_until')
    op.drop_column('users', 'failed_logins')


def downgrade() -> None:
    op.add_column('users', sa.Column('failed_logins', sa.Integer(), nullable=False, server_default='0'))
    op.alter_column('users', 'failed_logins', server_default=None)
    op.add_column('users', sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True))
    op.execute('DELETE FROM address_tries')
    op.alter_column('address_tries', 'failed', existing_type=sa.Float(), type_=sa.Integer(), existing_nullable=False)
    op.drop_column('address_tries', 'told_at')
    op.drop_column('address_tries', 'failed_at')
    op.add_column('address_tries', sa.Column('locked_until', sa.DateTime(timezone=True), nullable=True))
    op.drop_index(op.f('ix_sign_in_tries_login'), table_name='sign_in_tries')
    op.drop_index(op.f('ix_sign_in_tries_failed_at'), table_name='sign_in_tries')
    op.drop_table('sign_in_tries')
