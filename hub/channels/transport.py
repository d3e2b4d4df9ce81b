"""A line to a partner: allowed addresses only, a total deadline, a size cap, exact about what may have left."""

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import cycle
from typing import Protocol

import httpx

from hub.plugin import Reply, Request, Secret

from .reach import OUTSIDE, Reach, door

# Largest answer taken, in bytes.
CAP = 10 * 1024 * 1024
# The only accepted content coding: a compressed answer of a few kilobytes may decompress to a gigabyte.
PLAIN = "identity"
# Connections a client keeps; httpx's pool slows down above some twenty in flight (ADR 0011).
CONNECTIONS = 10
# Seconds after which an idle connection is dropped, before partners drop theirs: a stale one looks like doubt.
IDLE = 3.0


class NotSent(Exception):
    """Surely no byte of the request left: nothing can have happened."""


class Doubtful(Exception):
    """Bytes may have left and no whole answer came: anything may have happened."""


@dataclass(frozen=True)
class Answered:
    """A whole answer and how long it took."""

    reply: Reply
    elapsed_ms: int


class Sent:
    """Learns from httpx's trace whether bytes may have left."""

    def __init__(self) -> None:
        self.maybe = False

    async def __call__(self, event: str, details: object) -> None:
        """Called by the transport at each of its steps."""
        # The first event after connecting and TLS: until then nothing of the request has left.
        if event.endswith("send_request_headers.started"):
            self.maybe = True


def in_the_clear(value: str | Secret) -> str:
    """A header's value as it leaves: a partner may want a key as it is."""
    return value.reveal() if isinstance(value, Secret) else value


class Exchanges(Protocol):
    """A line of any kind, as a talk uses it."""

    deadline: float

    async def exchange(self, request: Request) -> Answered:
        """Send and receive. Raises NotSent or Doubtful."""

    async def close(self) -> None:
        """Drop all connections."""


class Line:
    """The connections of one channel in this process, by HTTP."""

    def __init__(
        self,
        base_url: str,
        *,
        concurrency: int,
        deadline: float,
        reach: Reach = OUTSIDE,
        more: Mapping[str, str] | None = None,
    ) -> None:
        """`more`: the partner's other addresses, by the name of the setting that a request names with `to`."""
        self.deadline = deadline
        self.doors = {name: door(url, reach) for name, url in {"": base_url, **(more or {})}.items()}
        tls = ssl.create_default_context()
        limits = httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS, keepalive_expiry=IDLE)
        # Several clients instead of one large pool.
        count = max(1, -(-concurrency // CONNECTIONS))
        self._clients = [
            # A redirect, or a proxy from the environment, would lead to an address that `reach` has not checked.
            httpx.AsyncClient(limits=limits, verify=tls, timeout=deadline, follow_redirects=False, trust_env=False)
            for _ in range(count)
        ]
        # In turn, so that no pool gets more than its share of calls in flight.
        self._next = cycle(self._clients)

    async def exchange(self, request: Request) -> Answered:
        """Send and receive, all within the deadline. Raises NotSent or Doubtful, judged by the trace alone."""
        sent = Sent()
        started = time.monotonic()
        try:
            async with asyncio.timeout(self.deadline):
                reply = await self._call(request, sent)
        # ValueError: an answer too large or compressed. It came, so it counts as doubt, not as unsent.
        except (httpx.HTTPError, httpx.StreamError, TimeoutError, OSError, ValueError) as error:
            if sent.maybe:
                raise Doubtful(type(error).__name__) from None
            raise NotSent(type(error).__name__) from None
        return Answered(reply, int((time.monotonic() - started) * 1000))

    async def _call(self, request: Request, sent: Sent) -> Reply:
        there = self.doors[request.to]
        headers = httpx.Headers({name: in_the_clear(header) for name, header in request.headers.items()})
        headers.update({"Host": there.header_host, "Accept-Encoding": PLAIN})
        async with next(self._next).stream(
            request.method,
            there.root + request.path,
            params=dict(request.params) or None,
            content=request.body,
            headers=headers,
            # The URL holds the checked address; the certificate is checked against the name.
            extensions={"trace": sent, "sni_hostname": there.host},
        ) as response:
            return Reply(response.status_code, dict(response.headers), await self._whole(response))

    async def _whole(self, response: httpx.Response) -> bytes:
        """The body as it came, at most CAP bytes. Raises ValueError for more, or for a compressed body."""
        if response.headers.get("content-encoding", PLAIN).strip().lower() not in ("", PLAIN):
            raise ValueError("answer in an encoding that was not asked for")
        body = bytearray()
        # Raw: the cap is for what has come, before anything decodes it.
        async for chunk in response.aiter_raw():
            if len(body) + len(chunk) > CAP:
                raise ValueError("answer too large")
            body += chunk
        return bytes(body)

    async def close(self) -> None:
        """Drop all connections."""
        for client in self._clients:
            await client.aclose()
