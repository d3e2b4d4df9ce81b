"""Passwords are no longer marked, as equal marks told who uses the same one; who was shown an API token, as far as known."""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None
COLLECTED = """
UPDATE api_tokens SET shown_to = asked.asked_by
FROM access_requests asked
WHERE asked.kind = 'token' AND asked.state = 'done' AND asked.user_id = api_tokens.user_id
  AND asked.details ->> 'name' = api_tokens.name AND asked.taken_by_name = api_tokens.made_by_name
  AND api_tokens.made_at BETWEEN asked.taken_at - interval '1 minute' AND asked.taken_at + interval '1 minute'
"""


def upgrade() -> None:
    op.drop_index(op.f('ix_users_password_mark'), table_name='users')
    op.drop_column('users', 'password_mark')
    op.add_column('api_tokens', sa.Column('shown_to', sa.UUID(), nullable=True))
    op.create_index(op.f('ix_api_tokens_shown_to'), 'api_tokens', ['shown_to'], unique=False)
    op.execute(COLLECTED)


def downgrade() -> None:
    op.drop_index(op.f('ix_api_tokens_shown_to'), table_name='api_tokens')
    op.drop_column('api_tokens', 'shown_to')
    op.add_column('users', sa.Column('password_mark', sa.LargeBinary(), nullable=True))
    op.create_index(op.f('ix_users_password_mark'), 'users', ['password_mark'], unique=False)
