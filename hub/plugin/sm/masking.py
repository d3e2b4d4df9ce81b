"""The parts of SM2 encryption that are not about points: the derived mask and the checksum (GB/T 32918.4)."""

from collections.abc import Callable
from typing import NamedTuple

from .keys import SIZE, PublicKey

Hash = Callable[[bytes], bytes]


class Parts(NamedTuple):
    """A ciphertext taken apart: C1, C3 and C2."""

    point: PublicKey
    check: bytes
    text: bytes


def stream(sm3: Hash, point: PublicKey, length: int) -> bytes:
    """The key derivation of GB/T 32918.4 over a shared point."""
    # The standard's counter starts at 1; one hash of 32 bytes for each block, the last one cut.
    blocks = range(1, -(-length // SIZE) + 1)
    return b"".join(sm3(point.to_bytes() + count.to_bytes(4, "big")) for count in blocks)[:length]


def masked(text: bytes, mask: bytes) -> bytes:
    """Text XOR mask."""
    return bytes(a ^ b for a, b in zip(text, mask, strict=True))


def checksum(sm3: Hash, shared: PublicKey, message: bytes) -> bytes:
    """C3: the hash over the message between the shared point's coordinates."""
    return sm3(shared.to_bytes()[:SIZE] + message + shared.to_bytes()[SIZE:])
