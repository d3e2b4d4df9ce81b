"""The platform's envelope as the bank makes and opens it, by gmssl-pyx (published, but for what a fault changes)."""

import base64
import json
import re
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import gmssl_pyx  # type: ignore[import-untyped, import-not-found, unused-ignore]  # it has no types, and some systems have no wheel

LETTERS = string.ascii_letters + string.digits
# SM2's default signer id (GM/T 0009); this bank signs under the merchant's number instead.
DEFAULT_ID = b"1234567812345678"


class Unreadable(Exception):
    """A message that the door turns away."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


@dataclass(frozen=True)
class Pair:
    """A key pair: 64 and 32 bytes."""

    public: bytes
    private: bytes


def new_pair() -> Pair:
    """A new key pair."""
    return Pair(*gmssl_pyx.sm2_key_generate())


@dataclass(frozen=True)
class Sop:
    """The bank's side of the wire with one merchant."""

    merchant_id: str
    bank: Pair
    other: Pair
    """A key of the bank's that was never handed out."""
    merchant: Pair
    iv: bytes
    new_order: bool = False
    """Whether hash and text of a locked key stand in today's order, C1C3C2."""

    def enclose(self, part: str, content: Mapping[str, Any], fault: str = "") -> bytes:
        """A message to the merchant, spoilt as a fault wants it."""
        plain = json.dumps(content, ensure_ascii=False).encode()
        key = "".join(secrets.choice(LETTERS) for _ in range(16)).encode()
        text = lines(gmssl_pyx.sm4_cbc_padding_encrypt(key, self.iv[::-1] if fault == "wrong_iv" else self.iv, plain))
        locked = self.lock(key, new_order=self.new_order != (fault == "c1c3c2"))
        signature = self.sign((text + locked).encode(), fault)
        # After signing: the same content in other characters, which must not pass.
        if fault == "reordered_json":
            again = json.dumps(dict(reversed(list(content.items()))), ensure_ascii=False).encode()
            text = lines(gmssl_pyx.sm4_cbc_padding_encrypt(key, self.iv, again))
        if fault == "line_breaks_lost":
            text = text.replace("\r\n", "")
        return json.dumps({part: text, "encryptKey": locked, "accessToken": "", "signature": signature}).encode()

    def sign(self, signed: bytes, fault: str = "") -> str:
        """hex(r)#hex(s) under the merchant's number."""
        pair = self.other if fault in ("rotated_key", "wrong_signature") else self.bank
        user = DEFAULT_ID if fault == "default_user_id" else self.merchant_id.encode()
        r, s = integers(gmssl_pyx.sm2_sign(pair.private, pair.public, signed, signer_id=user))[:2]
        return f"{r:064X}#{s:064X}"

    def lock(self, key: bytes, *, new_order: bool = False) -> str:
        """The message key under the merchant's key: 04, point, and in the old order text, hash."""
        der = gmssl_pyx.sm2_encrypt(self.merchant.public, key)
        x, y, check, text = integers(der)
        point = x.to_bytes(32, "big") + y.to_bytes(32, "big")
        hashed, body = check.to_bytes(32, "big"), text.to_bytes(len(key), "big")
        return (b"\x04" + point + (hashed + body if new_order else body + hashed)).hex().upper()

    def disclose(self, part: str, raw: bytes) -> dict[str, Any]:
        """What the merchant says; raises Unreadable with the code that the door answers."""
        try:
            envelope = json.loads(raw)
            text, locked = envelope[part], envelope["encryptKey"]
            r, s = (int(half, 16) for half in envelope["signature"].split("#"))
            signed = (text + locked + envelope["accessToken"]).encode()
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise Unreadable("900010", "报文解析失败") from None
        if set(envelope) != {part, "encryptKey", "accessToken", "signature"} or max(map(len, text.split("\r\n"))) > 76:
            raise Unreadable("900010", "报文解析失败")
        if not self.verified(signed, r, s):
            raise Unreadable("900001", "验签失败")
        return self.opened(text, locked)

    def verified(self, signed: bytes, r: int, s: int) -> bool:
        """Whether the merchant signed this, under its own number."""
        if not (0 < r < 2**256 and 0 < s < 2**256):
            return False
        der = sequence(number(r) + number(s))
        try:
            return bool(gmssl_pyx.sm2_verify(self.merchant.public, signed, der, signer_id=self.merchant_id.encode()))
        except gmssl_pyx.GmsslInnerError:
            return False

    def opened(self, text: str, locked: str) -> dict[str, Any]:
        """The content, decrypted with its key."""
        # The point's 64 bytes, the hash's 32 and the key's 16.
        if not re.fullmatch("04[0-9A-F]{224}", locked):
            raise Unreadable("900002", "密钥解密失败")
        raw = bytes.fromhex(locked)
        x, y = int.from_bytes(raw[1:33], "big"), int.from_bytes(raw[33:65], "big")
        check, body = (raw[65:97], raw[97:]) if self.new_order else (raw[-32:], raw[65:-32])
        der = sequence(number(x) + number(y) + octets(check) + octets(body))
        try:
            key = gmssl_pyx.sm2_decrypt(self.bank.private, der)
            plain = gmssl_pyx.sm4_cbc_padding_decrypt(key, self.iv, base64.b64decode(text.replace("\r\n", "")))
        except (gmssl_pyx.GmsslInnerError, ValueError):
            raise Unreadable("900002", "密钥解密失败") from None
        try:
            content = json.loads(plain)
        except (ValueError, RecursionError):
            raise Unreadable("900010", "报文解析失败") from None
        if not isinstance(content, dict):
            raise Unreadable("900010", "报文解析失败")
        return content


def lines(data: bytes) -> str:
    """Base64 with a line break after every 76 characters."""
    text = base64.b64encode(data).decode()
    return "\r\n".join(text[at : at + 76] for at in range(0, len(text), 76))


def sequence(body: bytes) -> bytes:
    """A DER sequence."""
    size = len(body)
    return b"\x30" + (bytes([size]) if size < 128 else b"\x81" + bytes([size])) + body


def number(value: int) -> bytes:
    """A DER integer."""
    # DER integers are signed: a number whose top bit is set gets a zero byte in front.
    body = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\x02" + bytes([len(body)]) + body


def octets(value: bytes) -> bytes:
    """A DER octet string."""
    return b"\x04" + bytes([len(value)]) + value


def integers(der: bytes) -> list[int]:
    """The members of a short DER sequence, each read as a number."""
    at = 3 if der[1] == 0x81 else 2
    numbers = []
    while at < len(der):
        size = der[at + 1]
        numbers.append(int.from_bytes(der[at + 2 : at + 2 + size], "big"))
        at += 2 + size
    return numbers
