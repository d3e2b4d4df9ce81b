"""The platform's door: transaction number, token or WSSE digest, rate; status strings (published; WSSE by setting)."""

import base64
import binascii
import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from hub.simulation import Call, Said

from .ledger import BEIJING, Ledger

MINUTE = 60.0
# Seconds: a token's life, and by how much the caller's clock may differ.
TOKEN_LIVES = 3600.0
SKEW = 300.0
HEADER = re.compile(
    r'UsernameToken Username="(?P<user>[^"]+)",PasswordDigest="(?P<digest>[^"]+)",Nonce="(?P<nonce>[^"]+)",'
    r'Created="(?P<created>[^"]+)"'
)
Content = dict[str, Any]


class Turned(Exception):
    """A call that is answered with a status string that is not "0"."""

    def __init__(self, status: str, text: str) -> None:
        super().__init__(text)
        self.status, self.text = status, text


class Shut(Exception):
    """A call turned away at the door: an HTTP status and no body."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass
class Door:
    """Who may come in, and how often."""

    ledger: Ledger
    app_id: str
    password: str
    way: str
    limit: int
    window: float = 0.0
    used: int = 0

    def enter(self, call: Call, now: datetime) -> Content:
        """The content of a call that may come in; raises Shut or Turned."""
        # First: a call that is refused for anything else counts against the limit all the same.
        self.count(call.at)
        if call.method != "POST":
            raise Shut(404)
        try:
            content = json.loads(call.body.decode())
        except ValueError:
            raise Turned("12001", "报文不是 JSON") from None
        if not isinstance(content, dict) or content.get("appid") != self.app_id:
            raise Turned("12002", "appid 不正确")
        self.transaction(str(content.get("transid", "")), now)
        if self.way == "wsse":
            self.wsse(call, now)
        # The call that fetches a token cannot have one.
        elif not call.path.endswith("/get/token"):
            self.token(str(content.get("token", "")), call.at)
        return content

    def transaction(self, number: str, now: datetime) -> None:
        """Its form, its moment within five minutes of our clock, and that it comes once; raises Turned."""
        if not re.fullmatch(re.escape(self.app_id) + r"\d{22}", number, re.ASCII):
            raise Turned("12003", "transid 不正确")
        try:
            made = datetime.strptime(number[-22:-8], "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
        except ValueError:
            raise Turned("12003", "transid 不正确") from None
        if abs((now - made).total_seconds()) > SKEW:
            raise Turned("12006", "transid 时间与平台相差超过 5 分钟")
        if not self.ledger.first_use(number):
            raise Turned("12008", "transid 重复")

    def count(self, at: float) -> None:
        """Count a call against this minute's limit; raises Shut(429)."""
        if at - self.window >= MINUTE:
            self.window, self.used = at, 0
        self.used += 1
        if self.used > self.limit:
            raise Shut(429)

    def give(self, content: Content, at: float) -> Content:
        """A token for the right password."""
        if content.get("password") != self.password:
            raise Turned("12004", "密码不正确")
        token = secrets.token_hex(20)
        self.ledger.do("INSERT INTO tokens VALUES(?,?)", token, at + TOKEN_LIVES)
        return {"token": token, "ttl": "3600"}

    def token(self, token: str, at: float) -> None:
        """A token that is missing, unknown or over: 12021."""
        if not self.ledger.one("SELECT 1 FROM tokens WHERE token = ? AND until > ?", token, at):
            raise Turned("12021", "token 不存在或已过期")

    def expire(self) -> None:
        """All tokens are over."""
        self.ledger.do("DELETE FROM tokens")

    def wsse(self, call: Call, now: datetime) -> None:
        """The digest is base64 over the hex text of SHA-256(nonce + created + secret); raises Shut(401)."""
        header = HEADER.fullmatch(call.headers.get("x-wsse", ""))
        realm = call.headers.get("authorization") == 'WSSE realm="SDP",profile="UsernameToken",type="Appkey"'
        if header is None or not realm or header["user"] != self.app_id:
            raise Shut(401)
        hashed = hashlib.sha256(f"{header['nonce']}{header['created']}{self.password}".encode()).hexdigest()
        try:
            digest = base64.b64decode(header["digest"], validate=True)
            made = datetime.strptime(header["created"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        except (binascii.Error, ValueError):
            raise Shut(401) from None
        # The nonce is looked at only afterwards, so that a stranger's wrong call cannot use one up.
        if digest != hashed.encode() or abs((now - made).total_seconds()) > SKEW:
            raise Shut(401)
        if not self.ledger.first_use(f"nonce {header['nonce']}"):
            raise Shut(401)


def envelope(status: str, text: str, result: Content | None = None) -> bytes:
    """An answer as the platform dresses it."""
    answer = {"status": status, "message": text, "result": [] if result is None else [result]}
    return json.dumps(answer, ensure_ascii=False).encode()


def answer(body: bytes, status: int = 200) -> Said:
    """An answer on the wire."""
    return Said(body, status, "application/json; charset=UTF-8")
