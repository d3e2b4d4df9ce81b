"""list sizes: the application may have the tables of lists analysed, which their owner alone can."""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    schema = op.get_bind().scalar(sa.text("SELECT quote_ident(current_schema())"))
    op.execute(f'''
CREATE FUNCTION know_list_sizes() RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp
AS $$ BEGIN ANALYZE {schema}.twins, {schema}.devices, {schema}.agreements; END $$
''')
    op.execute('REVOKE ALL ON FUNCTION know_list_sizes() FROM PUBLIC')


def downgrade() -> None:
    op.execute('DROP FUNCTION know_list_sizes()')
