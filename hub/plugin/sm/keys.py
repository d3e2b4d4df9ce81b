"""SM2 keys: hex as the banks hand them out, checked when they are read."""

import re
from dataclasses import dataclass, field
from functools import cache

from .curve import G, N, Point, affine, on_curve, times

SIZE = 32


@dataclass(frozen=True)
class PublicKey:
    """A point of the curve."""

    point: Point

    @classmethod
    def from_hex(cls, given: str) -> "PublicKey":
        """Read 04 and both coordinates, or the coordinates alone; raises ValueError for anything that is no point."""
        text = given.strip()
        if not re.fullmatch("(04)?[0-9a-fA-F]{128}", text):
            raise ValueError("a public key has 128 hex characters, perhaps with 04 before them")
        return cls.from_bytes(bytes.fromhex(text[-128:]))

    @classmethod
    def from_bytes(cls, given: bytes) -> "PublicKey":
        """Read both coordinates, 64 bytes; raises ValueError when they are no point."""
        point = int.from_bytes(given[:SIZE], "big"), int.from_bytes(given[SIZE:], "big")
        # A point off the curve lies on a weaker one, where our answers would leak the private key.
        if len(given) != 2 * SIZE or not on_curve(point):
            raise ValueError("a public key that is no point of the curve")
        return cls(point)

    def to_bytes(self) -> bytes:
        """Both coordinates, 64 bytes."""
        return self.point[0].to_bytes(SIZE, "big") + self.point[1].to_bytes(SIZE, "big")


@dataclass(frozen=True)
class PrivateKey:
    """A number from 1 to the curve's order less two, and its point. It is never shown."""

    number: int = field(repr=False)
    public: PublicKey

    @classmethod
    def from_hex(cls, given: str) -> "PrivateKey":
        """Read 64 hex characters; raises ValueError."""
        if not re.fullmatch("[0-9a-fA-F]{64}", given.strip()):
            raise ValueError("a private key has 64 hex characters")
        return private(int(given, 16))

    def to_bytes(self) -> bytes:
        """The number, 32 bytes."""
        return self.number.to_bytes(SIZE, "big")


# Cached because the point costs a full multiplication, and the same few keys serve every message.
@cache
def private(number: int) -> PrivateKey:
    """The key of a number; raises ValueError for one that is no key."""
    # N - 1 is excluded as well: signing divides by 1 + d, which would then be zero modulo N.
    if not 1 <= number <= N - 2:
        raise ValueError("a private key out of range")
    point = affine(times(number, G))
    if point is None:
        raise ValueError("a private key out of range")
    return PrivateKey(number, PublicKey(point))
