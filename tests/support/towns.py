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
from hub.engine.works import Works
from hub.registry.schema import Callback
from hub.registry.session import Store
from hub.settings import HubSettings
from tests.faults.test_kills import until

from .sims import Sim, sim, works_for


@dataclass
class Town:
    """The hub, the partner, and the hub's address."""

    works: Works
    bank: Sim
    url: str

    def outcomes(self) -> list[str | None]:
        """What became of the messages at the door, in their order."""
        with self.works.office.store.transaction() as tx:
            return list(tx.scalars(select(Callback.outcome).order_by(Callback.received_at)))

    def wait_for(self, count: int) -> list[str | None]:
        """So many messages, all looked at."""
        until(lambda: len(found := self.outcomes()) >= count and None not in found)
        return self.outcomes()


@contextmanager
def hearing(store: Store, data: Path, plugin: str, *options: str) -> Iterator[Town]:
    """A partner with a hub that hears it."""
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    with sim(plugin, data / plugin, *options, "--callback-url", f"{url}/callbacks/{plugin}") as bank:
        works = works_for(store, {plugin: bank})
        hub = Hub(HubSettings(data=data, allow_loopback_partners=True), works.office, Partners(dict(works.partners)))
        served = uvicorn.Server(uvicorn.Config(server.build(hub), log_config=None, access_log=False))
        thread = threading.Thread(target=served.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        yield Town(works, bank, url)
        served.should_exit = True
        thread.join(10)


__all__ = ["Town", "hearing"]
