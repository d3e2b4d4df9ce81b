"""What a person types: one file per command or group of commands."""

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from hub.domain.plain_text import refuse_unwritable
from hub.domain.refusals import Refusal, Unusable
from hub.lazy import load
from hub.logs import catch_the_rest, configure
from hub.settings import settings

from .screen import complain, say_no

# Each command's file. Only that of the command typed is loaded: some bring the whole hub with them, which takes seconds.
COMMANDS = {
    "customers": "customers",
    "asks": "asks",
    "channel": "channels",
    "plugin": "plugins",
    "operation": "operations",
    "users": "users",
    "access": "access",
    "audit": "audit",
    "db": "database",
    "demo": "demo",
    "serve": "serving",
    "worker": "working",
    "simulator": "playing",
}


class Commands(TyperGroup):
    """The commands by name."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        command = typer.main.get_command(load(f"hub.cli.{COMMANDS[cmd_name]}").app)
        command.name = cmd_name
        return command


app = typer.Typer(
    name="partnerhub",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


@app.callback()
def partnerhub() -> None:
    """Licensed retailers, and their accounts, agreements and devices at banks and carriers."""


# Exit codes beside 0 (done) and 2 (typer's own: wrong usage).
REFUSED, UNUSABLE = 1, 3


def main() -> None:
    """Run one command; a refusal ends with 1, an installation that cannot be used with 3."""
    configure(settings().log_level)
    catch_the_rest()
    try:
        for word in sys.argv[1:]:
            refuse_unwritable(("命令", "The command"), word)
        app()
    except Refusal as refusal:
        say_no(refusal)
        sys.exit(REFUSED)
    except Unusable as unusable:
        complain(str(unusable))
        sys.exit(UNUSABLE)
