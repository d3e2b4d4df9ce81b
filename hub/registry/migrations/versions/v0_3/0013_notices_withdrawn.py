"""Notices that ceased to be true are withdrawn; those of accounts that ended long ago are, without anybody being told."""

import sqlalchemy as sa
from alembic import op

revision = '0013'
down_revision = '0012'
branch_labels = None
depends_on = None

OVER = """
UPDATE notices n SET withdrawn_at = now() FROM asks k JOIN accounts a ON a.id = k.subject_id
WHERE n.kind = 'pay_electronically' AND n.told_at IS NOT NULL AND k.key = n.details->>'ask' AND a.state IN ('ended', 'refused')
"""


def upgrade() -> None:
    op.add_column('notices', sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True))
    op.execute(OVER)


def downgrade() -> None:
    op.drop_column('notices', 'withdrawn_at')
