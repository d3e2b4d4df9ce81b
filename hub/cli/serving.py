"""serve: console and API, with a worker inside."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from typing import Annotated

import typer

from hub import server
from hub.app import Hub
from hub.engine import worker as work
from hub.operations.staff import users
from hub.settings import settings

from .acting import opened
from .screen import say

# Seconds that a worker beside the server has to end; what it was doing is taken up by the next one.
ENDS_WITHIN = 2.0


app = typer.Typer(add_completion=False)


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="0: any free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Serve only; workers run elsewhere.")] = False,
) -> None:
    """Console and API, with a worker inside. The first start makes the database and the two first administrators."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    chosen = settings()
    with (
        server.listen(host or chosen.host, chosen.port if port is None else port) as listener,
        opened(lasting=True) as hub,
    ):
        passwords = users.first_administrators(hub.office)
        if passwords:
            say("Two first administrators. Give each password to a different person: what signs and checks takes two.")
        for login, password in passwords.items():
            say(f"first administrator: {login}, one-time password: {password}")
        say(f"partnerhub serves on {server.address_of(listener)}")
        server.run(hub, listener, secure=chosen.secure_cookies, lifespan=None if no_worker else beside(hub))


def beside(hub: Hub) -> server.Lifespan:
    """A worker that lives as long as the server."""

    @contextlib.asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        task = asyncio.create_task(work.keep(hub.runtime, concurrency=settings().worker_concurrency))
        yield
        task.cancel()
        await asyncio.wait({task}, timeout=ENDS_WITHIN)

    return lifespan
