"""Mobile calls the hub: an order relation in SOAP, again until its TransactionID comes back; and how that goes wrong."""

import base64
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

SIGNED, LEFT, CHANGED, ANNOUNCED = "1", "2", "3", "4"
SOAP = (
    '<?xml version="1.0" encoding="UTF-8"?>{dtd}<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/'
    'envelope/"><soapenv:Header><TransactionID>{number}</TransactionID></soapenv:Header><soapenv:Body>'
    "<SyncOrderRelationReq><Version>1.5.0</Version><MsgType>SyncOrderRelationReq</MsgType>"
    "<Send_Address><DeviceType>0</DeviceType><DeviceID>0011</DeviceID></Send_Address>"
    "<Dest_Address><DeviceType>400</DeviceType><DeviceID>0</DeviceID></Dest_Address>"
    "<FeeUser_ID><UserIDType>2</UserIDType><MSISDN></MSISDN><PseudoCode>{number}</PseudoCode></FeeUser_ID>"
    "<DestUser_ID><UserIDType>2</UserIDType><MSISDN></MSISDN><PseudoCode>{number}</PseudoCode></DestUser_ID>"
    "<LinkID>SP</LinkID><ActionID>{action}</ActionID><ActionReasonID>1</ActionReasonID><SPID>{app}</SPID><SPServiceID>YXT</SPServiceID><AccessMode>3</AccessMode>"
    "<FeatureStr>{feature}</FeatureStr></SyncOrderRelationReq></soapenv:Body></soapenv:Envelope>"
)
DTD = '<!DOCTYPE a [<!ENTITY b "bbbb">]>'


@dataclass
class Pusher:
    """The pushes of one run."""

    ledger: Ledger
    script: Script
    url: str
    app_id: str
    key: str
    other_key: str
    now: Callable[[], datetime]
    held: list[int] = field(default_factory=list)
    """Pushes held back until another one has gone, so that they arrive out of order."""

    def note(self, action: str, customer: str, data: dict[str, Any], *, dtd: bool = False) -> int:
        """Keep a push with its bytes; returns its number."""
        number = int(self.ledger.ask("SELECT coalesce(max(id), 0) + 1 AS n FROM pushes")[0]["n"])
        feature = base64.b64encode(json.dumps(data, ensure_ascii=False).encode()).decode()
        places = {"number": f"TR{number:012d}", "action": action, "app": self.app_id, "feature": feature}
        body = SOAP.format(dtd=DTD if dtd else "", **places).encode()
        values = (number, action, body, customer)
        self.ledger.do("INSERT INTO pushes(id, action, body, cust) VALUES(?,?,?,?)", *values)
        return number

    def tell(self, action: str, customer: str, data: dict[str, Any]) -> None:
        """Note a push and send it, as the scenario wants."""
        fault = self.script.fault(0, "push", ())
        # An ActionID that nobody has published: the hub must keep it and believe nothing.
        shown = "9" if fault == "push_unknown_kind" else action
        number = self.note(shown, customer, data, dtd=fault == "push_dtd")
        if fault == "push_held_back":
            self.held.append(number)
            return
        # The fault is for this try alone; the next ones are sent as they should be.
        self.send(number, fault)
        waiting, self.held = self.held, []
        for waited in waiting:
            call_later(GAPS[0], partial(self.send, waited))

    def send(self, number: int, fault: str | None = None) -> None:
        """Send a push from a thread, twice at once if so wanted; nothing without an address."""
        push = self.ledger.one("SELECT * FROM pushes WHERE id = ?", number)
        if push is None:
            raise ValueError(f"there is no push {number}")
        if not self.url:
            return
        self.ledger.do("UPDATE pushes SET tries = tries + 1 WHERE id = ?", number)
        body, headers = self.signed(push["body"], fault)
        for _ in range(2 if fault == "push_twice" else 1):
            call_aside(
                partial(self.call, number, body, headers),
                lambda answer: note_answer(self.ledger, number, answer, self.send),
            )

    def signed(self, body: bytes, fault: str | None = None) -> tuple[bytes, dict[str, str]]:
        """The bytes and headers of a push: HMAC-SHA256 over account, timestamp and raw body."""
        key = self.other_key if fault == "push_forged" else self.key
        moment = self.now() - (timedelta(minutes=10) if fault == "push_clock_off" else timedelta())
        stamp = str(int(moment.timestamp()))
        signature = hmac.digest(key.encode(), f"{self.app_id}\n{stamp}\n".encode() + body, "sha256").hex()
        # After signing: the same content in other bytes, which must not pass.
        if fault == "push_reordered":
            body = body.replace(b"<AccessMode>3</AccessMode>", b"").replace(
                b"<SPID>", b"<AccessMode>3</AccessMode><SPID>"
            )
        return body, {
            "Content-Type": "text/xml; charset=UTF-8",
            "X-Push-Timestamp": stamp,
            "X-Push-Sign": signature,
        }

    def call(self, number: int, body: bytes, headers: dict[str, str]) -> str:
        """The call itself; what was answered, in words."""
        try:
            status, answer = callback(self.url, body, headers, PATIENCE)
        except OSError as error:
            return type(error).__name__
        wanted = f"<TransactionID>TR{number:012d}</TransactionID>".encode()
        return "ok" if status == 200 and wanted in answer and b"<hRet>0</hRet>" in answer else f"http_{status}"

    def at_once(self, action: str, customer: str, data: dict[str, Any]) -> None:
        """Push, and wait for the answer before anything else: so it arrives before the answer that it is about."""
        number = self.note(action, customer, data)
        body = self.ledger.ask("SELECT body FROM pushes WHERE id = ?", number)[0]["body"]
        answer = self.call(number, *self.signed(body)) if self.url else ""
        done = int(answer == "ok")
        self.ledger.do("UPDATE pushes SET tries = 1, answer = ?, done = ? WHERE id = ?", answer, done, number)
