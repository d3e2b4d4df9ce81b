"""The bank as a process, and works that talk to it."""

import json
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from hub.channels import host
from hub.channels.reach import Reach
from hub.channels.settings_form import read_settings
from hub.engine.queue import Queue
from hub.engine.runtime import Ready, WorkerRuntime, limited
from hub.operations.office import Office
from hub.registry.channels import state as channel_state
from hub.registry.session import Store
from hub.registry.vault import MasterKey

from . import people
from .loaded import python

MASTER = MasterKey(bytes(range(32)))
PLUGINS = host.load(("icbc",))


@dataclass
class Bank:
    """A running simulator."""

    process: subprocess.Popen[str]
    started: dict[str, Any]

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.started['port']}"

    def get(self, path: str) -> Any:
        """Read its control surface."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return json.load(answer)

    def post(self, target: str, /, **values: Any) -> None:
        """Command it."""
        request = urllib.request.Request(self.url + target, json.dumps(values).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()

    def ledger(self) -> dict[str, Any]:
        """Its own books."""
        found: dict[str, Any] = self.get("/_sim/ledger")
        return found

    def settings(self) -> dict[str, str]:
        """The plugin's settings for this bank."""
        return {
            "base_url": self.url,
            "app_id": self.started["app_id"],
            "private_key": Path(self.started["client_key_file"]).read_text(),
            "gateway_public_key": Path(self.started["gateway_public_key_file"]).read_text(),
            "cis": self.started["company_cis"],
            "login_id": self.started["company_login_id"],
            "contract_no": self.started["company_contract_no"],
            "company_account": self.started["company_account"],
            "company_name": "示例烟草公司",
        }


def start_bank(data: Path, *options: str) -> Bank:
    """Start a simulator and wait until it listens."""
    command = python("hub_icbc.simulator", "--port", "0", "--data", str(data), *options)
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    return Bank(process, json.loads(process.stdout.readline()))


@pytest.fixture(scope="session")
def bank_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the bank's keys, made once: making RSA keys is slow."""
    folder = tmp_path_factory.mktemp("keys")
    bank = start_bank(folder)
    bank.process.terminate()
    bank.process.wait(60)
    return folder


@pytest.fixture
def bank(tmp_path: Path, bank_keys: Path, machine_clock: None) -> Iterator[Bank]:
    """A bank with an empty ledger that decides rows after 0.2 s."""
    data = tmp_path / "bank"
    data.mkdir()
    for file in bank_keys.glob("*.[kp][eu][yb]"):
        (data / file.name).write_bytes(file.read_bytes())
    bank = start_bank(data, "--settle", "0.2")
    yield bank
    bank.process.terminate()
    bank.process.wait(60)


def make_works(store: Store, bank: Bank, **limits: str) -> WorkerRuntime:
    """Works on this store that talk to this bank, with limits that do not slow tests down."""
    office = Office(store, MASTER, Queue(store), host.capabilities(PLUGINS))
    with store.transaction() as tx:
        channel_state.ensure(tx, ["icbc"])
    partner = PLUGINS.partners["icbc"]
    given = {"rate": "500/s", "deadline": "5", "settles_within": "0.2", **limits}
    ready = Ready(partner, read_settings(partner, bank.settings()), bank.url, limited(partner.channel, given))
    people.found(office)
    return WorkerRuntime(office, {"icbc": ready}, reach=Reach(loopback=True))


@pytest.fixture
def runtime(store: Store, bank: Bank) -> WorkerRuntime:
    """Works on a fresh database and a fresh bank."""
    return make_works(store, bank)
