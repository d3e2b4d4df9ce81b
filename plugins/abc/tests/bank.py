"""A running ABC, a plain caller of it, and an ear for its notifications."""

import itertools
import json
import queue
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import hub_abc

from hub.channels.host import examine
from hub.channels.settings_form import read_settings
from hub.plugin import Heard, Reply, Request, Secret
from hub.testing.play import drive

PARTNER = examine("abc", hub_abc)
NUMBERS = itertools.count(1)
WHO = {
    "customer_code": "370100000001",
    "holder_name": "张三",
    "card_number": "6212140000000000014",
    "id_number": "37010019900101001X",
    "phone": "18900000001",
}
OTHER = {**WHO, "customer_code": "370100000002", "holder_name": "李四", "card_number": "6212140000000000022"}


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The hub follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        """No."""


OPENER = urllib.request.build_opener(NoRedirect)


class Ear(BaseHTTPRequestHandler):
    """Hears callbacks."""

    heard: "queue.Queue[bytes]" = queue.Queue()
    answer = b"<html><URL>about:blank</URL></html>"

    def do_POST(self) -> None:
        """Keep the body."""
        self.heard.put(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, *_: Any) -> None:
        """Silent."""


@dataclass
class Bank:
    """A running simulator and a plain caller of it: one request, one reply, no retries."""

    url: str
    data: Path

    def __post_init__(self) -> None:
        self.settings = read_settings(PARTNER, json.loads((self.data / "settings.json").read_text()))

    def post(self, target: str, /, **values: Any) -> None:
        """Command it."""
        with urllib.request.urlopen(self.url + target, json.dumps(values).encode(), timeout=10) as answer:
            answer.read()

    def scenario(self, name: str, **where: Any) -> None:
        """Set a scenario."""
        self.post("/_sim/scenario", scenario=name, **where)

    def ledger(self) -> Any:
        """Its books."""
        with urllib.request.urlopen(self.url + "/_sim/ledger", timeout=10) as answer:
            return json.load(answer)

    def page(self) -> str:
        """The clerk's page."""
        with urllib.request.urlopen(self.url + "/", timeout=10) as answer:
            return str(answer.read().decode())

    def press(self, target: str, /, **fields: str) -> None:
        """A button of it."""
        urllib.request.urlopen(self.url + target, urllib.parse.urlencode(fields).encode(), timeout=10).close()

    def ask(self, verb: str, key: str, **values: Any) -> tuple[Any, ...]:
        """A verb carried through; raises Setbacks."""
        now = datetime.now(UTC)
        given = {"key": key, "now": now, "asked_at": now, "reference": key, **values}
        talk = PARTNER.talk(verb, settings=self.settings, **given)
        return drive(talk, lambda request: self.exchange(request, key)).facts

    def exchange(self, request: Request, key: str) -> Any:
        """One exchange."""
        sealed = PARTNER.seal(request, self.settings, key, str(next(NUMBERS)), datetime.now(UTC))
        sent = urllib.request.Request(self.url + sealed.path, sealed.body, dict(sealed.headers), method="POST")
        try:
            with OPENER.open(sent, timeout=10) as answer:
                reply = Reply(answer.status, {}, answer.read())
        except urllib.error.HTTPError as error:
            reply = Reply(error.code, {}, error.read())
        return PARTNER.unseal(reply, self.settings)

    def live(self) -> str:
        """A serial whose agreement is in force."""
        serial = key()
        self.ask("bind_card", serial, **WHO)
        self.ask("confirm_binding", serial, customer_code=WHO["customer_code"], code=Secret("246810"))
        return serial


def key() -> str:
    """A serial."""
    return f"20261123{next(NUMBERS):016d}"


def hear(bank: Bank, body: bytes, *, earlier: timedelta = timedelta()) -> Heard:
    """A notification as the hub hears it, or heard it."""
    moment = datetime.now(UTC) - earlier
    heard = PARTNER.call("receive", body=body, headers={}, settings=bank.settings, now=moment)
    assert isinstance(heard, Heard)
    return heard
