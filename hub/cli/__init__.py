"""What a person types: one file per group of commands."""

import sys

import typer

from hub.domain.plain_text import refuse_unwritable
from hub.domain.refusals import Refusal
from hub.logs import catch_the_rest, configure
from hub.plugin.sm import Unsound
from hub.registry.session import StoreUnusable
from hub.server import CannotListen
from hub.settings import settings

from . import access, asks, audit, channels, customers, database, demo, operations, playing, plugins, running, users
from .screen import complain, say_no

app = typer.Typer(
    name="partnerhub",
    help="Licensed retailers, and their accounts, agreements and devices at banks and carriers.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.add_typer(customers.app, name="customers")
app.add_typer(asks.app, name="asks")
app.add_typer(channels.app, name="channel")
app.add_typer(plugins.app, name="plugin")
app.add_typer(operations.app, name="operation")
app.add_typer(users.app, name="users")
app.add_typer(access.app, name="access")
app.add_typer(audit.app, name="audit")
app.add_typer(database.app, name="db")
app.command()(demo.demo)
app.command()(running.serve)
app.command()(running.worker)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(playing.simulator)

# Exit codes beside 0 (done) and 2 (typer's own: wrong usage).
REFUSED, UNUSABLE = 1, 3


def main() -> None:
    """Run one command; a refusal ends with 1, a database, ciphers or an address that cannot be used with 3."""
    configure(settings().log_level)
    catch_the_rest()
    try:
        for word in sys.argv[1:]:
            refuse_unwritable(("命令", "The command"), word)
        app()
    except Refusal as refusal:
        say_no(refusal)
        sys.exit(REFUSED)
    except (StoreUnusable, Unsound, CannotListen) as unusable:
        complain(str(unusable))
        sys.exit(UNUSABLE)
