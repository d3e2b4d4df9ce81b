"""RSA keys, in PEM or as base64 alone, as plugins take them in their settings."""

from base64 import b64decode
from functools import cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    load_der_private_key,
    load_der_public_key,
    load_pem_private_key,
    load_pem_public_key,
)

NO_PRIVATE_KEY = "no private key in PEM or base64 (PKCS8 or PKCS1) without password"
NO_PUBLIC_KEY = "no public key in PEM or base64"


def _lines(text: str) -> str:
    """The text with line ends where a configuration file had them as two characters."""
    return text.replace("\\r", "").replace("\\n", "\n")


def _framed(text: str) -> bool:
    return "-----BEGIN" in text


def _without_frame(text: str) -> bytes:
    """What base64 alone stands for, as banks' portals show keys. Raises ValueError."""
    return b64decode("".join(text.split()), validate=True)


# Both are read for every message; parsing and checking a private key takes longer than signing with it.
@cache
def private_key(pem: str, setting: str = "private_key") -> rsa.RSAPrivateKey:
    """The private key. Raises ValueError, with the setting's name and never its value, for anything else."""
    text = _lines(pem)
    try:
        if _framed(text):
            key = load_pem_private_key(text.encode(), password=None)
        else:
            key = load_der_private_key(_without_frame(text), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError(f"{setting}: {NO_PRIVATE_KEY}") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"{setting}: no RSA key")
    return key


@cache
def public_key(pem: str, setting: str = "public_key") -> rsa.RSAPublicKey:
    """The public key. Raises ValueError, with the setting's name, for anything else."""
    text = _lines(pem)
    try:
        key = load_pem_public_key(text.encode()) if _framed(text) else load_der_public_key(_without_frame(text))
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError(f"{setting}: {NO_PUBLIC_KEY}") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError(f"{setting}: no RSA key")
    return key


__all__ = ["private_key", "public_key"]
