"""The hub's default `seal` and `unseal`: plain JSON, for plugins without an envelope of their own."""

import email.utils
import json
import re
from datetime import timedelta
from typing import Any

from hub.plugin import Busy, Refused, Reply, Request, Unknown, hookimpl, to_json
from hub.ports import now

# The longest Retry-After that is believed.
CEILING = timedelta(hours=1)


# `trylast`: a plugin's own envelope answers first (firstresult), and this one is not asked.
@hookimpl(trylast=True)
def seal(request: Request) -> Request:
    """JSON for a POST, nothing for a GET."""
    if request.method == "GET":
        return request
    body = b"" if request.content is None else to_json(request.content).encode()
    return request.sealed(body, content_type="application/json")


@hookimpl(trylast=True)
def unseal(reply: Reply) -> Any:
    """JSON from a 2xx; every other status is raised as the setback that it means."""
    refuse_status(reply)
    try:
        return json.loads(reply.body)
    # RecursionError: nested deeper than the parser goes.
    except (ValueError, RecursionError):
        raise Unknown("not_json", "") from None


def refuse_status(reply: Reply) -> None:
    """Raise what the status means.

    429 and 503 turned us away, and so did 401 and 403 (our access is at fault, not the customer): nothing was done, and
    a retry makes sense, if only after a repair. Other 4xx refuse; the rest proves nothing.
    """
    status = reply.status
    if 200 <= status < 300:
        return
    if status in (401, 403, 429, 503):
        raise Busy(f"http_{status}", retry_after=rest(reply.headers.get("retry-after", "")))
    # A 408 does not say how much of the request arrived.
    if 400 <= status < 500 and status != 408:
        raise Refused(f"http_{status}")
    raise Unknown(f"http_{status}")


def rest(header: str) -> timedelta | None:
    """Retry-After as seconds or HTTP date (RFC 9110), never above the ceiling; nonsense is None."""
    # Nine digits are some thirty years; a number without bounds would overflow.
    if re.fullmatch("[0-9]{1,9}", header):
        return min(timedelta(seconds=int(header)), CEILING)
    try:
        moment = email.utils.parsedate_to_datetime(header)
        return max(timedelta(), min(moment - now(), CEILING))
    except (TypeError, ValueError, OverflowError):
        return None
