"""Mobile's pushes: an order relation in SOAP that wants its TransactionID back (notes §5.3); the signature is our own."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from xml.etree import ElementTree

from hub.plugin import Fact, Forged, Heard, Unknown, read_json, text_at

from .announcing import ended
from .envelope import Settings
from .records import facts_of, moment

# ActionID: 1 subscribe is published; left, changed and the end of an announcement are our own convention.
SIGNED, LEFT, CHANGED, ANNOUNCED = "1", "2", "3", "4"
RELATION = "SyncOrderRelationReq"
# Bytes: far more than one relation needs.
LARGEST = 256 * 1024
# Instructions, comments and CDATA, removed from left to right as a parser meets them, because inside them nothing is
# markup. Any "<!" that is left can only begin a document type.
LAWFUL = re.compile(r"<\?.*?\?>|<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
ANSWER = (
    '<?xml version="1.0" encoding="UTF-8"?><Envelope><Header><TransactionID>{0}</TransactionID></Header><Body>'
    "<SyncOrderRelationResp><Version>1.5.0</Version><hRet>0</hRet></SyncOrderRelationResp></Body></Envelope>"
)


def signature(stamp: str, body: bytes, settings: Settings) -> str:
    """HMAC-SHA256 over our account, the timestamp and the raw body, in hexadecimal."""
    text = f"{settings.app_id}\n{stamp}\n".encode() + body
    return hmac.digest(settings.push_key.reveal().encode(), text, "sha256").hex()


def verify(body: bytes, headers: Mapping[str, str], settings: Settings, now: datetime) -> None:
    """Raise Forged unless the push is Mobile's, complete, for us and fresh."""
    stamp = headers.get("x-push-timestamp", "")
    if not re.fullmatch("[0-9]{10}", stamp):
        raise Forged("timestamp")
    # As bytes: `compare_digest` raises on text beyond ASCII, and a stranger may send anything.
    signed = headers.get("x-push-sign", "").encode()
    if not hmac.compare_digest(signed, signature(stamp, body, settings).encode()):
        raise Forged("signature")
    if abs(now.timestamp() - int(stamp)) > settings.push_window:
        raise Forged("not_fresh")


def heard(body: bytes, headers: Mapping[str, str], settings: Settings, now: datetime) -> Heard:
    """The facts of a verified push, and the answer that Mobile expects; without it the push is repeated."""
    verify(body, headers, settings, now)
    fields = relation(body)
    # Checked before it is put into the answer's XML, where a stranger's markup would be ours.
    number = fields.get("TransactionID", "")
    if not re.fullmatch(r"[\w-]{1,64}", number, re.ASCII):
        raise Unknown("transaction")
    facts = told(fields.get("ActionID", ""), feature(fields.get("FeatureStr", "")), now)
    return Heard(facts, number, ANSWER.format(number).encode(), {"Content-Type": "text/xml; charset=UTF-8"})


def relation(body: bytes) -> dict[str, str]:
    """The relation's own plain fields, and the header's TransactionID. Raises Unknown.

    No document type, hence no entities. Sender, receiver and user lie deeper, under names that occur twice; they are
    ignored.
    """
    if len(body) > LARGEST:
        raise Unknown("too_large")
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise Unknown("charset") from None
    if "<!" in LAWFUL.sub("", text) or "\0" in text:
        raise Unknown("document_type")
    try:
        # Told the charset, or the parser could guess UTF-16 and find a document type that the check above did not.
        root = ElementTree.fromstring(body, ElementTree.XMLParser(encoding="utf-8"))
    except (ElementTree.ParseError, ValueError, LookupError):
        raise Unknown("not_xml") from None
    numbers, bodies = every(root, "TransactionID"), every(root, RELATION)
    if len(numbers) != 1 or len(bodies) != 1:
        raise Unknown("not_a_relation")
    fields = {"TransactionID": (numbers[0].text or "").strip()}
    for element in bodies[0]:
        if named(element) in fields:
            raise Unknown("doubled_name")
        fields[named(element)] = (element.text or "").strip()
    return fields


def every(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    """The elements of a name, whatever their namespace."""
    return [element for element in root.iter() if named(element) == name]


def named(element: ElementTree.Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def feature(text: str) -> dict[str, object]:
    """The JSON inside FeatureStr. Raises Unknown."""
    try:
        return read_json(base64.b64decode(text, validate=True))
    except (binascii.Error, ValueError):
        raise Unknown("feature") from None


def told(action: str, content: dict[str, object], now: datetime) -> list[Fact]:
    """What a push states; raises Unknown for one that stands in no table or contradicts itself."""
    if action == ANNOUNCED:
        code = text_at(content, "custCode")
        if not code or text_at(content, "state") not in ("2", "3"):
            raise Unknown("state")
        return [ended(content, code, at=changed(content, now))]
    if action in (SIGNED, CHANGED) and content.get("signStatus") == "1":
        return facts_of(content, now)
    if action == LEFT and content.get("signStatus") == "2":
        return facts_of(content, now)
    raise Unknown("action", action[:20])


def changed(content: dict[str, object], now: datetime) -> datetime:
    """When it ended, by Mobile's clock but never later than ours. Raises Unknown."""
    try:
        return min(moment(text_at(content, "updateTime")), now)
    except (ValueError, OverflowError):
        raise Unknown("moment") from None


__all__ = ["heard", "signature", "verify"]
