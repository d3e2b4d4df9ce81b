"""A real worker in a process of its own, which may kill itself (-9) at a named point: python -m tests.faults.worker."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub.channels import host, talk
from hub.channels.reach import Reach
from hub.channels.settings_form import read_settings
from hub.engine import worker
from hub.engine.asks import settle, step
from hub.engine.queue import Queue
from hub.engine.runtime import Ready, WorkerRuntime, limited
from hub.operations.office import Office
from hub.registry.session import Store
from tests.support.partners import MASTER

POINTS = ("claimed", "before_bytes", "answered", "in_settlement", "settled", "question_answered")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point: str) -> None:
    """Put the fuse at one point between two steps."""
    begin, settled, attempt, health = step.begin, step.settle, talk.Talk._try, settle._health

    def after_begin(*args: Any) -> Any:
        begun = begin(*args)
        if begun is not None and point == "claimed":
            die()
        return begun

    async def around_try(self: talk.Talk) -> Any:
        if point == "before_bytes":
            die()
        content = await attempt(self)
        asking = "qry" in self.request.path
        if point == "answered" or (point == "question_answered" and asking):
            die()
        return content

    def in_settlement(*args: Any) -> None:
        health(*args)
        if point == "in_settlement":
            die()

    def after_settle(*args: Any) -> None:
        settled(*args)
        if point == "settled":
            die()

    step.begin, step.settle, settle._health = after_begin, after_settle, in_settlement
    talk.Talk._try = around_try  # type: ignore[method-assign]


def runtime(database: str, settings: Path, **changes: str) -> WorkerRuntime:
    """Works as an installation has them, with short deadlines."""
    store = Store(database)
    plugins = host.load(("icbc",))
    office = Office(store, MASTER, Queue(store), host.capabilities(plugins))
    values = json.loads(settings.read_text())
    partner = plugins.partners["icbc"]
    limits = {"rate": "500/s", "deadline": "1", "settles_within": "1", **changes}
    ready = Ready(partner, read_settings(partner, values), values["base_url"], limited(partner.channel, limits))
    return WorkerRuntime(office, {"icbc": ready}, reach=Reach(loopback=True))


def main(database: str, settings: str, point: str = "", ready: Callable[[], None] = lambda: None) -> None:
    if point:
        arm(point)
    asyncio.run(worker.keep(lambda: runtime(database, Path(settings)), concurrency=4, started=ready))


if __name__ == "__main__":
    main(*sys.argv[1:])
