"""serve, worker, simulator: what keeps running."""

import asyncio
import contextlib
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated

import typer

from hub import server
from hub.app import Hub
from hub.channels.host import GROUP
from hub.engine import worker as work
from hub.operations import staff
from hub.settings import settings

from .acting import opened
from .screen import complain, say

ENDS_WITHIN = 2.0
"""Seconds that a worker beside the server has to end; what it was doing is taken up by the next one."""


def serve(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="0: any free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Serve only; workers run elsewhere.")] = False,
) -> None:
    """Console and API, with a worker inside. The first start makes the database and the first administrator."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with opened() as hub:
        password = staff.first_administrator(hub.office)
        if password is not None:
            say(f"first administrator: admin, one-time password: {password}")
        given = settings()
        where, which = host or given.host, given.port if port is None else port
        server.run(
            hub,
            where,
            which,
            announce=lambda address: say(f"partnerhub serves on {address}"),
            secure=given.secure_cookies,
            lifespan=None if no_worker else beside(hub),
        )


def beside(hub: Hub) -> server.Lifespan:
    """A worker that lives as long as the server."""

    @contextlib.asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        task = asyncio.create_task(work.keep(hub.works, concurrency=settings().worker_concurrency))
        yield
        task.cancel()
        await asyncio.wait({task}, timeout=ENDS_WITHIN)

    return lifespan


def worker() -> None:
    """Carry asks to partners until SIGTERM. Any number on any number of machines."""
    with opened() as hub:
        asyncio.run(until_told(hub))


async def until_told(hub: Hub) -> None:
    """Work until SIGTERM or SIGINT."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    task = asyncio.create_task(work.keep(hub.works, concurrency=settings().worker_concurrency))
    say("partnerhub worker works")
    await told.wait()
    task.cancel()
    await asyncio.wait({task}, timeout=work.GRACE + 1)


def simulator(
    context: typer.Context, plugin: Annotated[str, typer.Argument(help="Name of an installed plugin, or all.")]
) -> None:
    """Play a partner: its simulator in a process of its own; what follows the name is passed on.

    With “all” each plays in a process and a folder of its own, under the folder given by --data.
    """
    found = {point.name: point.module for point in entry_points(group=GROUP)}
    if plugin != "all" and plugin not in found:
        complain(f"No plugin is called {plugin}. Installed: {', '.join(sorted(found)) or 'none'}, or all of them: all.")
        raise typer.Exit(2)
    chosen = (
        {plugin: context.args} if plugin != "all" else {name: own_folder(context.args, name) for name in sorted(found)}
    )
    with contextlib.ExitStack() as children:
        running = [children.enter_context(start_simulator(found[name], args)) for name, args in chosen.items()]
        signal.signal(signal.SIGTERM, lambda *_: end_all(running))
        with contextlib.suppress(KeyboardInterrupt):
            for child in running:
                child.wait()
        codes = [abs(child.wait()) for child in running]
    raise typer.Exit(max(codes))


def start_simulator(module: str, args: list[str]) -> "subprocess.Popen[bytes]":
    """One partner's process; its first line says where it listens."""
    return subprocess.Popen([sys.executable, "-m", f"{module}.simulator", *args])


def end_all(running: list["subprocess.Popen[bytes]"]) -> None:
    """Tell them all to stop."""
    for child in running:
        child.terminate()


def own_folder(args: list[str], name: str) -> list[str]:
    """The options with the folder of this partner; its settings.json lies there."""
    given = list(args)
    place = given.index("--data") + 1 if "--data" in given[:-1] else None
    if place is None:
        complain("Name a folder: partnerhub simulator all --data FOLDER")
        raise typer.Exit(2)
    given[place] = str(Path(given[place]) / name)
    return given
