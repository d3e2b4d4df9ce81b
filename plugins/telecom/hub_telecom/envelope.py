"""The open platform's headers: who we are and our serial; what HTTP alone proves (protocol notes §4.1)."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hub.plugin import HARMLESS, Busy, Reply, Request, Secret, Unknown, Url, titled, to_json, wait_wanted

from .codes import judge
from .reading import read

SERIAL = "X-CTG-Request-ID"
# Seconds: the longest time for which a callback may count as fresh. What was recorded longer ago cannot be replayed.
LONGEST_WINDOW = 3600
# Wait after our key or permission was not accepted: a person has to repair that, and repeated tries lock accounts.
MENDING = timedelta(minutes=5)
LARGEST_PAGE = 5000


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One installation's connection to Telecom's open platform. `callback_key` is shared, for its calls to us."""

    base_url: Url = field(metadata=titled("网关地址", "Gateway address"))
    app_id: str = field(metadata=titled("应用编号", "Application number"))
    app_key: Secret = field(metadata=titled("应用密钥", "Key of the application"))
    region_id: str = field(
        metadata=titled("地区编码", "Region", note=("8 加六位行政区划代码", "8 and the six digits of the division"))
    )
    callback_key: Secret = field(
        metadata=titled(
            "通知验签密钥", "Key of callbacks", note=("与对方共用,至少 16 个字符", "Shared, 16 characters at least")
        )
    )
    version: str = field(default="V1.0.0", metadata=titled("接口版本", "Version of the interface"))
    page_size: int = field(
        default=1000, metadata=HARMLESS | titled("清单每页条数", "Records on a page", unit=("条", "records"))
    )
    callback_window: int = field(
        default=300, metadata=titled("通知的有效时间", "A callback is fresh for", unit=("秒", "seconds"))
    )

    def __post_init__(self) -> None:
        """Raise ValueError, when settings are saved, for values that cannot work."""
        if not re.fullmatch("8[0-9]{6}", self.region_id):
            raise ValueError("region_id: 8 and the six digits of the division")
        if not 1 <= self.page_size <= LARGEST_PAGE:
            raise ValueError(f"page_size: 1 to {LARGEST_PAGE}")
        if not 1 <= self.callback_window <= LONGEST_WINDOW:
            raise ValueError(f"callback_window: 1 to {LONGEST_WINDOW} seconds")
        if len(self.callback_key.reveal()) < 16:
            raise ValueError("callback_key: 16 characters at least")
        for name, text in (("app_id", self.app_id), ("app_key", self.app_key.reveal()), ("version", self.version)):
            if not re.fullmatch(r"[\x21-\x7e]{1,200}", text):
                raise ValueError(f"{name}: letters, digits and signs without blanks")


def dress(request: Request, settings: Settings, exchange: str) -> Request:
    """The bytes and headers of a call. A change already carries our serial; a query gets the exchange's number."""
    number = request.headers.get(SERIAL, exchange)
    return request.sealed(
        to_json(request.content).encode(),
        content_type="application/json; charset=UTF-8",
        X_APP_ID=settings.app_id,
        X_APP_KEY=settings.app_key,
        X_CTG_Request_ID=number,
        X_CTG_Region_ID=settings.region_id,
        Version=settings.version,
    )


def undress(reply: Reply) -> dict[str, Any]:
    """The content of an answer, judged. `echo` is the serial that came back with it, or empty."""
    refuse_status(reply)
    content = read(reply.body)
    judge(content)
    return content | {"echo": reply.headers.get(SERIAL.lower(), "")}


def refuse_status(reply: Reply) -> None:
    """Raise what the status proves.

    The platform's own 401, 403 and 404 have no body: our key, permission or address is wrong, and nothing was done.
    """
    if reply.status == 200:
        return
    name = f"http_{reply.status}"
    if reply.status in (429, 503):
        raise Busy(name, retry_after=wait_wanted(reply.headers, "x-ratelimit-reset", "retry-after"))
    if reply.status in (401, 403, 404) and not reply.body.strip():
        raise Busy(name, retry_after=MENDING)
    raise Unknown(name)


__all__ = ["SERIAL", "Settings", "dress", "undress"]
