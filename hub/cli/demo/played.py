"""Partners played for the demo: each simulator in a process of its own, a worker beside them, settings on file."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from hub.app import Hub
from hub.domain.staff.posts import HUB
from hub.operations.channels import control as channel_control
from hub.operations.privacy import authorisations
from hub.ports import today

from . import made_up

Ledger = dict[str, Any]
# Further options of a simulator that keep the demo short: ABC sends another SMS after 0.1 seconds, not 60.
OPTIONS = {"abc": ("--resend-seconds", "0.1")}


@dataclass(frozen=True)
class Partner:
    """A running simulator."""

    key: str
    address: str

    def call(self, path: str, /, **values: Any) -> Any:
        """Talk to its control surface."""
        body = json.dumps(values).encode() if values else None
        with urlopen(Request(self.address + path, body), timeout=10) as answer:
            return json.load(answer)

    def scenario(self, name: str, code: str) -> None:
        """What it does to a customer."""
        self.call("/_sim/scenario", scenario=name, customer_code=code)

    def ledger(self) -> Ledger:
        """Its own books."""
        return dict(self.call("/_sim/ledger"))


@contextmanager
def partners(hub: Hub, data: Path, address: str) -> Iterator[dict[str, Partner]]:
    """All installed partners, connected both ways: they send their callbacks to the hub at this address."""
    with ExitStack() as playing:
        loaded = {}
        for key in sorted(hub.partners.partners):
            options = ("--callback-url", f"{address}/callbacks/{key}", *OPTIONS.get(key, ()))
            loaded[key] = playing.enter_context(partner(key, data / key, *options))
            connect(hub, key, data / key)
        yield loaded


@contextmanager
def partner(key: str, folder: Path, *options: str) -> Iterator[Partner]:
    """A simulated partner in a process of its own."""
    command = [sys.executable, "-m", "hub.cli", "simulator", key, "--port", "0", "--data", str(folder), *options]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        # Its first line comes once it listens and its settings are written: waiting for it is waiting for both.
        yield Partner(key, f"http://127.0.0.1:{json.loads(child.stdout.readline())['port']}")
    finally:
        child.terminate()
        child.wait(10)


@contextmanager
def worker(data: Path) -> Iterator[None]:
    """A worker in a process of its own."""
    environment = {
        "PARTNERHUB_DATA": str(data),
        "PARTNERHUB_ALLOW_LOOPBACK_PARTNERS": "true",
        "PARTNERHUB_LOG_LEVEL": "ERROR",
    }
    command = [sys.executable, "-m", "hub.cli", "worker"]
    child = subprocess.Popen(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        child.send_signal(signal.SIGTERM)
        # Seconds: more than the worker's own grace for its jobs, so that none is cut off.
        child.wait(30)


def connect(hub: Hub, key: str, folder: Path) -> None:
    """Give the channel its settings, limits that keep the demo short, and a confidentiality agreement."""
    values = {name: str(text) for name, text in json.loads((folder / "settings.json").read_text()).items()}
    limits = {"hub.rate": "50/s", "hub.deadline": "5", "hub.settles_within": "3", "hub.batch": "60"}
    hub.office.perform(HUB, channel_control.save_settings, key, {**values, **limits})
    until = today() + timedelta(days=365)
    hub.office.perform(made_up.CENTRE, authorisations.record_confidentiality, key, f"保密-{key}", today(), until)
