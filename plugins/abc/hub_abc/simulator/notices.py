"""The bank tells the hub: a signed GBK message in a form field, again until the page with <URL> comes back."""

import base64
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus

from hub.simulation import callback

from .gateway import Gateway

# Times that a notification is sent, and the seconds between (own convention; the bank publishes no schedule).
TRIES, GAP = 3, 0.3


@dataclass
class Notices:
    """The notifications of one run. `heard` is the bank's own count of what was answered as it should be."""

    gateway: Gateway
    url: str
    clock: Callable[[], datetime]
    sent: int = 0
    heard: int = 0

    def body(self, held: dict[str, Any], kind: str, *, forged: bool = False, age: float = 0) -> bytes:
        """One notification as it leaves; `age` seconds old. Its number stays the same for the same event."""
        moment = datetime.fromtimestamp(self.clock().timestamp() - age, self.clock().tzinfo)
        answer = {
            "TrxType": kind,
            "ReturnCode": "0000",
            "ErrorMessage": "",
            "NotifyNo": f"{kind}-{held['no']}",
            "HostDate": moment.strftime("%Y/%m/%d"),
            "HostTime": moment.strftime("%H:%M:%S"),
            "SignNo": held["no"],
            "SignDesc": held["customer"],
            "AgentSignStatus": held["status"],
            "Last4CardNo": held["card"][-4:],
        }
        message = self.gateway.signed(answer, wrong_key=forged, charset="GBK")
        return ("MSG=" + quote_plus(base64.b64encode(message).decode(), encoding="GBK")).encode()

    def tell(self, body: bytes, times: int = 1) -> threading.Thread:
        """Send it `times` over, each until it is answered as it should be."""
        thread = threading.Thread(target=self._tell, args=(body, times), daemon=True)
        if self.url:
            thread.start()
        return thread

    def _tell(self, body: bytes, times: int) -> None:
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=GBK"}
        for _ in range(times):
            for _ in range(TRIES):
                self.sent += 1
                with suppress(OSError):
                    status, answer = callback(self.url, body, headers)
                    if status == 200 and b"<URL>" in answer:
                        self.heard += 1
                        break
                time.sleep(GAP)
