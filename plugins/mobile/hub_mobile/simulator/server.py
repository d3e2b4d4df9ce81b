"""Mobile on the wire: its door in front of its business, and the faults that are its own."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from hub.simulation import Call, Said, Script, Simulated

from . import page
from .business import Business
from .counter import ACTIONS, Counter
from .door import Content, Door, Shut, Turned, answer, envelope
from .listing import Shelf
from .scenarios import INSTEAD, LATER, USUAL

DOORS = {"rate_limit": 429, "rotated_key": 401, "no_right": 403}


class Mobile(Simulated):
    """The simulated carrier."""

    def __init__(self, script: Script, door: Door, business: Business, shelf: Shelf) -> None:
        super().__init__(business.ledger, script)
        self.door, self.business, self.shelf = door, business, shelf
        self.ledger = business.ledger
        self.counter = Counter(business.ledger, business)
        # One clock for both, so that an offset set by a test holds for pushes too.
        business.pusher.now = self.now

    def customers(self, call: Call) -> Iterable[str]:
        """The customers that a call names."""
        with suppress(ValueError, AttributeError, RecursionError, TypeError):
            content = json.loads(call.body)
            rows = content.get("customers", [content])
            return [str(entry.get("custCode", "")) for entry in rows]
        return []

    def answer(self, call: Call) -> Said:
        """Look at who calls, do the business, dress the answer."""
        try:
            if call.fault in DOORS:
                raise Shut(DOORS[call.fault])
            # Before the call is looked at, so that it comes with a token that has just ended.
            if call.fault == "token_expired":
                self.door.expire()
            content = self.door.enter(call, self.now())
            if call.fault in INSTEAD:
                raise Turned(*INSTEAD[call.fault])
            body = self.work(call, content)
        except Shut as shut:
            return answer(b"", shut.status)
        except Turned as turned:
            return answer(envelope(turned.status, turned.text))
        return self.dressed(call, body)

    def work(self, call: Call, content: Content) -> bytes:
        """The business of an interface."""
        answer: Content
        match self.interface(call):
            case "token":
                answer = self.door.give(content, call.at)
            case "customer" if "/operate/" in call.path:
                answer = self.business.single(call, content, self.now())
                self.wake([content])
            case "customer-batch":
                rows = content.get("customers")
                answer = self.business.batch(call, content, rows if isinstance(rows, list) else [], self.now())
                self.wake(rows if isinstance(rows, list) else [])
            case "customer":
                answer = self.business.held(content)
            case "customer-result":
                answer = self.business.result(content)
            case "customer-batch-result":
                answer = self.business.batch_result(content)
            case "signed-one":
                answer = self.business.one(content)
            case "signed":
                leaf = self.shelf.page(content)
                rows_text = ",".join(leaf.rows)
                inner = f'"cursor":"{leaf.cursor}","more":"{int(leaf.more)}","records":[{rows_text}]'
                # Joined as text: rows are JSON already, and there may be thousands on a page.
                return f'{{"status":"0","message":"正确","result":[{{{inner}}}]}}'.encode()
            case _:
                raise Shut(404)
        return envelope("0", "正确", answer)

    def wake(self, rows: Iterable[Content]) -> None:
        """Process announcements when they are due, even if no call comes."""
        for announcement in rows:
            verdict = LATER.get(self.script.of(str(announcement.get("custCode")), USUAL), LATER[USUAL])
            if verdict:
                # Ten milliseconds late, so that it surely is due by then.
                delay = (verdict.after or self.business.settle) + 0.01
                asyncio.get_running_loop().call_later(delay, lambda: self.ripen(self.machine_time()))

    def machine_time(self) -> float:
        """Seconds since the epoch by the machine's clock, as calls have it."""
        return (self.now() - self.offset).timestamp()

    def dressed(self, call: Call, body: bytes) -> Said:
        """The answer as the fault leaves it; the work is done by now."""
        match call.fault:
            case "system_code":
                return answer(envelope("99999", "系统异常"))
            case "unknown_code":
                return answer(envelope("12777", ""))
            case "status_as_number":
                return answer(body.replace(b'"status": "0"', b'"status": 0', 1))
            case "doubled":
                return answer(body.replace(b'"message"', b'"status": "12107", "message"', 1))
            case "no_job":
                return answer(envelope("0", "正确"))
            case "other_request":
                return answer(body.replace(b'"requestId": "', b'"requestId": "X', 1).replace(b'"jobId"', b'"other"', 1))
            case _:
                return answer(body)

    def ripen(self, at: float) -> None:
        """End the announcements whose moment has come."""
        self.business.ripen(at, self.now())

    def report(self) -> dict[str, Any]:
        """Mobile's books."""
        return self.ledger.report()

    def command(self, name: str, values: dict[str, Any], at: float) -> None:
        """Whatever the clerk can do; raises ValueError for an unknown one."""
        if name not in ACTIONS:
            super().command(name, values, at)
        self.press(name, values)

    def press(self, name: str, values: Mapping[str, object]) -> None:
        """The clerk acts; what the business turns away is nonsense at the desk."""
        try:
            self.counter.act(name, values, self.now())
        except Turned as turned:
            raise ValueError(turned.text) from None

    def page(self, at: float) -> str:
        """The clerk's page."""
        return page.render(self.ledger, self.script.names())

    def act(self, path: str, fields: Mapping[str, str], at: float) -> None:
        """What the clerk pressed."""
        self.press(path.removeprefix("/clerk/"), fields)
