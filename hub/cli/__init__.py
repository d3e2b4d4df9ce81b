"""What a person types: one file per command or group of commands."""

import sys
from typing import Annotated, Any

import typer
from pydantic import ValidationError
from typer.core import TyperCommand, TyperGroup

from hub import __version__
from hub.domain.plain_text import refuse_unwritable
from hub.domain.refusals import Refusal, Unusable
from hub.lazy import load
from hub.logs import catch_the_rest, configure
from hub.settings import HubSettings, settings

from .screen import complain, say, say_no

# Each command's file. Only the file of the command typed is loaded: some import the whole hub, which takes seconds.
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
# What the list of commands says about each: the first sentence of its own help. A test compares the two, because the
# list is printed without loading them.
HELP = {
    "customers": "Customers (licensed retailers).",
    "asks": "What partners were asked for.",
    "channel": "Connections to partners.",
    "plugin": "Installed plugins.",
    "operation": "Every operation of the table, by its name.",
    "users": "Members of staff and their posts.",
    "access": "Requests that need a second person; passwords and tokens to collect.",
    "audit": "The audit trail.",
    "db": "The database.",
    "demo": "Import, bind, announce, doubt, differ, agree: the whole way against simulated partners, both ledgers compared.",
    "serve": "Console and API, with a worker inside. The first start makes the database and the two first administrators.",
    "worker": "Carry asks to partners until SIGTERM. Any number on any number of machines.",
    "simulator": "Play a partner: its simulator in a process of its own; what follows the name is passed on.",
}


class Listed(TyperGroup):
    """The commands as the help lists them, without loading any."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command's name and first sentence."""
        return TyperCommand(cmd_name, help=HELP[cmd_name])


class Commands(TyperGroup):
    """The commands by name."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """The help; listing the commands loads none of them."""
        Listed(name=self.name, help=self.help, params=self.params).format_help(ctx, formatter)

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


def _tell_version(wanted: bool) -> None:
    if wanted:
        say(f"partnerhub {__version__}")
        raise typer.Exit


@app.callback()
def partnerhub(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="The version, and nothing else.")
    ] = False,
) -> None:
    """Licensed retailers, and their accounts, agreements and devices at banks and carriers."""


# Exit codes beside 0 (done) and 2 (typer's own: wrong usage).
REFUSED, UNUSABLE = 1, 3


class SettingsUnusable(Unusable):
    """A variable of the environment has a value that its setting cannot take."""

    def __init__(self, error: ValidationError) -> None:
        wrong = (f"PARTNERHUB_{'_'.join(map(str, line['loc'])).upper()}: {line['msg']}" for line in error.errors())
        super().__init__(f"A setting cannot be used. {'; '.join(wrong)}. docs/settings.md says what each may be.")


def _settings() -> HubSettings:
    try:
        return settings()
    except ValidationError as error:
        # `from None`: pydantic's own message would print the value, which may be a password.
        raise SettingsUnusable(error) from None


def main() -> None:
    """Run one command; a refusal ends with 1, an installation that cannot be used with 3."""
    catch_the_rest()
    try:
        configure(_settings().log_level)
        # Half a surrogate pair in an argument could be neither stored nor printed: refused before any command sees it.
        for word in sys.argv[1:]:
            refuse_unwritable(("命令", "The command"), word)
        app()
    except Refusal as refusal:
        say_no(refusal)
        sys.exit(REFUSED)
    except Unusable as unusable:
        complain(str(unusable))
        sys.exit(UNUSABLE)
