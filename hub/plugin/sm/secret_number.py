"""The secret number of a signature or an encryption, derived from key and message (RFC 6979 §3.2, with HMAC-SM3)."""

from collections.abc import Iterator

from cryptography.hazmat.primitives import hashes, hmac

from .curve import N

SIZE = 32


def hmac_sm3(key: bytes, message: bytes) -> bytes:
    """HMAC with SM3."""
    made = hmac.HMAC(key, hashes.SM3())
    made.update(message)
    return made.finalize()


def numbers(key: bytes, message_hash: bytes, label: bytes = b"") -> Iterator[int]:
    """Numbers from 1 to N - 1, always the same ones for one input: take the first that the formula accepts.

    `label` (RFC 6979 §3.6) separates uses, so that a signature and an encryption never share a number. Two signatures
    over different messages with one number reveal the private key, which is why it is derived and not drawn.
    """
    # Steps b to g of RFC 6979 §3.2; the loop below is its step h.
    seed = key + (int.from_bytes(message_hash, "big") % N).to_bytes(SIZE, "big") + label
    k, v = bytes(SIZE), b"\x01" * SIZE
    for step in (b"\x00", b"\x01"):
        k = hmac_sm3(k, v + step + seed)
        v = hmac_sm3(k, v)
    while True:
        v = hmac_sm3(k, v)
        number = int.from_bytes(v, "big")
        # Out of range happens once in 2^32 times: N begins with 32 bits of which only the last is zero.
        if 1 <= number < N:
            yield number
        k = hmac_sm3(k, v + b"\x00")
        v = hmac_sm3(k, v)
