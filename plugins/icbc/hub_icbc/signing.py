"""The three kinds of signature that the open platform takes (notes §1.1), and the form of their keys."""

import base64
from typing import Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from hub.plugin import sm
from hub.plugin.rsa_keys import private_key, public_key

SignType = Literal["RSA2", "RSA", "SM2"]
ReplyHash = Literal["SHA1", "SHA256"]


def check_keys(sign_type: SignType, private: str, public: str) -> None:
    """Raise ValueError for keys that do not fit the kind of signature."""
    if sign_type != "SM2":
        private_key(private)
        public_key(public, "gateway_public_key")
        return
    try:
        sm.PrivateKey.from_hex(private)
    except ValueError as error:
        raise ValueError(f"private_key: {error}") from None
    try:
        sm.PublicKey.from_hex(public)
    except ValueError as error:
        raise ValueError(f"gateway_public_key: {error}") from None


def signed(text: bytes, sign_type: SignType, private: str) -> str:
    """The signature in base64; SM2 as DER."""
    if sign_type == "SM2":
        return base64.b64encode(sm.to_der(sm.sign(sm.PrivateKey.from_hex(private), text))).decode()
    digest = hashes.SHA256() if sign_type == "RSA2" else hashes.SHA1()
    return base64.b64encode(private_key(private).sign(text, padding.PKCS1v15(), digest)).decode()


def genuine(text: bytes, signature: str, sign_type: SignType, public: str, reply_hash: ReplyHash) -> bool:
    """Whether the gateway signed this."""
    try:
        raw = base64.b64decode(signature, validate=True)
        if sign_type == "SM2":
            return sm.verify(sm.PublicKey.from_hex(public), text, sm.from_der(raw))
        digest = hashes.SHA256() if reply_hash == "SHA256" else hashes.SHA1()
        public_key(public, "gateway_public_key").verify(raw, text, padding.PKCS1v15(), digest)
    except (InvalidSignature, ValueError):
        return False
    return True
