"""Answers larger than anybody needs, plain or packed: taken for nothing that is understood, in bounded memory."""

import gzip
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

MEGABYTE = 1024 * 1024
GROWTH = 40
"""Megabytes that one exchange may take at the most: the cap and what is being received."""
CALL = """
import asyncio, json, sys
from hub.channels.reach import Reach
from hub.channels.transport import Doubtful, Line
from hub.plugin import get

def peak():
    text = open("/proc/self/status").read()
    return int(text.split("VmHWM:")[1].split()[0]) // 1024

async def call(port):
    line = Line(f"http://127.0.0.1:{port}", concurrency=1, deadline=60.0, reach=Reach(loopback=True))
    try:
        answered = await line.exchange(get("/x"))
        return answered.reply.body.decode()
    except Doubtful as error:
        return f"doubtful {error}"
    finally:
        await line.close()

before = peak()
said = asyncio.run(call(int(sys.argv[1])))
print(json.dumps({"said": said, "grown": peak() - before}))
"""


@contextmanager
def partner(pieces: list[bytes], **headers: str) -> Iterator[tuple[int, list[str]]]:
    """A server that answers with these pieces: its port, and the codings that it was offered."""
    offered: list[str] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            offered.append(self.headers.get("Accept-Encoding", ""))
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(sum(map(len, pieces))))
            self.end_headers()
            with suppress(OSError):
                for piece in pieces:
                    self.wfile.write(piece)

        def log_message(self, *_: object) -> None:
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port, offered
        server.shutdown()


def called(port: int) -> tuple[str, int]:
    """What a process of its own makes of the answer, and by how many megabytes its peak grew."""
    command = [sys.executable, "-c", CALL, str(port)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)
    return str(found["said"]), int(found["grown"])


def test_an_answer_of_a_hundred_megabytes_is_dropped_at_the_cap() -> None:
    with partner([b"x" * MEGABYTE] * 100) as (port, _):
        said, grown = called(port)
    assert said == "doubtful ValueError" and grown < GROWTH, grown


@pytest.mark.parametrize("coding", ["gzip", "GZip ", "deflate", "br", "gzip, gzip"])
def test_a_packed_answer_is_not_opened_however_small_it_is(coding: str) -> None:
    bomb = gzip.compress(bytes(200 * MEGABYTE), 9)
    assert len(bomb) < MEGABYTE
    with partner([bomb], Content_Encoding=coding) as (port, offered):
        said, grown = called(port)
    assert said == "doubtful ValueError" and grown < GROWTH, grown
    assert offered == ["identity"], "nobody asked for it"


def test_an_answer_that_says_it_is_plain_is_taken_as_it_is() -> None:
    with partner([b"done"], Content_Encoding="identity") as (port, _):
        assert called(port)[0] == "done"
