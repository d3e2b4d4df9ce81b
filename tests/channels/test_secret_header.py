"""A key that a partner wants in a header as it is: it leaves in the clear and stands nowhere else."""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

from hub.channels.reach import Reach
from hub.channels.transport import Answered, Line
from hub.plugin import Request, Secret


def test_a_secret_header_leaves_in_the_clear_and_is_shown_nowhere() -> None:
    heard: list[str] = []

    class Partner(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(self.headers["X-APP-KEY"])
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silence."""

    async def send(port: int) -> Answered:
        line = Line(f"http://127.0.0.1:{port}", concurrency=1, deadline=5.0, reach=Reach(loopback=True))
        try:
            return await line.exchange(request)
        finally:
            await line.close()

    request = Request("POST", "/x").sealed(b"{}", X_APP_KEY=Secret("made-up-key"))
    with HTTPServer(("127.0.0.1", 0), Partner) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert asyncio.run(send(server.server_port)).reply.status == 200
    assert heard == ["made-up-key"]
    assert "made-up-key" not in repr(request)
