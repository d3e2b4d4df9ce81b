"""A running bank for ABC's tests."""

import json
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest

from .bank import Bank, Ear


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder: making RSA keys is slow."""
    return tmp_path_factory.mktemp("abc")


@pytest.fixture(params=[()])
def bank(keys: Path, request: pytest.FixtureRequest) -> Iterator[Bank]:
    """A bank with empty books."""
    for each in keys.glob("ledger*"):
        each.unlink()
    Ear.heard = queue.Queue()
    ear = ThreadingHTTPServer(("127.0.0.1", 0), Ear)
    threading.Thread(target=ear.serve_forever, daemon=True).start()
    options = ["--callback-url", f"http://127.0.0.1:{ear.server_port}/abc", "--settle", "0", *request.param]
    command = [sys.executable, "-m", "hub_abc.simulator", "--port", "0", "--data", str(keys), *options]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    started = json.loads(process.stdout.readline())
    yield Bank(f"http://127.0.0.1:{started['port']}", keys)
    process.terminate()
    process.wait(10)
    process.stdout.close()
    ear.shutdown()
    ear.server_close()
