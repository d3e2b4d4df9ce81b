"""Alembic's entry: run the migrations on the connection that `migrate.upgrade` opened."""

from typing import Any, Literal

from alembic import context

from hub.registry.schema import Base
from hub.registry.schema.words import FreeJson, FreeList, FreeText

STORED = {FreeText: "sa.Text()", FreeJson: "postgresql.JSONB()", FreeList: "postgresql.ARRAY(sa.Text())"}


def as_stored(kind: str, item: Any, _: Any) -> str | Literal[False]:
    """A new migration names what the database has, not the type that redacts."""
    return STORED.get(type(item), False) if kind == "type" else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    compare_type=True,
    render_item=as_stored,
)
# No transaction of its own: the connection is in that of `migrate.upgrade`, with its lock.
with context.begin_transaction():
    context.run_migrations()
