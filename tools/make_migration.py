"""Write a new migration from the difference between tables and database: python tools/make_migration.py 0002 words."""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.operations.ops import ExecuteSQLOp, MigrationScript
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from hub.registry import migrate
from hub.registry.database import embedded
from hub.registry.schema import append_only
from hub.registry.session import Store


def with_triggers(context: MigrationContext, _: object, directives: list[MigrationScript]) -> None:
    """Alembic does not see triggers: those that keep rows as they were written, and are not there yet, come last."""
    present = context.connection.scalars(text("SELECT tgname FROM pg_trigger WHERE tgname LIKE 'append\\_only\\_%'"))
    for statement in append_only.statements(present.all()):
        directives[0].upgrade_ops.ops.append(ExecuteSQLOp(statement))
        if statement == append_only.FUNCTION:
            directives[0].downgrade_ops.ops.append(ExecuteSQLOp(f"DROP FUNCTION {append_only.PREFIX}rows()"))


versions = Path(migrate.__file__).parent / "migrations" / "versions"
if there := sorted(path.name for path in versions.rglob(f"{sys.argv[1]}_*.py")):
    sys.exit(f"{there[0]} is there already, and a migration is never written over: give the next number")
data = Path(tempfile.mkdtemp())
store = Store(embedded.start(data))
migrate.upgrade(store) if any(versions.rglob("*.py")) else None
config = migrate.configuration()
with store.engine.begin() as connection:
    config.attributes["connection"] = connection
    command.revision(
        config,
        " ".join(sys.argv[2:]),
        autogenerate=True,
        rev_id=sys.argv[1],
        version_path=str(max(versions.glob("v*"))),
        process_revision_directives=with_triggers,
    )
store.close()
embedded.stop(data)
