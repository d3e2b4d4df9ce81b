"""Mobile's own process and a plain caller of it; and a door that hears its pushes."""

import http.client
import itertools
import json
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hub.channels.settings_form import read_settings
from hub.domain.facts import Setback
from hub.plugin import BindingPending, Heard, Reply, Request
from hub.testing.play import drive
from plugins.mobile.tests.said import CODE, PARTNER, PHONE

NUMBERS = itertools.count(1)
LICENCE, DEVICE = "370100100001", "860000000000011"


@dataclass
class Carrier:
    """A running simulator, and a plain caller of it: one request, one reply, no retries."""

    process: subprocess.Popen[str]
    url: str
    data: Path
    patience: float = 10.0

    def __post_init__(self) -> None:
        values = json.loads((self.data / "settings.json").read_text())
        self.settings = read_settings(PARTNER, values)

    def post(self, target: str, /, **values: Any) -> None:
        """Command it."""
        request = urllib.request.Request(self.url + target, json.dumps(values).encode(), method="POST")
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()

    def press(self, target: str, /, **values: str) -> int:
        """Press a button of the clerk's page; the status of what is shown then."""
        try:
            with urllib.request.urlopen(self.url + target, urllib.parse.urlencode(values).encode(), 10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def get(self, path: str) -> str:
        """Read a page of it."""
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return str(answer.read().decode())

    def ledger(self) -> dict[str, Any]:
        """Its own books."""
        return dict(json.loads(self.get("/_sim/ledger")))

    def sign(self, **values: str) -> str:
        """An agreement with a device; its number."""
        self.post("/_sim/sign", **{"licence": LICENCE, "phone": PHONE, "device": DEVICE, **values})
        return str(self.ledger()["agreements"][-1]["no"])

    def talk(self, verb: str, serial: str, **values: Any) -> Any:
        """A conversation of the plugin."""
        now = datetime.now(UTC)
        given = {"key": serial, "now": now, "asked_at": now - timedelta(minutes=1), "since": None, "cursor": ""}
        if "customers" in values:
            values["customers"] = PARTNER.rows(verb, values["customers"])
        return PARTNER.talk(verb, **(given | {"settings": self.settings} | values))

    def ask(self, verb: str, serial: str, **values: Any) -> tuple[Any, ...]:
        """A verb carried through; raises Setbacks."""
        return drive(self.talk(verb, serial, **values), lambda request: self.exchange(request, serial)).facts

    def announce(self, serial: str, **changes: str) -> tuple[Any, ...]:
        """The customer announced."""
        who = {"customer_code": CODE, "order_day": "3", "phone": PHONE, "agreement_no": "YX0000000001", **changes}
        return self.ask("announce_customer", serial, **who)

    def outcome(self, serial: str) -> Any:
        """How that ended, once it has."""
        deadline = time.monotonic() + 5
        while True:
            [fact] = self.ask("query_announcement", serial, customer_code=CODE)
            if not isinstance(fact, BindingPending) or time.monotonic() > deadline:
                return fact
            time.sleep(0.05)

    def listed(self, **values: Any) -> list[Any]:
        """All facts of the list."""
        played = drive(self.talk("list_devices", key(), **values), lambda request: self.exchange(request, ""))
        return list(played.facts)

    def exchange(self, request: Request, serial: str) -> Any:
        """One exchange."""
        sealed = PARTNER.seal(request, self.settings, serial, f"{time.time_ns()}{next(NUMBERS)}", datetime.now(UTC))
        headers = {k: v if isinstance(v, str) else v.reveal() for k, v in sealed.headers.items()}
        call = urllib.request.Request(self.url + sealed.path, sealed.body, headers, method=sealed.method)
        try:
            with urllib.request.urlopen(call, timeout=self.patience) as answer:
                reply = Reply(answer.status, lower(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            reply = Reply(error.code, lower(error.headers), error.read())
        except http.client.HTTPException as error:
            raise OSError("cut while reading") from error
        return PARTNER.unseal(reply, self.settings)

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(10)


def lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def start(data: Path, *options: str) -> Carrier:
    """Start a simulator and wait until it listens."""
    command = [sys.executable, "-m", "hub_mobile.simulator", "--port", "0", "--data", str(data), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    port = json.loads(process.stdout.readline())["port"]
    return Carrier(process, f"http://127.0.0.1:{port}", data)


def key() -> str:
    return f"20261123{next(NUMBERS):016d}"


@dataclass
class Hub:
    """The hub's door for pushes: every message is put to the plugin; each number is heard once."""

    settings: Callable[[], Any] = field(repr=False, default=lambda: None)
    heard: list[Heard] = field(default_factory=list)
    refused: list[Setback] = field(default_factory=list)
    deaf: int = 0
    url: str = ""

    def take(self, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        """A push: its answer."""
        if self.deaf:
            self.deaf -= 1
            return 500, b""
        try:
            told = PARTNER.call("receive", body=body, headers=headers, settings=self.settings(), now=datetime.now(UTC))
        except Setback as setback:
            self.refused.append(setback)
            return 400, b""
        self.heard.append(told)
        return 200, told.answer


def wait(until: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 8
    while not until():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)
