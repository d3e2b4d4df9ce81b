"""Starts a simulator: its options, its folder, the settings that the plugin needs for it, callbacks to the hub."""

import argparse
import asyncio
import errno
import http.client
import json
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .files import put
from .partner import Simulated
from .wire import Wire, serve


@dataclass(frozen=True)
class Started:
    """A partner ready to serve: the plugin's settings for it (without the address), and what its first line tells."""

    partner: Simulated
    settings: Mapping[str, Any]
    said: Mapping[str, Any] = field(default_factory=dict)
    beside: Callable[[], Awaitable[Mapping[str, Any]]] | None = None
    """Opens what the partner serves besides HTTP (such as SFTP), in the same loop; returns further settings."""


def basics(program: str, port: int, about: str | None) -> argparse.ArgumentParser:
    """The options that every simulator has."""
    parser = argparse.ArgumentParser(prog=f"partnerhub simulator {program}", description=about, allow_abbrev=False)
    parser.add_argument("--port", type=int, default=port, help="0: any free port; printed as JSON at the start")
    parser.add_argument("--data", type=Path, required=True, help="folder for the ledger and the keys")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--fail-every", type=int, default=0, help="every n-th call is answered 503 without work")
    parser.add_argument("--settle", type=float, default=0.5, help="seconds until what was accepted is decided")
    parser.add_argument("--page", type=int, default=100, help="rows on a page of a list")
    parser.add_argument("--callback-url", default="", help="where the hub hears this partner's callbacks")
    parser.add_argument("--scenario-file", type=Path, help="JSON list of scenarios to set at the start")
    return parser


# Marks a simulator's folder from its first start on, so that later starts may overwrite what lies there.
MARKER = ".partnerhub-simulator"
# Files that a simulator overwrites or extends at each start.
MADE = ("settings.json", "ledger.sqlite")


def claim(folder: Path) -> None:
    """Make and mark the folder; exit with a sentence if it holds files of such names that no simulator made."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / MARKER).is_file():
        # A public key without its private one: making the pair would overwrite it.
        halves = [public.name for public in folder.glob("*.pub") if not public.with_suffix(".key").exists()]
        if there := [name for name in (*MADE, *halves) if (folder / name).exists() or (folder / name).is_symlink()]:
            sys.exit(
                f"{folder / there[0]} was not made by a simulator and is left as it is: name another folder by --data"
            )
        put(folder / MARKER, b"A partnerhub simulator keeps its books and keys here.\n")


def run(given: argparse.Namespace, build: Callable[[argparse.Namespace], Started]) -> None:
    """Serve on this machine until told to stop; prints one JSON line when it listens."""
    claim(given.data)
    started = build(given)
    if given.scenario_file:
        for entry in json.loads(given.scenario_file.read_text()):
            started.partner.script.set(**entry)
    asyncio.run(_serve(given, started))
    sys.exit(0)


async def _serve(given: argparse.Namespace, started: Started) -> None:
    wire = Wire(started.partner, given.latency_ms / 1000, given.fail_every)
    try:
        server = await asyncio.start_server(partial(serve, wire), "127.0.0.1", given.port, backlog=512)
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        sys.exit(f"port {given.port} is in use: end the program that has it, or start with --port 0 (any free one)")
    port = server.sockets[0].getsockname()[1]
    more = await started.beside() if started.beside else {}
    settings = {"base_url": f"http://127.0.0.1:{port}", **started.settings, **more}
    # Before the line below: whoever has read that line may read the settings.
    put(given.data / "settings.json", json.dumps(settings, ensure_ascii=False).encode())
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # Flushed, because a pipe is buffered and the parent waits for this line.
    print(json.dumps({"port": port, **started.said}), flush=True)
    await stop.wait()
    server.close()


def callback(url: str, body: bytes, headers: Mapping[str, str], timeout: float = 5.0) -> tuple[int, bytes]:
    """Call the hub; returns status and answer. Run it in a thread. Raises OSError if there is no answer."""
    parts = urlsplit(url)
    # The standard library alone: no connection is kept between calls, so each call meets the hub as it is then.
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("POST", parts.path, body, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()
    except http.client.HTTPException as error:
        raise OSError(str(error)) from None
    finally:
        connection.close()
