"""The bank on the wire: its door in front of its business, and the faults that are its own."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from hub.simulation import Call, Said, Simulated

from . import page
from .business import Business
from .counter import ACTIONS, Counter
from .door import Door, Entered
from .scenarios import CODES, DRESS, EARLY, NOT_DONE
from .sop import Unreadable

NAMES = {
    "agreement.query": "query",
    "agreement.list": "list",
    "onlinepay.quickTerminate": "terminate",
    "onlinepay.queryOrderSta": "result",
}


class Postal(Simulated):
    """The simulated bank."""

    def __init__(self, door: Door, business: Business) -> None:
        super().__init__(business.ledger, business.script)
        self.door, self.business, self.ledger = door, business, business.ledger
        self.counter = Counter(business.ledger, business.script, business.pusher)
        self.replayed = b""
        # One clock for both, so that an offset set by a test holds for callbacks too.
        business.pusher.now = self.now

    def interface(self, call: Call) -> str:
        """query, list, terminate or result: the method is named only inside the envelope."""
        return NAMES.get(str(self.peek(call).get("head", {}).get("method")), "")

    def peek(self, call: Call) -> dict[str, Any]:
        """What a call says, as far as it can be opened."""
        try:
            return self.door.sop.disclose("request", call.body)
        except Unreadable:
            return {"head": {}, "body": {}}

    def customers(self, call: Call) -> Iterable[str]:
        """The customer that a call names, or whose agreement."""
        with suppress(ValueError, KeyError, TypeError, AttributeError):
            content = json.loads(self.peek(call)["body"]["data"])
            if "qpayAgrNo" in content:
                return [str(self.ledger.agreement(content["qpayAgrNo"])["cust"])]
            return [str(content.get("customerCode", ""))]
        return []

    def answer(self, call: Call) -> Said:
        """Look at who calls, do the business, envelope the answer."""
        fault = call.fault or ""
        serial = call.query.get("partnerTxSriNo", "")
        try:
            if fault in NOT_DONE:
                raise Unreadable(*NOT_DONE[fault])
            entered = self.door.enter(call, self.now())
            content = self.head(serial, "000000", "成功", self.work(entered, call))
        except Unreadable as no:
            content = self.head(serial, no.code, str(no), {})
        return Said(self.dressed(content, fault))

    def head(self, serial: str, code: str, text: str, data: Mapping[str, Any]) -> dict[str, Any]:
        """An answer before it is enveloped."""
        body = {"respCode": code, "respMsg": text, "data": json.dumps(data, ensure_ascii=False)}
        return {"head": {"partnerTxSriNo": serial, "merchantId": self.door.sop.merchant_id}, "body": body}

    def work(self, entered: Entered, call: Call) -> dict[str, Any]:
        """The business of a method."""
        match NAMES[entered.method]:
            case "query":
                return self.business.held(entered.data)
            case "list":
                return self.business.listed(entered.data)
            case "result":
                return self.business.result(entered.data)
        answer = self.business.terminate(entered.serial, entered.data, call.at)
        if call.fault == EARLY:
            self.business.ripen(call.at + self.business.settle, self.now(), early=True)
        self.wake()
        return answer

    def wake(self) -> None:
        """Process endings when they are due, even if no call comes."""
        loop = asyncio.get_running_loop()
        # Ten milliseconds late, so that it surely is due by then.
        loop.call_later(self.business.settle + 0.01, lambda: self.ripen((self.now() - self.offset).timestamp()))

    def dressed(self, content: dict[str, Any], fault: str) -> bytes:
        """The envelope as a fault wants it; the work is done by now."""
        if fault in CODES:
            content["body"]["respCode"] = CODES[fault]
        if fault == "other_serial":
            content["head"]["partnerTxSriNo"] = "0" * 24
        if fault == "other_merchant":
            content["head"]["merchantId"] = self.door.sop.merchant_id[::-1]
        if fault == "unsigned_body":
            return json.dumps(content, ensure_ascii=False).encode()
        if fault == "replayed_answer" and self.replayed:
            return self.replayed
        body = self.door.sop.enclose("response", content, fault if fault in DRESS else "")
        # Only a good answer is worth replaying: it is genuine, but to another question.
        self.replayed = body if not fault else self.replayed
        return body

    def ripen(self, at: float) -> None:
        """Carry out the endings whose moment has come."""
        self.business.ripen(at, self.now())

    def report(self) -> dict[str, Any]:
        """The bank's books."""
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
