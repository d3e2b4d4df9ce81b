"""The command as a person starts it: the script that was installed, and `python -m hub.cli`, without anything loaded."""

import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from hub import __version__, cli

from .conftest import Command

SCRIPT = Path(sys.executable).parent / "partnerhub"
LOADS = "import sys; sys.argv = {words}; from hub.cli import main\ntry: main()\nfinally: print(*sys.modules)"


def started(call: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(call, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize(
    ("words", "code"),
    [(["db", "status"], 0), (["users", "list", "--as", "nobody"], 1), (["no-such-command"], 2)],
)
def test_the_installed_script_answers_as_the_loaded_command_does(
    words: list[str], code: int, command: Command, environment: dict[str, str]
) -> None:
    chosen = environment | {"PARTNERHUB_PASSWORD": "not-this-one-99"}
    script, loaded = started([str(SCRIPT), *words], chosen), command(*words, PARTNERHUB_PASSWORD="not-this-one-99")
    assert (script.returncode, script.stdout) == (code, loaded.stdout)
    assert loaded.returncode == code and script.stderr.splitlines()[-2:] == loaded.stderr.splitlines()[-2:]


def test_a_database_that_is_not_there_ends_with_three(environment: dict[str, str]) -> None:
    chosen = environment | {"PARTNERHUB_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    done = started([sys.executable, "-m", "hub.cli", "db", "status"], chosen)
    assert done.returncode == 3 and "cannot be reached" in done.stderr and "Traceback" not in done.stderr


def test_a_command_loads_what_it_needs_alone(environment: dict[str, str], tmp_path: Path) -> None:
    """The demo starts five partners by the command; each loaded the whole hub, three seconds of a processor."""
    words = ["partnerhub", "simulator", "no-such-partner"]
    done = started([sys.executable, "-c", LOADS.format(words=words)], environment)
    loaded = set(done.stdout.split())
    assert "hub.cli.playing" in loaded
    assert not loaded & {"fastapi", "sqlalchemy", "alembic", "procrastinate", "hub.server", "hub.operations"}


@pytest.mark.parametrize("words", [["--help"], []])
def test_the_list_of_commands_loads_none_of_them(words: list[str], environment: dict[str, str]) -> None:
    """Loading all of them took some four seconds of a processor, for a list that stands in one file."""
    done = started([sys.executable, "-c", LOADS.format(words=["partnerhub", *words])], environment)
    assert "Every operation of the table" in done.stdout
    modules = set(done.stdout.splitlines()[-1].split())
    assert not modules & {"fastapi", "starlette", "sqlalchemy", "alembic", "psycopg", "procrastinate", "hub.operations"}
    assert not {f"hub.cli.{module}" for module in cli.COMMANDS.values()} & modules


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_the_list_says_of_a_command_what_the_command_says_of_itself(name: str) -> None:
    command = get_command(cli.app).get_command(None, name)
    assert command.name == name
    first = (command.help or "").split("\n\n")[0]
    assert cli.HELP[name] == " ".join(first.split())


def test_the_version_is_told(command: Command) -> None:
    asked = command("--version")
    assert (asked.returncode, asked.stdout) == (0, f"partnerhub {__version__}\n"), asked.stderr
