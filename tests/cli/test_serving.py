"""`serve` over a real socket: first start, a key used by many, and SIGTERM."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg
import pytest

from tests.support.loaded import python
from tests.support.makers.processes import running

PASSWORD = "Correct-horse-9-battery"


def start(environment: dict[str, str], *words: str) -> AbstractContextManager["subprocess.Popen[str]"]:
    return running(python("hub.cli", "serve", "--port", "0", *words), environment)


@pytest.fixture
def serving(environment: dict[str, str]) -> Iterator[tuple["subprocess.Popen[str]", str, str]]:
    """A served hub, its address, and the one-time password of the first of its two administrators."""
    with start(environment) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        assert "different person" in lines[0] and "admin2" in lines[2]
        once, other, address = (line.split()[-1] for line in lines[1:])
        assert once != other
        yield process, address, once


def call(address: str, method: str, path: str, body: object = None, **headers: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    sent = None if body is None else json.dumps(body)
    connection.request(method, path, sent, {"Content-Type": "application/json", **named})
    answer = connection.getresponse()
    found = answer.status, answer.read()
    connection.close()
    return found


def sign_in(address: str, password: str) -> str:
    status, body = call(address, "POST", "/api/v1/sessions", {"login": "admin", "password": password})
    assert status == 201, body
    return f"Bearer {json.loads(body)['token']}"


def test_a_first_start_serves_many_stops_and_remembers(
    serving: tuple["subprocess.Popen[str]", str, str], environment: dict[str, str]
) -> None:
    process, address, once = serving
    for _ in range(50):
        if call(address, "GET", "/health/ready")[0] == 200:
            break
        time.sleep(0.1)
    token = sign_in(address, once)
    given = {"old": once, "new": PASSWORD}
    changed = call(address, "POST", "/api/v1/sessions/password", given, Authorization=token, Idempotency_Key="p")
    assert changed[0] == 200, changed
    token = sign_in(address, PASSWORD)

    unit = {"code": "north", "name": "North"}

    def add(_: int) -> tuple[int, bytes]:
        return call(address, "POST", "/api/v1/units", unit, Authorization=token, Idempotency_Key="u")

    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(add, range(50)))
    assert {status for status, _ in answers} <= {201, 409}
    assert len({body for status, body in answers if status == 201}) == 1
    units = json.loads(call(address, "GET", "/api/v1/units", Authorization=token)[1])
    assert [each["code"] for each in units].count("north") == 1

    began = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(timeout=10) == 0
    assert time.monotonic() - began < 10

    with start(environment, "--no-worker") as again:
        assert again.stdout is not None
        line = again.stdout.readline()
        assert "password" not in line
        address = line.split()[-1]
        assert add(0) == next(answer for answer in answers if answer[0] == 201)
        again.terminate()
        assert again.wait(timeout=10) == 0


SWALLOWED = """
import os, signal, weakref
from hub import server
from hub.cli import serving

served = server.run

class Thing:
    pass

def told_while_something_is_forgotten(*args, **how):
    thing = Thing()
    kept = weakref.ref(thing, lambda _: [os.kill(os.getpid(), signal.SIGTERM), *map(str, range(1000))])
    del thing
    served(*args, **how)

server.run = told_while_something_is_forgotten
serving.app(["--port", "0", "--no-worker"])
"""


def test_sigterm_is_not_lost_when_it_comes_where_python_swallows_every_exception(environment: dict[str, str]) -> None:
    """A callback of a weak reference, a `__del__`: what is raised there is printed and forgotten."""
    with running([sys.executable, "-c", SWALLOWED], environment, stderr=subprocess.PIPE) as process:
        _, errors = process.communicate(timeout=60)
        assert "Exception ignored" in errors and "SystemExit" in errors, errors
        assert process.returncode == 0


def test_a_worker_stops_on_sigterm_also_when_it_is_told_more_than_once(environment: dict[str, str]) -> None:
    """Whoever ends a group of processes and waits for each tells each of them twice."""
    words = python("hub.cli", "worker")
    with running(words, environment, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        assert "works" in process.stdout.readline()
        time.sleep(1)
        while process.poll() is None:
            process.terminate()
            time.sleep(0.01)
        assert process.returncode == 0
        assert "Traceback" not in process.stderr.read()


def test_a_taken_port_is_said_before_anything_starts(environment: dict[str, str], database: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for words in (
            ["serve", "--port", str(port)],
            ["demo", "--serve", "--data", environment["PARTNERHUB_DATA"] + "/demo"],
        ):
            call = python("hub.cli", *words)
            chosen = environment | {"PARTNERHUB_PORT": str(port)}
            refused = subprocess.run(call, env=chosen, capture_output=True, text=True, timeout=180, check=False)
            assert refused.returncode == 3, refused.stderr
            assert f"cannot listen on 127.0.0.1:{port}" in refused.stderr and "PARTNERHUB_PORT" in refused.stderr
            assert refused.stdout == "" and "Traceback" not in refused.stderr
    assert not (Path(environment["PARTNERHUB_DATA"]) / "demo").exists()
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT count(*) FROM users").fetchone() == (0,)


@pytest.mark.slow
def test_the_demo_is_served_with_customers_on_the_port_of_the_setting_and_ends_with_all_its_children(
    environment: dict[str, str], tmp_path: Path
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "hub.cli", "demo", "--serve", "--data", str(tmp_path / "served")]
    chosen = environment | {"PARTNERHUB_PORT": str(port)}
    with running(words, chosen) as process:
        assert process.stdout is not None
        lines = []
        for line in iter(process.stdout.readline, ""):
            lines.append(line)
            if line.startswith("console on "):
                break
        children = psutil.Process(process.pid).children(recursive=True)
        try:
            address = f"http://127.0.0.1:{port}"
            assert lines[-1].split()[2] == address
            [row] = [line for line in lines if line.startswith("│ clerk ")]
            token = own_password_of("clerk", row.split("│")[2].strip(), address)
            shown = json.loads(call(address, "GET", "/api/v1/customers?limit=5", Authorization=token)[1])
            assert len(shown["items"]) == 5
        finally:
            process.terminate()
            process.communicate(timeout=120)
    assert process.returncode == 0 and len(children) > 5
    _, left = psutil.wait_procs(children, timeout=30)
    assert left == []


def own_password_of(login: str, once: str, address: str) -> str:
    """Change somebody's one-time password; their bearer token afterwards."""
    named = {"login": login, "password": once}
    token = json.loads(call(address, "POST", "/api/v1/sessions", named)[1])["token"]
    given = {"old": once, "new": PASSWORD}
    head = {"Authorization": f"Bearer {token}", "Idempotency_Key": "own"}
    assert call(address, "POST", "/api/v1/sessions/password", given, **head)[0] == 200
    named = {"login": login, "password": PASSWORD}
    return f"Bearer {json.loads(call(address, 'POST', '/api/v1/sessions', named)[1])['token']}"
