"""The platform's envelope: JSON with a transaction number, status strings, and WSSE as another way (notes §5.1, §5.2)."""

import base64
import hashlib
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from hub.plugin import (
    HARMLESS,
    HELD_WHILE_OPEN,
    Busy,
    Reply,
    Request,
    Secret,
    Unknown,
    Url,
    read_json,
    titled,
    to_json,
    wait_wanted,
)

from .codes import MENDING, judge

BEIJING = ZoneInfo("Asia/Shanghai")
# Seconds: the longest time for which a push may count as fresh. What was recorded longer ago cannot be replayed.
LONGEST_WINDOW = 3600
LARGEST_PAGE = 5000
WSSE = 'WSSE realm="SDP",profile="UsernameToken",type="Appkey"'


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One installation's connection. `push_key` is shared, for Mobile's calls to us; `way`: a token, or WSSE digests."""

    base_url: Url = field(metadata=titled("网关地址", "Gateway address"))
    app_id: str = field(metadata=HELD_WHILE_OPEN | titled("应用账号", "Account of the application"))
    password: Secret = field(metadata=titled("应用密码", "Password"))
    push_key: Secret = field(
        metadata=titled(
            "通知验签密钥", "Key of pushes", note=("与对方共用,至少 16 个字符", "Shared, 16 characters at least")
        )
    )
    way: Literal["token", "wsse"] = field(
        default="token",
        metadata=titled(
            "登录方式", "How we log in", choices={"token": ("令牌", "Token"), "wsse": ("WSSE 摘要", "WSSE digest")}
        ),
    )
    page_size: int = field(
        default=1000, metadata=HARMLESS | titled("清单每页条数", "Records on a page", unit=("条", "records"))
    )
    push_window: int = field(
        default=300, metadata=titled("通知的有效时间", "A push is fresh for", unit=("秒", "seconds"))
    )

    def __post_init__(self) -> None:
        """Raise ValueError, when settings are saved, for values that cannot work."""
        if not re.fullmatch(r"[A-Za-z0-9]{4,64}", self.app_id):
            raise ValueError("app_id: 4 to 64 letters and digits")
        if not re.fullmatch(r"[\x21-\x7e]{8,200}", self.password.reveal()):
            raise ValueError("password: 8 characters at least, without blanks")
        if len(self.push_key.reveal()) < 16:
            raise ValueError("push_key: 16 characters at least")
        if self.way not in ("token", "wsse"):
            raise ValueError("way: token or wsse")
        if not 1 <= self.page_size <= LARGEST_PAGE:
            raise ValueError(f"page_size: 1 to {LARGEST_PAGE}")
        if not 1 <= self.push_window <= LONGEST_WINDOW:
            raise ValueError(f"push_window: 1 to {LONGEST_WINDOW} seconds")


def transaction(settings: Settings, exchange: str, now: datetime) -> str:
    """The platform's transaction number: account, Beijing time, eight digits (published form)."""
    # From the exchange's number, which is new for each sending: derived and not drawn, so a talk can be replayed.
    digits = int.from_bytes(hashlib.sha256(exchange.encode()).digest()[:8], "big") % 10**8
    return f"{settings.app_id}{now.astimezone(BEIJING):%Y%m%d%H%M%S}{digits:08d}"


def dress(request: Request, settings: Settings, exchange: str, now: datetime) -> Request:
    """The bytes and headers of a call; account, password and token go in the body, never in the address."""
    content = {"transid": transaction(settings, exchange, now), "appid": settings.app_id, **request.content}
    body = to_json(content).encode()
    kind = "application/json; charset=UTF-8"
    if settings.way == "token":
        return request.sealed(body, content_type=kind)
    digest = Secret(wsse(settings, exchange, now))
    return request.sealed(body, content_type=kind, Authorization=WSSE, X_WSSE=digest)


def wsse(settings: Settings, exchange: str, now: datetime) -> str:
    """The WSSE header: base64 over the hex text of SHA-256(nonce + created + secret), as installed clients send it.

    The usual WSSE takes the digest's bytes instead; a server that expects those refuses ours, and the probe shows it.
    """
    nonce = hashlib.sha256(exchange.encode()).hexdigest()[:32]
    created = f"{now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    hashed = hashlib.sha256(f"{nonce}{created}{settings.password.reveal()}".encode()).hexdigest()
    digest = base64.b64encode(hashed.encode()).decode()
    return f'UsernameToken Username="{settings.app_id}",PasswordDigest="{digest}",Nonce="{nonce}",Created="{created}"'


def undress(reply: Reply) -> dict[str, Any]:
    """The first result of an answer, judged. Raises Refused, Busy or Unknown."""
    refuse_status(reply)
    content = read_json(reply.body)
    judge(content)
    content_list = content.get("result")
    first = content_list[0] if isinstance(content_list, list) and content_list else {}
    if not isinstance(first, dict):
        raise Unknown("no_result")
    return first


def refuse_status(reply: Reply) -> None:
    """Raise what the HTTP status proves."""
    if reply.status == 200:
        return
    name = f"http_{reply.status}"
    if reply.status in (429, 503):
        raise Busy(name, retry_after=wait_wanted(reply.headers))
    # Without a body it comes from the platform's gateway: our account was not accepted, and nothing was done.
    if reply.status in (401, 403) and not reply.body.strip():
        raise Busy(name, retry_after=MENDING)
    raise Unknown(name)


__all__ = ["BEIJING", "Settings", "dress", "transaction", "undress", "wsse"]
