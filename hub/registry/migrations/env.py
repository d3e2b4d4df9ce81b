"""Alembic's entry: run the migrations on the connection that `migrate.upgrade` opened."""

from alembic import context

from hub.registry.schema import Base

context.configure(connection=context.config.attributes["connection"], target_metadata=Base.metadata, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
