"""The open platform's headers: who we are and our serial; what HTTP alone proves (protocol notes §4.1)."""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hub.plugin import HARMLESS, Busy, Reply, Request, Secret, Unknown, Url, to_json, wait_wanted

from .codes import judge
from .reading import read

SERIAL = "X-CTG-Request-ID"
# Seconds: the longest rest that an answer may ask for.
LONGEST_WINDOW = 3600
# Rest after our key or right was not accepted: somebody has to mend it, and hammering locks accounts.
MENDING = timedelta(minutes=5)
LARGEST_PAGE = 5000


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One installation's connection to Telecom's open platform. `callback_key` is shared, for its calls to us."""

    base_url: Url
    app_id: str
    app_key: Secret
    region_id: str
    callback_key: Secret
    version: str = "V1.0.0"
    page_size: int = field(default=1000, metadata=HARMLESS)
    callback_window: int = 300

    def __post_init__(self) -> None:
        """Settings that cannot work are found when they are saved."""
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
    """The bytes and headers of a call. A change carries our serial already; a question gets a number of its own."""
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

    The platform's own 401, 403 and 404 have no body: our key, our right or our address is wrong, nothing was done.
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
