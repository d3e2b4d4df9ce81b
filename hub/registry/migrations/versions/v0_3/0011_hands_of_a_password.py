"""Hands of a password: who was shown it, and who could act as that account at that moment, not who can today."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

# What the links tell today is the best that is known of earlier moments. UNION ends where links go round.
HANDS = """
WITH RECURSIVE hands (user_id, hand) AS (
    SELECT id, password_shown_to FROM users WHERE password_shown_to IS NOT NULL
    UNION
    SELECT hands.user_id, users.password_shown_to FROM hands JOIN users ON users.id = hands.hand
    WHERE users.password_shown_to IS NOT NULL
)
UPDATE users SET password_hands = known.hands
FROM (SELECT user_id, array_agg(hand ORDER BY hand) AS hands FROM hands GROUP BY user_id) AS known
WHERE users.id = known.user_id
"""


def upgrade() -> None:
    hands: sa.Column[list[str]] = sa.Column('password_hands', postgresql.ARRAY(sa.Uuid()), nullable=False, server_default='{}')
    op.add_column('users', hands)
    op.execute(HANDS)
    op.alter_column('users', 'password_hands', server_default=None)
    op.drop_constraint(op.f('fk_users_password_shown_to_users'), 'users', type_='foreignkey')
    op.drop_column('users', 'password_shown_to')


def downgrade() -> None:
    op.add_column('users', sa.Column('password_shown_to', sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f('fk_users_password_shown_to_users'), 'users', 'users', ['password_shown_to'], ['id'])
    op.execute('UPDATE users SET password_shown_to = password_hands[1]')
    op.drop_column('users', 'password_hands')
