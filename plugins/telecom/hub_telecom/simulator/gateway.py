"""The open platform's door: headers, rate, and the three forms of an answer (published; XML's outer name is ours)."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from hub.simulation import Call, Said

OPEN = re.compile(r"/handset-order/v1/(customers|customers/query|customers/held|agreements/(query|one))")
MINUTE = 60.0
Content = dict[str, Any]


class Turned(Exception):
    """A call that is answered with an error of the business."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


class Shut(Exception):
    """A call turned away at the door: a status and no body."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Door:
    """Who may come in, and how often."""

    app_id: str
    app_key: str
    region_id: str
    limit: int = 6000
    """Calls a minute."""
    window: float = 0.0
    used: int = 0
    rest: dict[str, str] = field(default_factory=dict)

    def enter(self, call: Call) -> Content:
        """The content of a call that may come in; raises Shut or Turned."""
        # First: a call that is refused for anything else counts against the limit all the same.
        self.count(call.at)
        headers = call.headers
        if headers.get("x-app-id") != self.app_id or headers.get("x-app-key") != self.app_key:
            raise Shut(401)
        if headers.get("x-ctg-region-id") != self.region_id or headers.get("version") != "V1.0.0":
            raise Shut(403)
        if call.method != "POST" or not OPEN.fullmatch(call.path):
            raise Shut(404)
        if not re.fullmatch(r"[\w-]{8,64}", headers.get("x-ctg-request-id", ""), re.ASCII):
            raise Turned("-2", "X-CTG-Request-ID is missing or malformed")
        try:
            content = json.loads(call.body.decode())
        except ValueError:
            raise Turned("-2", "the body is no JSON") from None
        if not isinstance(content, dict):
            raise Turned("-2", "the body is no object")
        return content

    def count(self, at: float) -> None:
        """Count a call against this minute's limit; raises Shut(429)."""
        if at - self.window >= MINUTE:
            self.window, self.used = at, 0
        self.used += 1
        self.rest = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "X-RateLimit-Reset": str(max(1, int(self.window + MINUTE - at))),
        }
        if self.used > self.limit:
            raise Shut(429)

    def answer(self, call: Call, body: bytes, *, status: int = 200, kind: str = "application/json") -> Said:
        """An answer with the platform's headers; the caller's serial is echoed."""
        serial = call.headers.get("x-ctg-request-id", "")
        echo = f"{serial[::-1]}" if call.fault == "other_echo" else serial
        # A serial that is no plain text is not echoed: it could break the header.
        shown = self.rest | ({"X-CTG-Request-Id": echo} if echo.isascii() and echo.isprintable() else {})
        return Said(body, status, f"{kind}; charset=UTF-8", shown)


def head(code: str, text: str, kind: str) -> Content:
    """The head of an answer."""
    return {"Response": {"RspType": kind, "RspCode": code, "RspDesc": text}}


def as_json(content: Mapping[str, Any]) -> bytes:
    """The usual form."""
    return json.dumps(content, ensure_ascii=False).encode()


def as_xml(content: Mapping[str, Any]) -> bytes:
    """The same as XML."""
    return f'<?xml version="1.0" encoding="UTF-8"?><Root>{_inside(content)}</Root>'.encode()


def _inside(content: Mapping[str, Any]) -> str:
    parts = []
    for name, inner in content.items():
        # XML knows no empty list: it becomes one empty element, as the plugin has to expect.
        for part in (inner or [""]) if isinstance(inner, list) else [inner]:
            inner = _inside(part) if isinstance(part, Mapping) else escape(str(part))
            parts.append(f"<{name}>{inner}</{name}>")
    return "".join(parts)
