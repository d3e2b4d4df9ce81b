"""`simulator`: five partners by one command, each on its own port, in its own folder, heard under its own name."""

import http.client
import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.metadata import entry_points
from pathlib import Path
from queue import Queue

import pytest

from tests.support.loaded import python

from .conftest import Command

PARTNERS = sorted(point.name for point in entry_points(group="partnerhub"))
IN_USE = "is in use"


@contextmanager
def playing(environment: dict[str, str], *options: str) -> Iterator[tuple["subprocess.Popen[str]", dict[str, str]]]:
    """The command with the first line of each partner, by name."""
    call = python("hub.cli", "simulator", "all", *options)
    with subprocess.Popen(
        call, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().partition(": ") for _ in PARTNERS]
        try:
            yield process, {name: said.strip() for name, _, said in lines}
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)


def post(port: int, path: str, **values: object) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("POST", path, json.dumps(values))
    status = connection.getresponse().status
    connection.close()
    return status


def health(port: int) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/_sim/health")
    status = connection.getresponse().status
    connection.close()
    return status


def test_each_has_a_port_of_its_own_without_being_told(environment: dict[str, str], tmp_path: Path) -> None:
    """On a machine that has one of them in use, that partner says so and the others play all the same."""
    with playing(environment, "--data", str(tmp_path / "sims")) as (_, said):
        assert sorted(said) == PARTNERS
        ports = {
            name: int(line.split()[1]) if IN_USE in line else json.loads(line)["port"] for name, line in said.items()
        }
        assert len(set(ports.values())) == 5, said
        for name, line in said.items():
            assert IN_USE in line or health(ports[name]) == 200


def test_a_port_in_use_is_one_sentence(environment: dict[str, str], tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as taken:
        call = ["simulator", "icbc", "--port", str(taken.server_port), "--data", str(tmp_path / "sims")]
        done = subprocess.run(
            python("hub.cli", *call),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1 and f"port {taken.server_port} {IN_USE}" in done.stderr
    assert "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1


def test_one_port_for_all_is_refused_with_a_reason(command: Command, tmp_path: Path) -> None:
    for words in (["--port", "8900"], ["--port=8900"]):
        done = command("simulator", "all", *words, "--data", str(tmp_path / "sims"))
        assert done.returncode == 2 and "cannot share one port" in done.stderr and not (tmp_path / "sims").exists()
    assert command("simulator", "all").returncode == 2


@contextmanager
def listening() -> Iterator[tuple[str, Queue[str]]]:
    """A hub's address, and the paths on which it is called."""
    heard: Queue[str] = Queue()

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            heard.put(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as hub:
        threading.Thread(target=hub.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{hub.server_port}/", heard
        hub.shutdown()


def test_all_play_under_their_names_call_back_on_their_own_paths_and_end_together(
    environment: dict[str, str], tmp_path: Path
) -> None:
    options = "--port=0", "--data", str(tmp_path / "sims"), "--callback-url"
    with listening() as (where, heard), playing(environment, *options, where) as (process, said):
        ports = {name: json.loads(line)["port"] for name, line in said.items()}
        assert sorted(ports) == PARTNERS and len(set(ports.values())) == len(PARTNERS) == 5
        assert [health(port) for port in ports.values()] == [200] * 5
        assert sorted(path.parent.name for path in (tmp_path / "sims").glob("*/settings.json")) == PARTNERS
        signing = {"licence": "370100100001", "phone": "18900000001"}
        assert post(ports["telecom"], "/_sim/sign", **signing, imei="860000000000011") == 200
        assert post(ports["mobile"], "/_sim/sign", **signing, device="870000000000011") == 200
        assert {heard.get(timeout=20), heard.get(timeout=20)} == {"/callbacks/telecom", "/callbacks/mobile"}
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    for port in ports.values():
        with pytest.raises(OSError):
            health(port)
