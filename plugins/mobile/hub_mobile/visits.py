"""One visit at the platform: a token fetched first, and a new one when it expires in the middle (notes §5.1)."""

from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import Any

from hub.plugin import Busy, Refused, Request, Secret, text_at

from .codes import TOKEN_OVER
from .envelope import Settings

TOKEN = "/v5/ec/get/token"
# How the code of a Busy begins if the call for the token failed, by which the probe tells it from others.
TOKEN_REFUSED = "token "
Said = Generator[Request, Any, Any]


@dataclass
class Visit:
    """The settings, and the token that holds for the rest of the talk."""

    settings: Settings
    token: Secret | None = None


def said(visit: Visit, request: Request) -> Said:
    """One exchange, repeated once with a new token if it has expired. Raises Busy if the new one has expired too.

    Repeating is safe: 12021 comes before any work. Under WSSE there is no token to renew, so it is Busy at once, and
    never a no to the customer.
    """
    with_token = visit.settings.way == "token"
    for _ in range(2 if with_token else 1):
        if with_token and visit.token is None:
            visit.token = yield from _fetched(visit.settings)
        try:
            answer = (
                yield replace(request, content={**request.content, "token": visit.token}) if with_token else request
            )
        except Refused as no:
            if no.code != TOKEN_OVER:
                raise
            visit.token = None
        else:
            return answer
    raise Busy(TOKEN_OVER)


def _fetched(settings: Settings) -> Said:
    """Fetch a token. Whatever fails here, nothing was asked of the platform yet: Busy."""
    try:
        answer = yield Request("POST", TOKEN, {"password": settings.password}, prelude=True)
    except Refused as no:
        raise Busy(f"{TOKEN_REFUSED}{no.code}", no.text) from None
    token = text_at(answer, "token")
    if not token or len(token) > 400:
        raise Busy(f"{TOKEN_REFUSED}empty")
    return Secret(token)


__all__ = ["TOKEN", "TOKEN_REFUSED", "Visit", "said"]
