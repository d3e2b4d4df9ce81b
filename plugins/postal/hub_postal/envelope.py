"""The open platform's envelope: SM4 text, SM2 message key, SM2 signature over both as sent (protocol notes §3)."""

import base64
import binascii
import hmac
import json
import re
import string
from typing import Any, Literal

from hub.plugin import Forged, Unknown, read_json, sm

from .settings import BREAKS, Settings

ALPHABET = string.ascii_letters + string.digits
KEY_LENGTH = 16
# Characters of a line of base64, as MIME has them. The breaks are part of what is signed.
LINE = 76
NAMES = frozenset({"encryptKey", "accessToken", "signature"})
Part = Literal["request", "response"]


def derived(settings: Settings, label: str) -> bytes:
    """32 bytes for one message that only we can know; no two messages have the same `label`.

    Derived and not drawn, because a plugin has no chance of its own: the same message always has the same bytes.
    """
    return hmac.digest(settings.message_secret.reveal().encode(), label.encode(), "sha256")


def message_key(settings: Settings, label: str) -> str:
    """The 16 ASCII characters of a message's key (95 bits)."""
    # 256 bits divided by 62 sixteen times: what is left over makes the characters practically even.
    number, made = int.from_bytes(derived(settings, "key " + label), "big"), ""
    for _ in range(KEY_LENGTH):
        number, place = divmod(number, len(ALPHABET))
        made += ALPHABET[place]
    return made


def wrapped(data: bytes, line_break: str) -> str:
    """Base64 in lines of 76 characters, without a break at the end."""
    text = base64.b64encode(data).decode()
    return line_break.join(text[at : at + LINE] for at in range(0, len(text), LINE)) if line_break else text


def enclose(plain: str, settings: Settings, label: str, part: Part = "request") -> bytes:
    """A message: encrypted under a key of its own, that key under the bank's, both signed under our merchant number."""
    key = message_key(settings, label).encode()
    text = wrapped(sm.cbc_encrypt(key, settings.iv.reveal().encode(), plain.encode()), BREAKS[settings.line_break])
    locked = sm.encrypt(settings.banks(), key, derived(settings, "lock " + label), settings.key_order).hex().upper()
    made = sm.sign(settings.ours(), (text + locked).encode(), settings.merchant_id.encode())
    signed = {part: text, "encryptKey": locked, "accessToken": "", "signature": sm.to_hex_pair(made)}
    return json.dumps(signed, separators=(",", ":")).encode()


def disclose(body: bytes, settings: Settings, part: Part) -> dict[str, Any]:
    """What a message says. Raises Forged if it is not the bank's, Unknown if it cannot be read.

    The signature is checked before anything is decrypted.
    """
    text, locked = proven(body, settings, part)
    return read_json(opened(text, locked, settings))


def proven(body: bytes, settings: Settings, part: Part) -> tuple[str, str]:
    """The encrypted text and key of a message that the bank signed. Raises Forged, Unknown for no envelope."""
    envelope = read_json(body)
    # Exactly these names: a further one would not be covered by the signature.
    if envelope.keys() != NAMES | {part} or not all(isinstance(text, str) for text in envelope.values()):
        raise Unknown("envelope")
    text, locked = envelope[part], envelope["encryptKey"]
    verify(text + locked + envelope["accessToken"], envelope["signature"], settings)
    return text, locked


def verify(signed: str, signature: str, settings: Settings) -> None:
    """Check the bank's signature over the characters as sent, under our merchant number; raises Forged."""
    try:
        pair = sm.from_hex_pair(signature)
        right = sm.verify(settings.banks(), signed.encode(), pair, settings.merchant_id.encode())
    except ValueError:
        raise Forged("signature") from None
    if not right:
        raise Forged("signature")


def opened(text: str, locked: str, settings: Settings) -> bytes:
    """The plain bytes. Raises Unknown, not Forged: what is signed is the bank's, even if it cannot be decrypted."""
    # SM2's ciphertext: an uncompressed point (04), then hash and text in the order that the settings give.
    if not re.fullmatch("04[0-9a-fA-F]{200,600}", locked):
        raise Unknown("encrypt_key")
    try:
        key = sm.decrypt(settings.ours(), bytes.fromhex(locked), settings.key_order)
    except ValueError:
        raise Unknown("encrypt_key") from None
    try:
        # Base64 may come in lines; any other stray character is refused.
        cipher = base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)
        return sm.cbc_decrypt(key, settings.iv.reveal().encode(), cipher)
    except (ValueError, binascii.Error):
        raise Unknown("cipher") from None
