"""The open platform's envelope: what is signed, and what is verified, to the character (notes §1.1)."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hub.plugin import Busy, Forged, Reply, Request, Secret, Unknown, Url

BEIJING = ZoneInfo("Asia/Shanghai")
LONGEST_REST = 3600
"""Seconds: the longest Retry-After that is believed."""
OPENING, CLOSING = '"response_biz_content":', ',"sign":"'


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One installation's connection to ICBC. Keys are PEM; `cis` is the company's group customer number."""

    base_url: Url
    app_id: str
    private_key: Secret
    gateway_public_key: str
    cis: str
    login_id: str
    contract_no: str
    company_account: Secret
    company_name: str
    sign_type: Literal["RSA2", "RSA"] = "RSA2"
    reply_hash: Literal["SHA1", "SHA256"] = "SHA1"
    charset: Literal["UTF-8", "GBK"] = "UTF-8"

    def __post_init__(self) -> None:
        """Keys that cannot be read are found when the settings are saved, not when a card is to be bound."""
        _private(self.private_key.reveal())
        _public(self.gateway_public_key)


@cache
def _private(pem: str) -> rsa.RSAPrivateKey:
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("private_key: no PEM key without password") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("private_key: no RSA key")
    return key


@cache
def _public(pem: str) -> rsa.RSAPublicKey:
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("gateway_public_key: no PEM key") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("gateway_public_key: no RSA key")
    return key


def signing_string(path: str, fields: Mapping[str, str]) -> str:
    """The path, a question mark, and the non-empty fields in byte order, joined and not URL-encoded."""
    named = sorted((name, value) for name, value in fields.items() if name and value and name != "sign")
    return f"{path}?" + "&".join(f"{name}={value}" for name, value in named)


def sign(request: Request, settings: Settings, exchange: str, now: datetime) -> Request:
    """A signed form. `exchange` is the message id: new for each sending, at most 40 characters."""
    fields = {
        "app_id": settings.app_id,
        "msg_id": exchange[-40:],
        "format": "json",
        "charset": settings.charset,
        "sign_type": settings.sign_type,
        "timestamp": now.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
        "biz_content": json.dumps(request.content, ensure_ascii=False, separators=(",", ":")),
    }
    digest = hashes.SHA256() if settings.sign_type == "RSA2" else hashes.SHA1()
    text = signing_string(request.path, fields).encode(settings.charset)
    signature = _private(settings.private_key.reveal()).sign(text, padding.PKCS1v15(), digest)
    fields["sign"] = base64.b64encode(signature).decode()
    body = urlencode(fields, encoding=settings.charset).encode()
    return request.sealed(
        body,
        content_type=f"application/x-www-form-urlencoded; charset={settings.charset}",
        APIGW_VERSION="v2_20190522",
    )


def open_reply(reply: Reply, settings: Settings) -> dict[str, Any]:
    """The verified content. An unsigned, cut or foreign answer proves nothing: Unknown or Forged."""
    if reply.status in (429, 503):
        seconds = reply.headers.get("retry-after", "")
        rest = timedelta(seconds=min(int(seconds), LONGEST_REST)) if re.fullmatch("[0-9]{1,9}", seconds) else None
        raise Busy(f"http_{reply.status}", retry_after=rest)
    if reply.status != 200:
        raise Unknown(f"http_{reply.status}")
    try:
        text = reply.body.decode(settings.charset)
    except UnicodeDecodeError:
        raise Unknown("charset") from None
    start, end = text.find(OPENING), text.rfind(CLOSING)
    if start < 0 or end < start:
        raise Unknown("unsigned")
    raw = text[start + len(OPENING) : end]
    verify(raw, text[end + len(CLOSING) :].split('"', 1)[0], settings)
    try:
        content = json.loads(raw)
    except (ValueError, RecursionError):
        raise Unknown("not_json") from None
    if not isinstance(content, dict):
        raise Unknown("not_an_object")
    return content


def verify(raw: str, signature: str, settings: Settings) -> None:
    """Check the gateway's signature over the raw characters; raises Forged."""
    digest = hashes.SHA256() if settings.reply_hash == "SHA256" else hashes.SHA1()
    try:
        given = base64.b64decode(signature, validate=True)
        _public(settings.gateway_public_key).verify(given, raw.encode(settings.charset), padding.PKCS1v15(), digest)
    except (InvalidSignature, ValueError):
        raise Forged("signature") from None


__all__ = ["Settings", "open_reply", "sign", "signing_string", "verify"]
