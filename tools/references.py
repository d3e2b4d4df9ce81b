"""The reference of settings and of commands, made from the code: `python tools/references.py` writes both pages anew."""

import re
from pathlib import Path
from typing import Any

import typer.main

from hub.cli import app
from hub.settings import HubSettings

ROOT = Path(__file__).parent.parent
SETTINGS, COMMANDS = ROOT / "docs" / "settings.md", ROOT / "docs" / "commands.md"
PREFIX = HubSettings.model_config["env_prefix"]


def settings_page() -> str:
    """Every setting of an installation with its default and meaning."""
    lines = [
        "# Settings of an installation",
        "",
        "Read once from the environment when a command starts. Made by `python tools/references.py`; do not edit.",
        "",
        "| variable | default | meaning |",
        "|---|---|---|",
    ]
    for name, field in HubSettings.model_fields.items():
        default = "none" if field.default is None else f"`{field.default}`" if field.default != "" else "empty"
        lines.append(f"| `{PREFIX}{name.upper()}` | {default} | {_cell(field.description or '')} |")
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Every command with its arguments and options."""
    lines = [
        "# Commands",
        "",
        "`partnerhub COMMAND --help` says the same. Made by `python tools/references.py`; do not edit.",
        "",
        "Exit codes: 0 done, 1 refused or not whole, 2 wrong usage, 3 the installation cannot be used (the message says why).",
    ]
    return "\n".join(lines + list(_commands(typer.main.get_command(app), "partnerhub"))) + "\n"


def _commands(command: Any, path: str) -> list[str]:
    """A command's chapter, or those of all commands of a group. (Typer brings a click of its own, so no isinstance.)"""
    if hasattr(command, "list_commands"):
        inner = {name: command.get_command(None, name) for name in command.list_commands(None)}
        return [line for name in inner for line in _commands(inner[name], f"{path} {name}")]
    arguments = [known.name.upper() for known in command.params if known.param_type_name == "argument"]
    lines = ["", f"## `{' '.join([path, *arguments])}`", "", _plain(command.help or "")]
    options = [known for known in command.params if known.param_type_name == "option" and not known.hidden]
    if options:
        lines += ["", "| option | meaning |", "|---|---|"]
        lines += [f"| `{', '.join(known.opts)}` | {_cell(known.help or '')} |" for known in options]
    return lines


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


if __name__ == "__main__":
    SETTINGS.write_text(settings_page(), encoding="utf-8")
    COMMANDS.write_text(commands_page(), encoding="utf-8")
