"""The open platform's envelope: what exactly is signed, and what is verified (notes §1.1)."""

import base64
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from hub.plugin import Busy, Forged, Reply, Request, Unknown, read_json, sm, to_json, wait_wanted

from .settings import BEIJING, NO_IV, Settings, key_of
from .signing import genuine, signed

# An encrypted content: a JSON text of base64, which needs no escape.
ENCRYPTED = re.compile(r'\s*"[A-Za-z0-9+/=]*"\s*')
OPENING, CLOSING = '"response_biz_content":', ',"sign":"'


def signing_string(path: str, fields: Mapping[str, str]) -> str:
    """The path, a question mark, and the non-empty fields in byte order of their names, joined without URL-encoding."""
    named = sorted((name, text) for name, text in fields.items() if name and text and name != "sign")
    return f"{path}?" + "&".join(f"{name}={text}" for name, text in named)


def sign(request: Request, settings: Settings, exchange: str, now: datetime) -> Request:
    """A signed form. `exchange` is the message id: new for each sending, at most 40 characters."""
    fields = {
        "app_id": settings.app_id,
        "msg_id": exchange[-40:],
        "format": "json",
        "charset": settings.charset,
        "sign_type": settings.sign_type,
        "timestamp": now.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        "biz_content": to_json(request.content),
    }
    if settings.encrypt_type != "none":
        plain = fields["biz_content"].encode(settings.charset)
        fields["biz_content"] = base64.b64encode(sm.cbc_encrypt(key_of(settings.content_key), NO_IV, plain)).decode()
        fields["encrypt_type"] = settings.encrypt_type
    text = signing_string(request.path, fields).encode(settings.charset)
    fields["sign"] = signed(text, settings.sign_type, settings.own_key)
    body = urlencode(fields, encoding=settings.charset).encode()
    return request.sealed(
        body,
        content_type=f"application/x-www-form-urlencoded; charset={settings.charset}",
        APIGW_VERSION="v2_20190522",
    )


def judge_status(reply: Reply) -> None:
    """Only 200 brings an answer: too many and not now are Busy, anything else is Unknown."""
    if reply.status in (429, 503):
        raise Busy(f"http_{reply.status}", retry_after=wait_wanted(reply.headers))
    if reply.status != 200:
        raise Unknown(f"http_{reply.status}")


def open_reply(reply: Reply, settings: Settings) -> dict[str, Any]:
    """The verified content. An unsigned, cut or foreign answer proves nothing: Unknown or Forged."""
    judge_status(reply)
    try:
        text = reply.body.decode(settings.charset)
    except UnicodeDecodeError:
        raise Unknown("charset") from None
    # The first opening and the last closing: the content may itself have a field named sign.
    start, end = text.find(OPENING), text.rfind(CLOSING)
    if start < 0 or end < start:
        raise Unknown("unsigned")
    # The characters as they came, not parsed and written again: those are what the gateway signed.
    raw = text[start + len(OPENING) : end]
    verify(raw, text[end + len(CLOSING) :].split('"', 1)[0], settings)
    if settings.encrypt_type == "SM4" and ENCRYPTED.fullmatch(raw):
        raw = opened(raw.strip()[1:-1], settings)
    return read_json(raw)


def opened(given: str, settings: Settings) -> str:
    """The text of a verified and encrypted content; raises Unknown."""
    try:
        key = key_of(settings.content_key)
        return sm.cbc_decrypt(key, NO_IV, base64.b64decode(given, validate=True)).decode(settings.charset)
    except ValueError:
        raise Unknown("cipher") from None


def verify(raw: str, signature: str, settings: Settings) -> None:
    """Check the gateway's signature over the raw characters; raises Forged."""
    text, public = raw.encode(settings.charset), settings.gateway_public_key
    if not genuine(text, signature, settings.sign_type, public, settings.reply_hash):
        raise Forged("signature")


__all__ = ["Settings", "open_reply", "sign", "signing_string", "verify"]
