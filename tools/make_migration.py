"""Write a new migration from the difference between tables and database: python bench/make_migration.py 0002 words."""

import sys
import tempfile
from pathlib import Path

from alembic import command

from hub.registry import embedded, migrate
from hub.registry.session import Store

data = Path(tempfile.mkdtemp())
store = Store(embedded.start(data))
migrate.upgrade(store) if any((Path(migrate.__file__).parent / "migrations/versions").glob("*.py")) else None
config = migrate.configuration()
with store.engine.begin() as connection:
    config.attributes["connection"] = connection
    command.revision(config, " ".join(sys.argv[2:]), autogenerate=True, rev_id=sys.argv[1])
store.close()
embedded.stop(data)
