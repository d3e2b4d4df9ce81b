"""The three kinds of signature that the open platform takes (notes §1.1), and the keys in which they are given."""

import base64
from functools import cache
from typing import Literal

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hub.plugin import sm

SignType = Literal["RSA2", "RSA", "SM2"]
ReplyHash = Literal["SHA1", "SHA256"]


@cache
def private_pem(pem: str) -> rsa.RSAPrivateKey:
    """An RSA key; raises ValueError for anything else."""
    try:
        key = serialization.load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("private_key: no PEM key without password") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("private_key: no RSA key")
    return key


@cache
def public_pem(pem: str) -> rsa.RSAPublicKey:
    """An RSA key; raises ValueError for anything else."""
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("gateway_public_key: no PEM key") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError("gateway_public_key: no RSA key")
    return key


def check_keys(sign_type: SignType, private: str, public: str) -> None:
    """Raises ValueError for keys that do not fit the kind of signature."""
    if sign_type != "SM2":
        private_pem(private)
        public_pem(public)
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
    return base64.b64encode(private_pem(private).sign(text, padding.PKCS1v15(), digest)).decode()


def genuine(text: bytes, signature: str, sign_type: SignType, public: str, reply_hash: ReplyHash) -> bool:
    """Whether the gateway signed this."""
    try:
        given = base64.b64decode(signature, validate=True)
        if sign_type == "SM2":
            return sm.verify(sm.PublicKey.from_hex(public), text, sm.from_der(given))
        digest = hashes.SHA256() if reply_hash == "SHA256" else hashes.SHA1()
        public_pem(public).verify(given, text, padding.PKCS1v15(), digest)
    except (InvalidSignature, ValueError):
        return False
    return True
