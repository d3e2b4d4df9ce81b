"""Somebody who listens where nothing may arrive: keeps every byte that comes."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


@dataclass
class Listener:
    """Where it listens, and what each connection brought."""

    url: str
    heard: list[bytes] = field(default_factory=list)

    @property
    def everything(self) -> bytes:
        """All that arrived."""
        return b"".join(self.heard)


@contextmanager
def listener(answer: bytes = OK) -> Iterator[Listener]:
    """A listener on this machine for the length of a block; it answers each connection that says something."""
    kept = Listener("")

    class Hears(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.settimeout(5)
            said = self.request.recv(65536)
            kept.heard.append(said)
            if said:
                self.request.sendall(answer)

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Hears) as server:
        kept.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield kept
        server.shutdown()
        thread.join(10)


def moved_to(url: str) -> bytes:
    """The answer of a partner that sends us elsewhere."""
    return (
        f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {url}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()
    )
