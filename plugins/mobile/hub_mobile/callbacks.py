"""Mobile's pushes: an order relation in SOAP that wants its TransactionID back (notes §5.3); the signature is our own."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from xml.etree import ElementTree

from hub.plugin import Fact, Forged, Heard, Unknown

from .announcing import ended
from .envelope import Settings, read, word
from .records import facts_of

SIGNED, LEFT, CHANGED, ANNOUNCED = "1", "2", "3", "4"
"""ActionID: 1 subscribe is published; left, changed and the end of an announcement are our own convention."""
LARGEST = 256 * 1024
ANSWER = (
    '<?xml version="1.0" encoding="UTF-8"?><Envelope><Header><TransactionID>{0}</TransactionID></Header><Body>'
    "<SyncOrderRelationResp><Version>1.5.0</Version><hRet>0</hRet></SyncOrderRelationResp></Body></Envelope>"
)


def signature(stamp: str, body: bytes, settings: Settings) -> str:
    """HMAC-SHA256 over our account, the timestamp and the raw body, in hexadecimal."""
    text = f"{settings.app_id}\n{stamp}\n".encode() + body
    return hmac.digest(settings.push_key.reveal().encode(), text, "sha256").hex()


def verify(body: bytes, headers: Mapping[str, str], settings: Settings, now: datetime) -> None:
    """Is it Mobile's, whole, for us and fresh? Raises Forged."""
    stamp = headers.get("x-push-timestamp", "")
    if not re.fullmatch("[0-9]{10}", stamp):
        raise Forged("timestamp")
    given = headers.get("x-push-sign", "").encode()
    if not hmac.compare_digest(given, signature(stamp, body, settings).encode()):
        raise Forged("signature")
    if abs(now.timestamp() - int(stamp)) > settings.push_window:
        raise Forged("not_fresh")


def heard(body: bytes, headers: Mapping[str, str], settings: Settings, now: datetime) -> Heard:
    """The facts of a verified push, and the answer that Mobile wants; without it the push comes again."""
    verify(body, headers, settings, now)
    fields = relation(body)
    number = fields.get("TransactionID", "")
    if not re.fullmatch(r"[\w-]{1,64}", number, re.ASCII):
        raise Unknown("transaction")
    facts = told(fields.get("ActionID", ""), feature(fields.get("FeatureStr", "")), now)
    return Heard(facts, number, ANSWER.format(number).encode(), {"Content-Type": "text/xml; charset=UTF-8"})


def relation(body: bytes) -> dict[str, str]:
    """The plain fields of the relation, header included. No document type, so no entities. Raises Unknown."""
    if len(body) > LARGEST:
        raise Unknown("too_large")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Unknown("charset") from None
    if "<!" in text:
        raise Unknown("document_type")
    try:
        root = ElementTree.fromstring(text.encode())
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Unknown("not_xml") from None
    found: dict[str, str] = {}
    for each in root.iter():
        name = each.tag.rpartition("}")[2]
        if len(each) == 0 and name in found:
            raise Unknown("doubled_name")
        if len(each) == 0:
            found[name] = (each.text or "").strip()
    return found


def feature(text: str) -> dict[str, object]:
    """The JSON inside FeatureStr. Raises Unknown."""
    try:
        return read(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise Unknown("feature") from None


def told(action: str, content: dict[str, object], now: datetime) -> list[Fact]:
    """What a push states; raises Unknown for one that stands in no table or contradicts itself."""
    if action == ANNOUNCED:
        code = word(content, "custCode")
        if not code or word(content, "state") not in ("2", "3"):
            raise Unknown("state")
        return [ended(content, code)]
    if action in (SIGNED, CHANGED) and content.get("signStatus") == "1":
        return facts_of(content, now)
    if action == LEFT and content.get("signStatus") == "2":
        return facts_of(content, now)
    raise Unknown("action", action[:20])


__all__ = ["heard", "signature", "verify"]
