"""simulator: partners to practise with, one or all, each in a process of its own."""

import contextlib
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable
from importlib.metadata import entry_points
from pathlib import Path
from typing import IO, Annotated

import typer

from hub.channels.host import GROUP

from .screen import complain, say

Child = subprocess.Popen[str]
ALL = "all"


app = typer.Typer(add_completion=False)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def simulator(
    context: typer.Context, plugin: Annotated[str, typer.Argument(help="Name of an installed plugin, or all.")]
) -> None:
    """Play a partner: its simulator in a process of its own; what follows the name is passed on.

    With “all” each plays on its own port, in a folder of its own under --data, with callbacks to its own path under
    --callback-url; each line begins with the partner's name.
    """
    entry = {point.name: point.module for point in entry_points(group=GROUP)}
    if plugin != ALL and plugin not in entry:
        complain(f"No plugin is called {plugin}. Installed: {', '.join(sorted(entry)) or 'none'}, or all of them: all.")
        raise typer.Exit(2)
    if plugin != ALL:
        raise typer.Exit(play([start(entry[plugin], context.args)]))
    chosen = {name: own_options(context.args, name) for name in sorted(entry)}
    raise typer.Exit(play_named({name: start(entry[name], args, heard=True) for name, args in chosen.items()}))


def start(module: str, args: list[str], *, heard: bool = False) -> Child:
    """One partner's process; its first line says where it listens. `heard`: its lines are read here."""
    into = subprocess.PIPE if heard else None
    command = [sys.executable, "-m", f"{module}.simulator", *args]
    return subprocess.Popen(command, stdout=into, stderr=into, text=True, encoding="utf-8", errors="replace")


def play(running: Iterable[Child]) -> int:
    """Wait for them all, and end them when told to; returns the largest exit code."""
    children = list(running)
    signal.signal(signal.SIGTERM, lambda *_: end(children))
    with contextlib.suppress(KeyboardInterrupt):
        for child in children:
            child.wait()
    # A child that was ended by a signal has a negative code, which max() would lose.
    return max(abs(child.wait()) for child in children)


def play_named(running: dict[str, Child]) -> int:
    """Like `play`, with each line under its partner's name. One that cannot start does not stop the others.

    A thread for each stream: a pipe that nobody reads fills up and stops its partner.
    """
    readers = [
        threading.Thread(target=name_lines, args=(name, stream, speak), daemon=True)
        for name, child in running.items()
        for stream, speak in ((child.stdout, say), (child.stderr, complain))
        if stream
    ]
    for reader in readers:
        reader.start()
    code = play(running.values())
    for reader in readers:
        reader.join()
    return code


def name_lines(name: str, stream: IO[str], speak: Callable[[str], None]) -> None:
    """Say each line of a partner under its name."""
    for line in stream:
        speak(f"{name}: {line.rstrip()}")


def end(running: Iterable[Child]) -> None:
    """Tell them all to stop."""
    for child in running:
        child.terminate()


def own_options(args: list[str], name: str) -> list[str]:
    """The options as they are for this partner: its folder (its settings.json lies there) and its callbacks' path."""
    # Both forms of an option, `--data x` and `--data=x`, become two words, so that the value has a place of its own.
    named = [part for word in args for part in (word.split("=", 1) if word.startswith("--") else [word])]
    values = {option: place + 1 for place, option in enumerate(named[:-1]) if option.startswith("--")}
    if "--data" not in values:
        complain("Name a folder: partnerhub simulator all --data FOLDER")
        raise typer.Exit(2)
    if "--port" in values and named[values["--port"]] != "0":
        complain(
            "Five partners cannot share one port: leave --port out (each has its own), or give --port 0 (any free)."
        )
        raise typer.Exit(2)
    place = values["--data"]
    named[place] = str(Path(named[place]) / name)
    if "--callback-url" in values:
        place = values["--callback-url"]
        named[place] = f"{named[place].rstrip('/')}/callbacks/{name}"
    return named
