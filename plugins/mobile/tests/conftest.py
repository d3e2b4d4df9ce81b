"""A running carrier, and one that calls a hub."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from plugins.mobile.tests.carrier import Carrier, Hub, lower, start


@pytest.fixture
def carrier(tmp_path: Path) -> Iterator[Carrier]:
    """A carrier with empty books that decides after 0.1 s."""
    carrier = start(tmp_path, "--settle", "0.1")
    yield carrier
    carrier.stop()


@pytest.fixture
def hub() -> Iterator[Hub]:
    """A door that listens."""
    hub = Hub()

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer = hub.take(body, lower(self.headers))
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Silence."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    hub.url = f"http://127.0.0.1:{server.server_port}/callbacks/mobile"
    yield hub
    server.shutdown()
    server.server_close()


@pytest.fixture
def pushing(tmp_path: Path, hub: Hub) -> Iterator[Carrier]:
    """A carrier that calls the hub."""
    carrier = start(tmp_path, "--settle", "0.1", "--callback-url", hub.url)
    hub.settings = lambda: carrier.settings
    yield carrier
    carrier.stop()
