"""worker: what carries asks to partners."""

import asyncio
import signal

import typer

from hub.app import Hub
from hub.engine import worker as work
from hub.settings import settings

from .acting import opened
from .screen import say

app = typer.Typer(add_completion=False)


@app.command()
def worker() -> None:
    """Carry asks to partners until SIGTERM. Any number on any number of machines."""
    with opened() as hub:
        asyncio.run(until_told(hub))


async def until_told(hub: Hub) -> None:
    """Work until SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    task = asyncio.create_task(work.keep(hub.runtime, concurrency=settings().worker_concurrency))
    say("partnerhub worker works")
    await stop.wait()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.remove_signal_handler(number)
        signal.signal(number, signal.SIG_IGN)  # already ending: a second signal would find the loop closed
    task.cancel()
    # A second more than the worker gives its jobs, so that it is the one that ends them.
    await asyncio.wait({task}, timeout=work.GRACE + 1)
