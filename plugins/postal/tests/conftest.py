"""A running bank for the tests: its process, a plain caller of it, and an ear for its callbacks."""

import itertools
import json
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import hub_postal
import pytest

from hub.channels.host import examine
from hub.channels.settings_form import read_settings
from hub.domain.facts import Setback
from hub.plugin import Heard, Reply, Request
from hub.testing.play import drive

PARTNER = examine("postal", hub_postal)
NUMBERS = itertools.count(1)
BEIJING = timedelta(hours=8)


@dataclass
class Bank:
    """A running simulator, and a plain caller of it: one request, one reply, no retries."""

    process: subprocess.Popen[str]
    url: str
    data: Path
    patience: float = 10.0

    def __post_init__(self) -> None:
        self.settings = read_settings(PARTNER, json.loads((self.data / "settings.json").read_text()))

    def post(self, target: str, /, **values: Any) -> None:
        """Command it."""
        request = urllib.request.Request(self.url + target, json.dumps(values).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()

    def scenario(self, name: str, **where: Any) -> None:
        """Set a scenario."""
        self.post("/_sim/scenario", scenario=name, **where)

    def press(self, target: str, /, **values: str) -> int:
        """Press a button of the clerk's page; the status of what is shown then."""
        try:
            with urllib.request.urlopen(self.url + target, urllib.parse.urlencode(values).encode(), timeout=10) as said:
                return int(said.status)
        except urllib.error.HTTPError as error:
            return error.code

    def get(self, path: str) -> str:
        """Read a page of it."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def ledger(self) -> dict[str, Any]:
        """Its own books."""
        return dict(json.loads(self.get("/_sim/ledger")))

    def sign(self, customer_code: str, medium: str) -> str:
        """The retailer signs at the counter; the agreement's number."""
        self.post("/_sim/sign", customer_code=customer_code, medium=medium, name="张三")
        return str(self.ledger()["agreements"][-1]["no"])

    def key(self) -> str:
        """A serial of the hub's."""
        return f"{datetime.now(UTC) + BEIJING:%Y%m%d%H%M%S}{next(NUMBERS):010d}"

    def talk(self, verb: str, serial: str, **values: Any) -> Any:
        """A conversation of the plugin."""
        now = datetime.now(UTC)
        given = {"key": serial, "now": now, "asked_at": now - timedelta(minutes=1), "since": None, "cursor": ""}
        given |= {"reference": "", "settings": self.settings}
        return PARTNER.talk(verb, **(given | values))

    def ask(self, verb: str, serial: str = "", **values: Any) -> tuple[Any, ...]:
        """A verb carried through; raises Setbacks."""
        serial = serial or self.key()
        return drive(self.talk(verb, serial, **values), lambda request: self.exchange(request, serial)).facts

    def exchange(self, request: Request, serial: str) -> Any:
        """One exchange."""
        exchange = f"{time.time_ns()}{next(NUMBERS)}"
        sealed = PARTNER.seal(request, self.settings, serial, exchange, datetime.now(UTC))
        target = f"{self.url}{sealed.path}?{urllib.parse.urlencode(sealed.params)}"
        call = urllib.request.Request(target, sealed.body, dict(sealed.headers), method=sealed.method)
        try:
            with urllib.request.urlopen(call, timeout=self.patience) as answer:
                reply = Reply(answer.status, {}, answer.read())
        except urllib.error.HTTPError as error:
            reply = Reply(error.code, {}, error.read())
        return PARTNER.unseal(reply, self.settings)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)


@dataclass
class Ear:
    """Where the hub hears callbacks; `bank` is known once it runs. `answers` False: it hears and says nothing."""

    server: ThreadingHTTPServer
    bank: Bank | None = None
    answers: bool = True
    late: timedelta = timedelta()
    """How much later than the bank's our clock is."""
    heard: list[Heard] = field(default_factory=list)
    setbacks: list[Setback] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.server.server_address[1]}/callbacks/postal"

    def hear(self, body: bytes) -> bytes:
        """What the plugin makes of it; the answer."""
        assert self.bank is not None
        try:
            moment = datetime.now(UTC) + self.late
            said = PARTNER.call("receive", body=body, headers={}, settings=self.bank.settings, now=moment)
        except Setback as setback:
            self.setbacks.append(setback)
            return b"{}"
        self.heard.append(said)
        return bytes(said.answer) if self.answers else b"{}"

    def wait(self, what: Callable[["Ear"], bool], seconds: float = 5.0) -> None:
        """Until something was heard."""
        deadline = time.monotonic() + seconds
        while not what(self):
            assert time.monotonic() < deadline, (self.heard, self.setbacks)
            time.sleep(0.02)


def start(data: Path, *options: str) -> Bank:
    """Start a simulator and wait until it listens."""
    command = [sys.executable, "-m", "hub_postal.simulator", "--port", "0", "--data", str(data), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = json.loads(process.stdout.readline())["port"]
    return Bank(process, f"http://127.0.0.1:{port}", data)


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[Bank]:
    """A bank with empty books that ends agreements after 0.1 s and calls nobody."""
    pytest.importorskip("gmssl_pyx")
    bank = start(tmp_path, "--settle", "0.1", "--page", "3")
    yield bank
    bank.stop()


@pytest.fixture
def ear(tmp_path: Path) -> Iterator[Ear]:
    """A bank that calls, and the hub's ear for it."""
    pytest.importorskip("gmssl_pyx")

    class Handler(BaseHTTPRequestHandler):
        """Takes callbacks."""

        def do_POST(self) -> None:
            """One callback."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = ear.hear(body)
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: Any) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ear = Ear(server)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    ear.bank = start(tmp_path, "--settle", "0.1", "--callback-url", ear.url)
    yield ear
    ear.bank.stop()
    server.shutdown()
    server.server_close()
    thread.join(5)
