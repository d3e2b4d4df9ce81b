"""Any partner as a process, and works that talk to several of them."""

import json
import os
import subprocess
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from hub.channels import host
from hub.channels.reach import Reach
from hub.domain.staff.posts import HUB
from hub.engine.queue import Queue
from hub.engine.runtime import WorkerRuntime
from hub.operations.channels.control import save_settings
from hub.operations.office import Office
from hub.operations.privacy.authorisations import record_confidentiality
from hub.registry.channels import state as channel_state
from hub.registry.session import Store

from . import people
from .clocks import beside_processes
from .loaded import python
from .partners import MASTER

QUICK = {"hub.rate": "500/s", "hub.deadline": "5", "hub.settles_within": "0.2"}


@dataclass
class Sim:
    """A running simulator."""

    process: "subprocess.Popen[str]"
    url: str
    data: Path

    def post(self, target: str, /, **values: Any) -> None:
        """Command it."""
        request = urllib.request.Request(self.url + target, json.dumps(values).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()

    def ledger(self) -> dict[str, Any]:
        """Its own books."""
        with urllib.request.urlopen(self.url + "/_sim/ledger", timeout=10) as answer:
            return dict(json.load(answer))

    def settings(self) -> dict[str, str]:
        """The plugin's settings for it."""
        return {name: str(value) for name, value in json.loads((self.data / "settings.json").read_text()).items()}


@contextmanager
def sim(plugin: str, data: Path, *options: str) -> Iterator[Sim]:
    """A simulator for the length of a block; ended by id."""
    beside_processes()
    data.mkdir(parents=True, exist_ok=True)
    command = python(f"hub_{plugin}.simulator", "--port", "0", "--data", str(data), *options)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    assert process.stdout is not None
    try:
        port = json.loads(process.stdout.readline())["port"]
        yield Sim(process, f"http://127.0.0.1:{port}", data)
    finally:
        process.terminate()
        process.wait(60)


def works_for(store: Store, sims: dict[str, Sim], **limits: str) -> WorkerRuntime:
    """Works whose channels have the simulators' settings on file."""
    partners = host.load(tuple(sims))
    office = Office(store, MASTER, Queue(store), host.capabilities(partners))
    people.found(office)
    with store.transaction() as tx:
        channel_state.ensure(tx, sorted(sims))
    for key, each in sims.items():
        office.perform(HUB, save_settings, key, each.settings() | QUICK | limits)
        if key != "icbc":
            with office.desk(people.CENTRE) as desk:
                record_confidentiality(desk, key, f"保密-{key}", date(2025, 1, 1), date(2999, 12, 31))
    runtime = WorkerRuntime(office, reach=Reach(loopback=True), partners=partners.partners)
    runtime.take_up()
    assert not runtime.not_ready, runtime.not_ready
    return runtime


__all__ = ["Sim", "sim", "works_for"]
