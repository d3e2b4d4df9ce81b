"""Serials of attempts, which word of a bank's made us ask what is in force, and in which charset messages are."""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('asks', sa.Column('evidence', sa.Text()))
    op.add_column('attempts', sa.Column('sent_key', sa.Text()))
    op.add_column('exchanges', sa.Column('charset', sa.Text()))
    op.add_column('exchanges', sa.Column('reply_charset', sa.Text()))
    filled_later('tries,sent,status,reply_sealed,reply_charset,answered_at,elapsed_ms')


def downgrade() -> None:
    filled_later('tries,sent,status,reply_sealed,answered_at,elapsed_ms')
    op.drop_column('exchanges', 'reply_charset')
    op.drop_column('exchanges', 'charset')
    op.drop_column('attempts', 'sent_key')
    op.drop_column('asks', 'evidence')


def filled_later(columns: str) -> None:
    # The trigger of a table whose rows are written once names the columns that an answer fills in.
    op.execute('DROP TRIGGER append_only_exchanges ON exchanges')
    op.execute(
        'CREATE TRIGGER append_only_exchanges BEFORE UPDATE OR DELETE ON exchanges '
        f"FOR EACH ROW EXECUTE FUNCTION append_only_rows('{columns}', '')"
    )
