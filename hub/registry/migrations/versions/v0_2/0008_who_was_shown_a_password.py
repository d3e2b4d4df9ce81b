"""Who was shown an account's one-time password, and who gave it each post: two people, from now on.

What was made before names nobody: it is not known, and was allowed.
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('users', sa.Column('password_shown_to', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('fk_users_password_shown_to_users'), 'users', 'users', ['password_shown_to'], ['id'])
    op.add_column('user_posts', sa.Column('granted_by', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('fk_user_posts_granted_by_users'), 'user_posts', 'users', ['granted_by'], ['id'])


def downgrade() -> None:
    op.drop_column('user_posts', 'granted_by')
    op.drop_column('users', 'password_shown_to')
