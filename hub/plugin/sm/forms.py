"""A signature's three forms on the wire: DER, raw r||s, and hex(r)#hex(s). Malformed input raises ValueError."""

import re
from typing import NamedTuple

from .curve import N
from .keys import PublicKey

SIZE = 32
SEQUENCE, INTEGER, OCTETS = 0x30, 0x02, 0x04


class Signature(NamedTuple):
    """The two numbers of an SM2 signature, each from 1 to the curve's order less one."""

    r: int
    s: int


def checked(r: int, s: int) -> Signature:
    """A signature of these numbers; raises ValueError if one is out of range."""
    if not (0 < r < N and 0 < s < N):
        raise ValueError("a number of the signature is out of range")
    return Signature(r, s)


def to_raw(signature: Signature) -> bytes:
    """r and s, 32 bytes each."""
    return signature.r.to_bytes(SIZE, "big") + signature.s.to_bytes(SIZE, "big")


def from_raw(given: bytes) -> Signature:
    """The opposite."""
    if len(given) != 2 * SIZE:
        raise ValueError("a raw signature has 64 bytes")
    return checked(int.from_bytes(given[:SIZE], "big"), int.from_bytes(given[SIZE:], "big"))


def to_hex_pair(signature: Signature) -> str:
    """hex(r)#hex(s), each padded to 64 characters."""
    return f"{signature.r:064x}#{signature.s:064x}"


def from_hex_pair(given: str) -> Signature:
    """The opposite; accepts either case of letters, and numbers with or without leading zeros, as programs differ."""
    # 66: some programs print the byte of the sign as well.
    if not re.fullmatch("[0-9a-fA-F]{1,66}#[0-9a-fA-F]{1,66}", given):
        raise ValueError("a signature is hex(r)#hex(s), each of at most 66 characters")
    r, s = given.split("#")
    return checked(int(r, 16), int(s, 16))


def tagged(tag: int, body: bytes) -> bytes:
    """A value in DER, up to 65535 bytes."""
    size = len(body)
    head = (
        # DER: one byte of length up to 127, else 0x81 or 0x82 and the length in one or two bytes.
        bytes((size,))
        if size < 0x80
        else b"\x81" + bytes((size,))
        if size < 0x100
        else b"\x82" + size.to_bytes(2, "big")
    )
    return bytes((tag,)) + head + body


def der_integer(number: int) -> bytes:
    """A positive number in DER."""
    # DER integers are signed: a number whose top bit is set gets a zero byte in front, hence `// 8 + 1`.
    return tagged(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def to_der(signature: Signature) -> bytes:
    """SEQUENCE of two INTEGERs; always shorter than 128 bytes."""
    return tagged(SEQUENCE, der_integer(signature.r) + der_integer(signature.s))


def from_der(given: bytes) -> Signature:
    """The opposite. Only the canonical encoding is accepted: no leading zeros, nothing behind it."""
    if len(given) < 8 or given[0] != SEQUENCE or given[1] != len(given) - 2:
        raise ValueError("no DER signature")
    numbers, rest = [], given[2:]
    while rest:
        if len(rest) < 3 or rest[0] != INTEGER or not 1 <= rest[1] <= SIZE + 1 or len(rest) < 2 + rest[1]:
            raise ValueError("no DER signature")
        numbers.append(int.from_bytes(rest[2 : 2 + rest[1]], "big", signed=True))
        rest = rest[2 + rest[1] :]
    if len(numbers) != 2:
        raise ValueError("no DER signature")
    # Encoded again and compared: only one byte string may stand for a signature, or replays could look different.
    signature = checked(*numbers)
    if to_der(signature) != given:
        raise ValueError("no DER signature")
    return signature


def ciphertext_der(point: PublicKey, check: bytes, text: bytes) -> bytes:
    """A ciphertext as GM/T 0009 writes it: both coordinates, hash, text."""
    coordinates = der_integer(point.point[0]) + der_integer(point.point[1])
    return tagged(SEQUENCE, coordinates + tagged(OCTETS, check) + tagged(OCTETS, text))
