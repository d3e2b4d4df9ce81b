"""Telecom on the wire: its door in front of its business, and the faults that are its own."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from hub.simulation import Call, Said, Script, Simulated

from . import page
from .counter import ACTIONS, Counter
from .gateway import Content, Door, Shut, Turned, as_json, as_xml, head
from .listing import Shelf
from .orders import ALREADY, Orders
from .scenarios import AT_ONCE, LATER, USUAL

AREA = "/handset-order/v1/"
DOORS = {"rate_limit": 429, "rotated_key": 401, "no_right": 403, "not_found": 404}
REFUSALS = {"already_ordered": ALREADY, "used_up": AT_ONCE["monthly_limit"]}
TAKEN = head("0000", "成功接收消息", "0")
HEAD = json.dumps(TAKEN, ensure_ascii=False)[1:-1]
# The code only as an entity: a reader that expands entities would take this for a success.
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE Root [<!ENTITY a "0000">]><Root><Response><RspType>0</RspType><RspCode>&a;'
ENTITIES += b"</RspCode></Response></Root>"


class Telecom(Simulated):
    """The simulated carrier."""

    def __init__(self, script: Script, door: Door, orders: Orders, shelf: Shelf) -> None:
        super().__init__(orders.ledger, script)
        self.door, self.orders, self.shelf = door, orders, shelf
        self.ledger = orders.ledger
        self.counter = Counter(orders.ledger, orders)
        # One clock for both, so that an offset set by a test holds for callbacks too.
        orders.pusher.now = self.now

    def interface(self, call: Call) -> str:
        """The path behind the area, with underscores: customers, customers_query, agreements_query …"""
        return call.path.removeprefix(AREA).replace("/", "_")

    def customers(self, call: Call) -> Iterable[str]:
        """The customer that a call names."""
        with suppress(ValueError, AttributeError, RecursionError):
            return [str(json.loads(call.body).get("custCode", ""))]
        return []

    def answer(self, call: Call) -> Said:
        """Look at who calls, do the business, dress the answer."""
        try:
            content = self.door.enter(call)
            if call.fault in DOORS:
                raise Shut(DOORS[call.fault])
            if call.fault in REFUSALS:
                raise Turned(*REFUSALS[call.fault])
            body = self.work(call, content)
        except Shut as shut:
            return self.door.answer(call, b"", status=shut.status)
        except Turned as turned:
            return self.door.answer(call, as_json(head(turned.code, turned.text, "1")))
        return self.dressed(call, body)

    def work(self, call: Call, content: Content) -> bytes:
        """The business of an interface."""
        match self.interface(call):
            case "customers":
                answer = self.orders.announce(call, content, self.now())
                self.wake(content)
            case "customers_query":
                answer = self.orders.query(content)
            case "customers_held":
                answer = self.orders.held(content)
            case "agreements_one":
                answer = self.orders.one(content)
            case _:
                leaf = self.shelf.page(content)
                rows = ",".join(leaf.rows)
                # Joined as text: rows are JSON already, and there may be thousands on a page.
                return f'{{{HEAD},"cursor":"{leaf.cursor}","more":"{int(leaf.more)}","records":[{rows}]}}'.encode()
        return as_json(TAKEN | answer)

    def wake(self, content: Content) -> None:
        """Process an announcement when it is due, even if no call comes."""
        verdict = LATER.get(self.script.of(str(content.get("custCode")), USUAL))
        if verdict:
            # Ten milliseconds late, so that it surely is due by then.
            delay = (verdict.after or self.orders.settle) + 0.01
            loop = asyncio.get_running_loop()
            loop.call_later(delay, lambda: self.ripen(self.machine_time()))

    def machine_time(self) -> float:
        """Seconds since the epoch by the machine's clock, as calls have it."""
        return (self.now() - self.offset).timestamp()

    def dressed(self, call: Call, body: bytes) -> Said:
        """The answer as the fault leaves it; the work is done by now."""
        match call.fault:
            case "answer_xml":
                return self.door.answer(call, as_xml(json.loads(body)), kind="text/xml")
            case "answer_text":
                return self.door.answer(call, b"00", kind="text/plain")
            case "system_code":
                return self.door.answer(call, as_json(head("-99", "系统异常", "1")))
            case "unknown_code":
                return self.door.answer(call, as_json(head("-77", "", "1")))
            case "code_as_number":
                return self.door.answer(call, body.replace(b'"RspCode": "0000"', b'"RspCode": 0', 1))
            case "doubled":
                return self.door.answer(call, body.replace(b'"RspType"', b'"RspCode": "-99", "RspType"', 1))
            case "entities":
                return self.door.answer(call, ENTITIES, kind="text/xml")
            case _:
                return self.door.answer(call, body)

    def ripen(self, at: float) -> None:
        """End the announcements whose moment has come."""
        self.orders.ripen(at, self.now())

    def report(self) -> dict[str, Any]:
        """Telecom's books."""
        return self.ledger.report()

    def command(self, name: str, values: dict[str, Any], at: float) -> None:
        """Whatever the clerk can do; raises ValueError for an unknown one."""
        if name not in ACTIONS:
            super().command(name, values, at)
        self.counter.act(name, values, self.now())

    def page(self, at: float) -> str:
        """The clerk's page."""
        return page.render(self.ledger, self.script.names())

    def act(self, path: str, fields: Mapping[str, str], at: float) -> None:
        """What the clerk pressed."""
        self.counter.act(path.removeprefix("/clerk/"), fields, self.now())
