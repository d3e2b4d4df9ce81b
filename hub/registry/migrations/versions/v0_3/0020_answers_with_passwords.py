"""Answers to calls that made a user held the one-time password and are no longer kept; old answers of all callers expire."""

from alembic import op

revision = '0020'
down_revision = '0019'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("DELETE FROM idempotency_keys WHERE operation = 'staff.create_user'")
    op.create_index(op.f('ix_idempotency_keys_at'), 'idempotency_keys', ['at'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_idempotency_keys_at'), table_name='idempotency_keys')
