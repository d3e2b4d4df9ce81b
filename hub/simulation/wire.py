"""HTTP/1.1 by hand (h11): a server library would repair or refuse the very faults that are to be played."""

import asyncio
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import parse_qsl, urlsplit

import h11

from .control import control
from .partner import Call, Drop, Said, Simulated

# Seconds after which an answer is too late: twice the deadline that channels have by default.
LATE = 40.0
# Bytes: more than the 10 MB that the hub reads of one answer.
HUGE = 12 * 1024 * 1024


@dataclass
class Wire:
    """What a connection needs."""

    partner: Simulated
    latency: float = 0.0
    fail_every: int = 0


async def serve(wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Serve one connection until it ends or a fault cuts it."""
    connection = h11.Connection(h11.SERVER)
    try:
        while True:
            request, body = await receive(connection, reader)
            if request is None:
                break
            await respond(wire, connection, writer, request, body)
            if connection.our_state is h11.MUST_CLOSE or connection.their_state is h11.MUST_CLOSE:
                break
            connection.start_next_cycle()
    except asyncio.CancelledError:
        writer.transport.abort()  # the partner closes
    # Aborted, not closed: buffered bytes are dropped and the client sees a reset, as when a host dies.
    except (Drop, h11.RemoteProtocolError, h11.LocalProtocolError, ConnectionError):
        writer.transport.abort()
    finally:
        with suppress(ConnectionError):
            writer.close()


async def receive(connection: h11.Connection, reader: asyncio.StreamReader) -> tuple[h11.Request | None, bytes]:
    """The next request and its body; None at the end of the connection."""
    request: h11.Request | None = None
    body = bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(65536))
        elif isinstance(event, h11.Request):
            request = event
        elif isinstance(event, h11.Data):
            body += event.data
        elif isinstance(event, h11.EndOfMessage):
            return request, bytes(body)
        else:
            return None, b""


async def respond(
    wire: Wire, connection: h11.Connection, writer: asyncio.StreamWriter, request: h11.Request, body: bytes
) -> None:
    """Answer a request: the clerk's page, the control surface, or the partner."""
    parts = urlsplit(request.target.decode())
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    headers = {name.decode().lower(): header.decode("latin-1") for name, header in request.headers}
    call = Call(0, request.method.decode(), parts.path, query, headers, body, time.time())
    if (parts.path, call.method) == ("/", "GET") or parts.path.startswith(("/_sim/", "/clerk/")):
        await send(connection, writer, control(wire.partner, call))
        return
    await business(wire, connection, writer, call)


async def send(connection: h11.Connection, writer: asyncio.StreamWriter, said: Said) -> None:
    """A whole answer."""
    named: Mapping[str, str] = {"Content-Type": said.kind, "Content-Length": str(len(said.body)), **said.headers}
    parts = [
        connection.send(h11.Response(status_code=said.status, headers=list(named.items()))),
        connection.send(h11.Data(data=said.body)),
        connection.send(h11.EndOfMessage()),
    ]
    writer.write(b"".join(part for part in parts if part))
    await writer.drain()


async def business(wire: Wire, connection: h11.Connection, writer: asyncio.StreamWriter, call: Call) -> None:
    """Handle a call to the partner: store it, perhaps disturb it, process it, answer it."""
    partner = wire.partner
    # Noted before anything can go wrong, so that a test can count what arrived even if no answer left.
    number = partner.books.note_request(call.at, call.path, call.body)
    if wire.latency:
        await asyncio.sleep(wire.latency)
    if partner.script.outage_until > call.at:
        await send(connection, writer, Said(b"<html>down</html>", 503, "text/html"))
        return
    call = replace(call, number=number)
    fault = partner.script.fault(number, partner.interface(call), partner.customers(call))
    if fault is None and wire.fail_every and number % wire.fail_every == 0:
        fault = "http_503"
    if fault:
        partner.books.do("UPDATE requests SET fault = ? WHERE no = ?", fault, number)
    answer = work(partner, replace(call, fault=fault))
    await deliver(connection, writer, answer, fault)
    partner.books.do("UPDATE requests SET answered = 1 WHERE no = ?", number)


def work(partner: Simulated, call: Call) -> Said:
    """Do the partner's work, unless the fault comes before it."""
    if call.fault == "drop_before_work":
        raise Drop
    if call.fault == "http_503":
        return Said(b"<html>busy</html>", 503, "text/html")
    partner.ripen(call.at)
    return partner.answer(call)


def disturbed(said: Said, fault: str | None) -> Said:
    """The answer as a fault of the wire leaves it; the work is done by now."""
    match fault:
        case "http_502_html":
            return Said(b"<html>Bad Gateway</html>", 502, "text/html")
        case "cut_body":
            return replace(said, body=said.body[: len(said.body) // 2])
        case "empty_body":
            return replace(said, body=b"")
        case "html_200":
            return replace(said, body=b"<html><body>login</body></html>")
        case "huge_body":
            return replace(said, body=b" " * HUGE)
        case "wrong_charset":
            return replace(said, body=said.body.decode("utf-8", "replace").encode("utf-16"))
        case _:
            return said


async def deliver(connection: h11.Connection, writer: asyncio.StreamWriter, said: Said, fault: str | None) -> None:
    """Deliver the answer to the caller, or not."""
    if fault == "drop_after_work":
        raise Drop
    if fault == "answer_late":
        await asyncio.sleep(LATE)
        raise Drop
    if fault == "drip":
        head = connection.send(h11.Response(status_code=200, headers=[("Content-Length", str(len(said.body)))]))
        writer.write(head or b"")
        # A byte a second keeps a client's read timeout from firing: only its deadline for the whole exchange ends this.
        for byte in said.body[: int(LATE)]:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(1)
        raise Drop
    await send(connection, writer, disturbed(said, fault))
