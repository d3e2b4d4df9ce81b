"""The bank calls the hub: enveloped, numbered, again until it is answered rightly; and every way in which that goes wrong."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from hub.simulation import Script, callback
from hub.simulation.pushes import GAPS, PATIENCE, call_aside, call_later, note_answer

from .ledger import BEIJING, Ledger, Row, record
from .sop import Sop, Unreadable

# Older than the hub takes a call for fresh by default.
LATE = timedelta(minutes=10)


@dataclass
class Pusher:
    """The callbacks of one run."""

    ledger: Ledger
    script: Script
    sop: Sop
    url: str
    now: Callable[[], datetime]
    held: list[int] = field(default_factory=list)
    """Callbacks held back until another one has gone, so that they arrive out of order."""

    def note(self, kind: str, row: Row, fault: str = "") -> int:
        """Keep what the counter did, under a number of its own; returns its place in the books."""
        number = int(self.ledger.ask("SELECT coalesce(max(id), 0) + 1 AS n FROM pushes")[0]["n"])
        sequence = f"{self.now().astimezone(BEIJING):%Y%m%d%H%M%S}{number:010d}"
        # The number of the call before, with other content: the hub must not hear the second one.
        if fault == "push_same_sequence" and number > 1:
            sequence = self.ledger.ask("SELECT sequence FROM pushes WHERE id = ?", number - 1)[0]["sequence"]
        self.ledger.do(
            "INSERT INTO pushes(id, kind, sequence, cust, data, fault) VALUES(?,?,?,?,?,?)",
            number,
            "AGR_LENT" if fault == "push_unknown_kind" else kind,
            sequence,
            row["cust"],
            json.dumps(record(row)),
            fault,
        )
        return number

    def tell(self, kind: str, row: Row) -> None:
        """Note what the counter did and call it in, as the scenario wants."""
        fault = self.script.fault(0, "push", ()) or ""
        number = self.note(kind, row, fault)
        if fault == "push_held_back":
            self.held.append(number)
        if fault in ("push_held_back", "push_lost"):
            return
        # The fault is for this try alone; the next ones are sent as they should be.
        self.send(number, fault)
        waiting, self.held = self.held, []
        for waited in waiting:
            call_later(GAPS[0], partial(self.send, waited))

    def send(self, number: int, fault: str = "") -> None:
        """Call from a thread, twice at once if so wanted; nothing without an address."""
        push = self.ledger.one("SELECT * FROM pushes WHERE id = ?", number)
        if push is None:
            raise ValueError(f"there is no callback {number}")
        if not self.url:
            return
        self.ledger.do("UPDATE pushes SET tries = tries + 1 WHERE id = ?", number)
        body = self.message(push, fault)
        for _ in range(2 if fault == "push_twice" else 1):
            call_aside(
                partial(self.call, body, push["sequence"]),
                lambda answer: note_answer(self.ledger, number, answer, self.send),
            )

    def at_once(self, kind: str, row: Row) -> None:
        """Call, and wait for the answer before anything else goes on."""
        number = self.note(kind, row)
        kept = self.ledger.ask("SELECT * FROM pushes WHERE id = ?", number)[0]
        answer = self.call(self.message(kept, ""), kept["sequence"]) if self.url else ""
        self.ledger.do(
            "UPDATE pushes SET tries = 1, answer = ?, done = ? WHERE id = ?", answer, int(answer == "ok"), number
        )

    def message(self, row: Row, fault: str) -> bytes:
        """The callback's bytes: no head and body in this version; sent again, it has a new moment and the same number."""
        moment = self.now() - (LATE if fault == "push_clock_off" else timedelta())
        merchant = self.sop.merchant_id
        content = {
            "transSeq": row["sequence"],
            "merchantId": merchant[::-1] if fault == "push_other_merchant" else merchant,
            "transTime": moment.astimezone(BEIJING).strftime("%Y%m%d%H%M%S"),
            "busiType": row["kind"],
            "data": row["data"],
        }
        return self.sop.enclose("request", content, fault.removeprefix("push_"))

    def call(self, body: bytes, sequence: str) -> str:
        """The call itself; what was answered, in words."""
        try:
            status, answer = callback(self.url, body, {"Content-Type": "application/json; charset=UTF-8"}, PATIENCE)
        except OSError as error:
            return type(error).__name__
        if status != 200:
            return f"http_{status}"
        try:
            response = self.sop.disclose("response", answer)
        except Unreadable as unreadable:
            return f"unreadable {unreadable.code}"
        right = response.get("respCode") == "000000" and response.get("transSeq") == sequence
        return "ok" if right else f"not ours {response.get('respCode')}"
