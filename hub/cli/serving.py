"""serve: console and API, with a worker inside."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

import typer

from hub import server
from hub.app import Hub
from hub.engine import worker as work
from hub.operations.staff import users
from hub.settings import settings

from .acting import opened
from .screen import say

# Seconds that the worker beside the server has to end. What it was doing is taken up by the next one, so waiting longer
# would only delay a restart.
ENDS_WITHIN = 2.0


@dataclass
class Ending:
    """Whether the process was told to end."""

    told: bool = False


def end_at_sigterm() -> Ending:
    """Leave all blocks on SIGTERM, so that each ends what it started.

    Python swallows an exception raised in `__del__` or in the callback of a weak reference, and SIGTERM may arrive
    there: so whatever waits without end looks at the `Ending` as well.
    """
    ending = Ending()

    def end(*_: object) -> None:
        ending.told = True
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    return ending


app = typer.Typer(add_completion=False)


@app.command()
def serve(
    port: Annotated[int | None, typer.Option(min=0, max=65535, help="0: any free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    no_worker: Annotated[bool, typer.Option("--no-worker", help="Serve only; workers run elsewhere.")] = False,
) -> None:
    """Console and API, with a worker inside. The first start makes the database and the two first administrators."""
    ending = end_at_sigterm()
    chosen = settings()
    with (
        # The port before the database: if it is taken, nothing is started or created.
        server.listen(host or chosen.host, chosen.port if port is None else port) as listener,
        opened(lasting=True) as hub,
    ):
        passwords = users.first_administrators(hub.office)
        if passwords:
            say("Two first administrators. Give each password to a different person: what signs and checks takes two.")
        for login, password in passwords.items():
            say(f"first administrator: {login}, one-time password: {password}")
        say(f"partnerhub serves on {server.address_of(listener)}")
        lifespan = None if no_worker else beside(hub)
        server.run(hub, listener, lambda: ending.told, secure=chosen.secure_cookies, lifespan=lifespan)


def beside(hub: Hub) -> server.Lifespan:
    """A lifespan that runs a worker for as long as the server runs."""

    @contextlib.asynccontextmanager
    async def lifespan(app: object) -> AsyncIterator[None]:
        task = asyncio.create_task(work.keep(hub.runtime, concurrency=settings().worker_concurrency))
        yield
        task.cancel()
        await asyncio.wait({task}, timeout=ENDS_WITHIN)

    return lifespan
