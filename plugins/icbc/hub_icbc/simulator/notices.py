"""The bank tells the hub of agreements (notes §1.6): a signed form, again until it is answered rightly; and its faults."""

import json
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from hub.simulation import Script, callback

from .gateway import BEIJING, Gateway

# Times that a notification is sent, and the seconds between. Own convention: the bank publishes no schedule.
TRIES, GAP = 5, 0.3
FAULTS = frozenset(
    {"push_twice", "push_held_back", "push_wrong_signature", "push_clock_off", "push_lost", "push_early"}
)
Held = dict[str, Any]


@dataclass
class Notices:
    """The notifications of one run. `heard` is the bank's own count of what was answered as it should be."""

    gateway: Gateway
    script: Script
    contract_no: str
    url: str
    clock: Callable[[], datetime]
    sent: int = 0
    heard: int = 0
    waiting: list[Held] = field(default_factory=list)
    """Held back until the next one was told, so that the two arrive out of order."""

    def tell(self, held: Held) -> None:
        """An agreement is in force or has ended: tell the hub, as the scenario wants."""
        # 0: a push has no request number; its faults are set for the path `push`.
        fault = (self.script.fault(0, "push", ()) if self.url else None) or ""
        if fault == "push_held_back":
            self.waiting.append(held)
            return
        later, self.waiting = self.waiting, []
        if fault != "push_lost" and self.url:
            turns = [held, held] if fault == "push_twice" else [held]
            threading.Thread(target=self._tell, args=([*turns, *later], fault), daemon=True).start()

    def at_once(self, held: Held) -> None:
        """Tell it, and wait for the answer before anything else goes on."""
        self._tell([held], "push_early")

    def _tell(self, turns: list[Held], fault: str) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
        for held in turns:
            for number in range(TRIES):
                self.sent += 1
                with suppress(OSError):
                    status, answer = callback(self.url, self.body(held, fault if number == 0 else ""), headers)
                    if status == 200 and self.right(answer):
                        self.heard += 1
                        break
                time.sleep(GAP)

    def body(self, held: Held, fault: str = "") -> bytes:
        """One notification as it leaves; sent again, it has a new moment and the same msg_id."""
        moment = self.clock() - (timedelta(days=30) if fault == "push_clock_off" else timedelta())
        named = {name: held[name] for name in ("pay_no", "status")}
        content = {
            "msg_id": f"N{held['no']}-{held['status']}",
            "contract_no": self.contract_no,
            "agreement_no": held["no"],
            "pay_acct_no": held["card"],
            "s_time": stamp(held["signed_at"]),
            "f_time": stamp(held["ended_at"]) if held["ended_at"] else "",
            **named,
        }
        text = self.gateway.content.close(json.dumps(content, ensure_ascii=False))
        encrypted = bool(self.gateway.content.key)
        fields = {
            "from": "icbc-api",
            "api": urlsplit(self.url).path,
            "app_id": self.gateway.app_id,
            "charset": "UTF-8",
            "format": "json",
            "encrypt_type": "SM4" if encrypted else "",
            "timestamp": moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            "biz_content": json.loads(text) if encrypted else text,
            "sign_type": "RSA",
        }
        named = {name: value for name, value in sorted(fields.items()) if value}
        signed_text = f"{urlsplit(self.url).path}?" + "&".join(f"{name}={value}" for name, value in named.items())
        sign = self.gateway.signer.sign(signed_text.encode(), wrong_key=fault == "push_wrong_signature")
        return urlencode(named | {"sign": sign}).encode()

    def right(self, answer: bytes) -> bool:
        """Whether the answer says success and the company signed it."""
        try:
            head, _, tail = answer.decode().rpartition(',"sign":"')
            kind = json.loads(answer)["sign_type"]
            said = json.loads(answer)["response_biz_content"]
            content = (
                self.gateway.content.open({"biz_content": said, "encrypt_type": "SM4"})
                if isinstance(said, str)
                else said
            )
            signer = self.gateway.signer
            return (
                content["return_code"] == 0
                and kind in signer.kinds
                and signer.genuine(head.removeprefix("{").encode(), tail.removesuffix('"}'), kind)
            )
        except (ValueError, KeyError, TypeError):
            return False


def stamp(at: float) -> str:
    """A moment of the books as the bank writes it."""
    return datetime.fromtimestamp(at, BEIJING).strftime("%Y%m%d%H%M%S")
