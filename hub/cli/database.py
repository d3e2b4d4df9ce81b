"""db: upgrade, status, stop."""

import typer

from hub.engine import database
from hub.registry import migrate
from hub.registry.data_folder.at_work import at_work
from hub.registry.database import embedded
from hub.registry.session import Store
from hub.settings import settings

from .acting import require_hub
from .screen import say

app = typer.Typer(help="The database.", no_args_is_help=True)


@app.command()
def upgrade() -> None:
    """Bring the schema to this code's version and grant the application's role what it needs, as the owner."""
    with at_work(settings().data):
        where = database.addresses(settings())
        old, new = database.prepare(where)
        say(f"schema {new}, nothing to do" if old == new else f"schema {old or 'empty'} → {new}")
        database.open_store(where, upgrade=False).close()
    say("the application's role owns nothing and has just what it needs")


@app.command()
def status() -> None:
    """The schema's version and this code's."""
    require_hub(settings())
    with at_work(settings().data):
        where = database.addresses(settings())
        # As the owner if there is one: before the first upgrade the application's role may read nothing.
        store = Store(where.owner or where.application)
        try:
            current, newest = migrate.status(store)
        finally:
            store.close()
    say(f"schema {current or 'empty'}, code {newest}" + ("" if current == newest else ": run partnerhub db upgrade"))


@app.command()
def stop() -> None:
    """Stop the embedded server of the data folder."""
    say("stopped" if embedded.stop(settings().data) else "there is no embedded server here")
