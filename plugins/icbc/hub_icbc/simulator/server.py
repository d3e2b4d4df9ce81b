"""The wire: one HTTP/1.1 connection at a time by hand (h11), so that each fault can be played to the byte."""

import asyncio
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import h11

from . import page
from .gateway import Gateway, Turned, read_form
from .interfaces import Bank
from .scenarios import ROWS, WIRE

LATE = 40.0
"""Seconds of an answer that comes after any client's patience."""


class Drop(Exception):
    """Cut the connection now."""


@dataclass
class Wire:
    """What a connection needs."""

    bank: Bank
    gateway: Gateway
    latency: float = 0.0
    fail_every: int = 0
    offset: timedelta = timedelta()

    def now(self) -> datetime:
        """The bank's clock."""
        return datetime.now(UTC) + self.offset


async def serve(wire: Wire, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One connection until it ends or a fault cuts it."""
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
        writer.transport.abort()  # the bank closes
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
    """Answer a request: the clerk's page, the control surface, or the bank."""
    path = request.target.decode().split("?")[0]
    if path == "/" or path.startswith(("/_sim/", "/clerk/")):
        status, kind, content, headers = control(wire, request.method.decode(), path, body)
        await send(connection, writer, status, kind, content, headers)
        return
    await business(wire, connection, writer, path, body)


async def send(
    connection: h11.Connection,
    writer: asyncio.StreamWriter,
    status: int,
    kind: str,
    content: bytes,
    headers: Mapping[str, str] | None = None,
) -> None:
    """A whole answer."""
    named = {"Content-Type": kind, "Content-Length": str(len(content)), **(headers or {})}
    parts = [
        connection.send(h11.Response(status_code=status, headers=list(named.items()))),
        connection.send(h11.Data(data=content)),
        connection.send(h11.EndOfMessage()),
    ]
    writer.write(b"".join(part for part in parts if part))
    await writer.drain()


async def business(
    wire: Wire, connection: h11.Connection, writer: asyncio.StreamWriter, path: str, body: bytes
) -> None:
    """A call to the bank: kept, perhaps disturbed, worked on, answered."""
    at = time.time()
    ledger = wire.bank.ledger
    number = ledger.note_request(at, path, body)
    if wire.latency:
        await asyncio.sleep(wire.latency)
    if wire.bank.script.outage_until > at:
        await send(connection, writer, 503, "text/html", b"<html>down</html>")
        return
    fault = wire.bank.script.fault(number, path, customers_in(body))
    if fault is None and wire.fail_every and number % wire.fail_every == 0:
        fault = "http_503"
    if fault:
        ledger.do("UPDATE requests SET fault = ? WHERE no = ?", fault, number)
    status, content = work(wire, path, body, at, fault)
    await deliver(connection, writer, status, content, fault)
    ledger.do("UPDATE requests SET answered = 1 WHERE no = ?", number)


NOT_DONE: dict[str, tuple[int | str, str]] = {
    "system_code_not_done": (-500041, "proxy error"),
    "rate_limit": (500031, "rate exceeded"),
    "duplicate_serial": ("96110012", "f_seq_no was used before"),
}


def work(wire: Wire, path: str, body: bytes, at: float, fault: str | None) -> tuple[int, bytes]:
    """Do the bank's work, unless the fault comes before it, and make the answer."""
    if fault == "drop_before_work":
        raise Drop
    if fault == "http_503":
        return 503, b"<html>busy</html>"
    if fault in NOT_DONE:
        return 200, refusal(wire, *NOT_DONE[fault])
    moment = wire.now() + (timedelta(minutes=10) if fault == "clock_off" else timedelta())
    interface = path.split("/")[-2] if path.count("/") > 1 else ""
    try:
        content = wire.gateway.open(path, body, moment, wire.bank.ledger.new_message)
        answer = wire.bank.call(interface, content, at)
    except Turned as turned:
        return 200, refusal(wire, turned.code, turned.text)
    return 200, disturbed(wire, {"return_code": 0, "return_msg": "success", "msg_id": ""} | answer, fault)


def refusal(wire: Wire, code: int | str, text: str) -> bytes:
    """An answer with a code other than zero."""
    return wire.gateway.answer({"return_code": code, "return_msg": text, "msg_id": ""})


def disturbed(wire: Wire, content: dict[str, Any], fault: str | None) -> bytes:
    """The answer as the fault leaves it; the work is done by now."""
    rows = content.get("rd")
    if fault == "row_missing_in_reply" and rows:
        content["rd"] = rows[:-1]
    if fault == "rows_reordered_in_reply" and rows:
        content["rd"] = rows[::-1]
    if fault == "system_code":
        return refusal(wire, -500042, "proxy timeout")
    if fault == "return_code_string":
        content["return_code"] = "02313"
    answer = wire.gateway.answer(
        content, wrong_key=fault in ("wrong_signature", "rotated_key"), reorder=fault == "reordered_json"
    )
    replaced = {
        "unsigned_body": json.dumps({"response_biz_content": content}).encode(),
        "cut_body": answer[: len(answer) // 2],
        "empty_body": b"",
        "html_200": b"<html><body>login</body></html>",
        "huge_body": b" " * (12 * 1024 * 1024),
        "wrong_charset": answer.decode().encode("utf-16"),
    }
    return replaced.get(fault or "", answer)


async def deliver(
    connection: h11.Connection, writer: asyncio.StreamWriter, status: int, content: bytes, fault: str | None
) -> None:
    """Bring the answer to the caller, or not."""
    if fault == "drop_after_work":
        raise Drop
    if fault == "answer_late":
        await asyncio.sleep(LATE)
        raise Drop
    if fault == "http_502_html":
        status, content = 502, b"<html>Bad Gateway</html>"
    if fault == "drip":
        head = connection.send(h11.Response(status_code=200, headers=[("Content-Length", str(len(content)))]))
        writer.write(head or b"")
        for byte in content[:LATE_BYTES]:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(1)
        raise Drop
    await send(connection, writer, status, "application/json; charset=UTF-8", content)


LATE_BYTES = int(LATE)


def customers_in(body: bytes) -> list[str]:
    """The payer numbers that a call names, for faults by customer."""
    with suppress(Turned, ValueError, AttributeError):
        content = json.loads(read_form(body).get("biz_content", "{}"))
        rows = content.get("rd") or [content]
        return [str(row.get("pay_no", "")) for row in rows if isinstance(row, dict)]
    return []


def control(wire: Wire, method: str, path: str, body: bytes) -> tuple[int, str, bytes, dict[str, str]]:
    """The control surface (JSON) and the clerk's page (HTML); own convention, for this machine only."""
    bank, at = wire.bank, time.time()
    if path == "/_sim/ledger":
        bank.ledger.ripen(at)
        return 200, "application/json", bank.ledger.report().encode(), {}
    if path == "/_sim/health":
        return 200, "application/json", b'{"ok":true}', {}
    if path == "/_sim/requests":
        rows = bank.ledger.ask("SELECT no, at, path, fault, answered, length(raw) AS size FROM requests ORDER BY no")
        return 200, "application/json", json.dumps(rows).encode(), {}
    if method == "POST" and path.startswith("/_sim/"):
        try:
            command(wire, path.removeprefix("/_sim/"), json.loads(body or b"{}"), at)
        except (ValueError, KeyError, TypeError) as error:
            return 400, "application/json", json.dumps({"error": str(error)}).encode(), {}
        return 200, "application/json", b"{}", {}
    if method == "POST":
        page.act(bank, path, dict(parse_qsl(body.decode())), at)
        return 303, "text/plain", b"", {"Location": "/"}
    return 200, "text/html; charset=UTF-8", page.render(bank, at, sorted(ROWS), sorted(WIRE)).encode(), {}


def command(wire: Wire, name: str, values: dict[str, Any], at: float) -> None:
    """One command of the control surface; raises ValueError for an unknown one."""
    if name == "scenario":
        wire.bank.script.set(**values)
    elif name == "clock":
        wire.offset = timedelta(seconds=float(values["offset_seconds"]))
    elif name == "outage":
        wire.bank.script.outage_until = at + float(values["seconds"])
    elif name == "settle":
        wire.bank.ledger.ripen(at + 10**9)
    elif name == "end":
        wire.bank.ledger.end(str(values["customer_code"]), at)
    else:
        raise ValueError(f"there is no command {name}")
