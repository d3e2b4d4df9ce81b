"""RSA keys in PEM, as plugins take them in their settings."""

from functools import cache

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key


# Both are read for every message; parsing and checking a private key takes longer than signing with it.
@cache
def private_key(pem: str, setting: str = "private_key") -> rsa.RSAPrivateKey:
    """The private key. Raises ValueError, with the setting's name and never its value, for anything else."""
    try:
        key = load_pem_private_key(pem.encode(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError(f"{setting}: no PEM key without password") from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"{setting}: no RSA key")
    return key


@cache
def public_key(pem: str, setting: str = "public_key") -> rsa.RSAPublicKey:
    """The public key. Raises ValueError, with the setting's name, for anything else."""
    try:
        key = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError(f"{setting}: no PEM key") from None
    if not isinstance(key, rsa.RSAPublicKey):
        raise ValueError(f"{setting}: no RSA key")
    return key


__all__ = ["private_key", "public_key"]
