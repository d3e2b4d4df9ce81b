"""One exchange: head, body and serial as the bank expects them, and an answer that must belong to our request."""

import hashlib
from collections.abc import Generator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from hub.plugin import Busy, Forged, Reply, Request, Unknown, read_json, text_at, to_json, wait_wanted

from .codes import judge
from .envelope import disclose, enclose
from .settings import Settings

BEIJING = ZoneInfo("Asia/Shanghai")
# Domains in the address: the published one for quick pay, and one by our own convention for what the counter keeps.
QUICK, COUNTER = "unionpay", "agreement"

Data = Mapping[str, Any]
Talk = Generator[Request, Any, dict[str, Any]]


def stamp(moment: datetime) -> str:
    """A moment as the bank writes it, yyyyMMddHHmmss in Beijing."""
    return moment.astimezone(BEIJING).strftime("%Y%m%d%H%M%S")


def question_serial(key: str, now: datetime, label: str) -> str:
    """A serial for a query: the moment and ten digits. A change's own serial is never used for a question."""
    number = int.from_bytes(hashlib.sha256(f"{key} {label} {now.isoformat()}".encode()).digest(), "big")
    return f"{stamp(now)}{number % 10**10:010d}"


def ask(method: str, serial: str, data: Data, settings: Settings, now: datetime) -> Talk:
    """Send and judge; returns the answer's data. Raises Forged for an answer to something else."""
    domain = QUICK if method.startswith("onlinepay.") else COUNTER
    head = {
        "partnerTxSriNo": serial,
        "method": method,
        "version": "1",
        "merchantId": settings.merchant_id,
        "appID": settings.app_id,
        "reqTime": stamp(now),
        "accessType": "API",
        "reserve": "",
    }
    body = {"busiMainId": serial, "reqTransTime": stamp(now), "data": to_json(data)}
    path = f"/sop-h5/{settings.area}/{domain}/{settings.merchant_id}.htm"
    answer = yield Request("POST", path, {"head": head, "body": body}, {"partnerTxSriNo": serial})
    return answered(answer, serial, settings)


def answered(answer: Any, serial: str, settings: Settings) -> dict[str, Any]:
    """The data of an answer, if it certainly belongs to our serial; a replayed older answer does not.

    The check comes before the code is judged, or an old "refused" could be replayed for a new request.
    """
    head, body = (answer.get(name) for name in ("head", "body"))
    if not isinstance(head, dict) or not isinstance(body, dict):
        raise Unknown("not_understood")
    if head.get("partnerTxSriNo") != serial or head.get("merchantId") != settings.merchant_id:
        raise Forged("other_serial")
    code = body.get("respCode")
    if not isinstance(code, str):
        raise Unknown("no_code")
    judge(code, text_at(body, "respMsg"))
    return read_json(text_at(body, "data").encode("utf-8", "replace"))


def seal(request: Request, settings: Settings, exchange: str) -> Request:
    """The message's bytes, under a key of this message alone."""
    body = enclose(to_json(request.content), settings, exchange)
    return request.sealed(body, content_type="application/json; charset=UTF-8")


def unseal(reply: Reply, settings: Settings) -> dict[str, Any]:
    """Status, signature, decryption. The code is judged by the talk, which knows the serial."""
    if reply.status in (429, 503):
        raise Busy(f"http_{reply.status}", retry_after=wait_wanted(reply.headers))
    if reply.status != 200:
        raise Unknown(f"http_{reply.status}")
    return disclose(reply.body, settings, "response")
