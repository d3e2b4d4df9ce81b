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
    """The text with real line ends: a key pasted from a configuration file often has them as a backslash and an n."""
    return text.replace("\\r", "").replace("\\n", "\n")


def _framed(text: str) -> bool:
    return "-----BEGIN" in text


def _without_frame(text: str) -> bytes:
    """The DER bytes of a key given as bare base64, the way banks' portals show keys. Raises ValueError."""
    return b64decode("".join(text.split()), validate=True)


# Cached because both are needed for every message, and parsing and checking a private key takes longer than signing
# with it. The cache grows by one entry per key ever configured, which is a handful.
@cache
def private_key(pem: str, setting: str = "private_key") -> rsa.RSAPrivateKey:
    """The private key. Raises ValueError, with the setting's name and never its value, for anything else."""
    text = _lines(pem)
    try:
        if _framed(text):
            key = load_pem_private_key(text.encode(), password=None)
        else:
            key = load_der_private_key(_without_frame(text), password=None)
    # TypeError: the PEM is encrypted and no password was given.
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
