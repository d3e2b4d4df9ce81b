"""A hub with its door open, and a partner that knocks at it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from sqlalchemy import select

from hub import server
from hub.app import Hub
from hub.channels.host import Partners
from hub.engine.runtime import WorkerRuntime
from hub.operations.office import Office
from hub.operations.reconciliation.marked import compare_marks
from hub.registry.schema import Callback
from hub.registry.session import Store
from hub.settings import HubSettings
from tests.support.makers.processes import until

from .sims import Sim, sim, works_for


@dataclass
class Door:
    """The works behind the door, the partner before it, the address."""

    runtime: WorkerRuntime
    partner: Sim
    url: str

    def outcomes(self) -> list[str | None]:
        """What became of the messages at the door, in their order."""
        with self.runtime.office.store.transaction() as tx:
            return list(tx.scalars(select(Callback.outcome).order_by(Callback.received_at)))

    def wait_for(self, count: int) -> list[str | None]:
        """So many messages, all looked at and compared."""
        until(lambda: len(found := self.outcomes()) >= count and None not in found)
        compared(self.runtime.office)
        return self.outcomes()


@contextmanager
def door(store: Store, plugin: str, data: Path, *options: str) -> Iterator[Door]:
    """A partner that calls the hub over HTTP, and the hub that serves it; no worker runs beside."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    given = ("--settle", "0.1", "--callback-url", f"{url}/callbacks/{plugin}", *options)
    with sim(plugin, data / plugin, *given) as partner:
        runtime = works_for(store, {plugin: partner})
        hub = Hub(
            HubSettings(data=data, allow_loopback_partners=True), runtime.office, Partners(dict(runtime.partners))
        )
        served = uvicorn.Server(uvicorn.Config(server.build(hub), log_config=None, access_log=False))
        thread = threading.Thread(target=served.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield Door(runtime, partner, url)
        served.should_exit = True
        thread.join(10)


def compared(office: Office) -> int:
    """What a worker's comparer would do in the next moments; how many marks it took."""
    total = 0
    while taken := compare_marks(office):
        total += taken
    return total
