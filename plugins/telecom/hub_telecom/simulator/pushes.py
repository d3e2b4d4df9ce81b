"""Telecom calls the hub: signed, numbered, again until it is answered; and every way in which that goes wrong."""

import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hub.simulation import Script, callback
from hub.simulation.pushes import GAPS, PATIENCE, call_aside, call_later, note_answer

from .ledger import Ledger


@dataclass
class Pusher:
    """The callbacks of one run."""

    ledger: Ledger
    script: Script
    url: str
    app_id: str
    key: str
    other_key: str
    now: Callable[[], datetime]
    held: list[int] = field(default_factory=list)
    """Callbacks held back until another one has gone, so that they arrive out of order."""

    def note(self, kind: str, customer: str, data: dict[str, Any], shown: str = "") -> int:
        """Keep an event with its bytes; returns its number."""
        number = int(self.ledger.ask("SELECT coalesce(max(id), 0) + 1 AS n FROM pushes")[0]["n"])
        message = {"eventNo": f"EV{number:010d}", "eventType": shown or kind, "data": data}
        body = json.dumps(message, ensure_ascii=False).encode()
        self.ledger.do("INSERT INTO pushes(id, kind, body, cust) VALUES(?,?,?,?)", number, kind, body, customer)
        return number

    def tell(self, kind: str, customer: str, data: dict[str, Any]) -> None:
        """Note an event and send it, as the scenario wants."""
        fault = self.script.fault(0, "push", ())
        number = self.note(kind, customer, data, "HANDSET_LENT" if fault == "push_unknown_kind" else "")
        if fault == "push_held_back":
            self.held.append(number)
            return
        # The fault is for this try alone; the next ones are sent as they should be.
        self.send(number, fault)
        waiting, self.held = self.held, []
        for waited in waiting:
            call_later(GAPS[0], partial(self.send, waited))

    def send(self, number: int, fault: str | None = None) -> None:
        """Send a callback from a thread, twice at once if so wanted; nothing without an address."""
        push = self.ledger.one("SELECT * FROM pushes WHERE id = ?", number)
        if push is None:
            raise ValueError(f"there is no event {number}")
        if not self.url:
            return
        self.ledger.do("UPDATE pushes SET tries = tries + 1 WHERE id = ?", number)
        body, headers = self.signed(push["body"], fault)
        for _ in range(2 if fault == "push_twice" else 1):
            call_aside(
                partial(self.call, body, headers), lambda answer: note_answer(self.ledger, number, answer, self.send)
            )

    def signed(self, body: bytes, fault: str | None = None) -> tuple[bytes, dict[str, str]]:
        """The bytes and headers of a callback: HMAC-SHA256 over app id, timestamp and raw body."""
        key = self.other_key if fault in ("push_forged", "push_rotated_key") else self.key
        app_id = self.app_id[::-1] if fault == "push_other_app" else self.app_id
        moment = self.now() - (timedelta(minutes=10) if fault == "push_clock_off" else timedelta())
        stamp = str(int(moment.timestamp()))
        signature = hmac.digest(key.encode(), f"{app_id}\n{stamp}\n".encode() + body, "sha256").hex()
        # After signing: the same content in other bytes, which must not pass.
        if fault == "push_reordered":
            body = json.dumps(dict(reversed(json.loads(body).items())), ensure_ascii=False).encode()
        return body, {
            "Content-Type": "application/json; charset=UTF-8",
            "X-APP-ID": app_id,
            "X-CTG-Timestamp": stamp,
            "X-CTG-Signature": signature,
        }

    def call(self, body: bytes, headers: dict[str, str]) -> str:
        """The call itself; what was answered, in words."""
        try:
            status, answer = callback(self.url, body, headers, PATIENCE)
        except OSError as error:
            return type(error).__name__
        return "ok" if status == 200 and accepted(body, answer) else f"http_{status}"

    def at_once(self, kind: str, customer: str, data: dict[str, Any]) -> None:
        """Call, and wait for the answer before anything else: so it arrives before the answer that it is about."""
        number = self.note(kind, customer, data)
        body = self.ledger.ask("SELECT body FROM pushes WHERE id = ?", number)[0]["body"]
        answer = self.call(*self.signed(body)) if self.url else ""
        self.ledger.do(
            "UPDATE pushes SET tries = 1, answer = ?, done = ? WHERE id = ?", answer, int(answer == "ok"), number
        )


def accepted(body: bytes, answer: bytes) -> bool:
    """Whether the hub answered as Telecom wants it: the same event number and 0000."""
    try:
        response = json.loads(answer)
        return bool(response == {"eventNo": json.loads(body)["eventNo"], "resultCode": "0000"})
    except (ValueError, RecursionError):
        return False
