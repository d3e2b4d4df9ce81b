"""SM2 (GB/T 32918.2 and .4): signatures with a user id, encryption in the new order and the old."""

from collections.abc import Iterator
from itertools import islice
from typing import Literal

from .curve import A, B, G, N, affine, times
from .engines import Engine, engine, sm3
from .forms import Signature
from .keys import SIZE, PrivateKey, PublicKey
from .masking import Parts, checksum, masked, stream
from .secret_number import numbers

# The user id when none is agreed. Some partners agree one: PSBC signs with the merchant's number.
DEFAULT_ID = b"1234567812345678"
Order = Literal["C1C3C2", "C1C2C3"]
C1C3C2: Order = "C1C3C2"
C1C2C3: Order = "C1C2C3"
UNCOMPRESSED = b"\x04"
# Bytes: ZA begins with the id's length in bits, as two bytes, so 65535 // 8.
LONGEST_ID = 8191
# Secret numbers tried before giving up. For a signature one in about 2^256 is unusable; for an encryption one in 256
# if the message is a single byte, whose mask may be zero. Sixty-four in a row mean that something is broken.
TRIES = 64


def digest(key: PublicKey, message: bytes, user_id: bytes, by: Engine | None = None) -> bytes:
    """The hash e over ZA and the message; raises ValueError for a user id too long for its length field."""
    if len(user_id) > LONGEST_ID:
        raise ValueError("the user id is too long")
    hashed = by.sm3 if by else sm3
    curve = b"".join(number.to_bytes(SIZE, "big") for number in (A, B, *G))
    za = hashed((len(user_id) * 8).to_bytes(2, "big") + user_id + curve + key.to_bytes())
    return hashed(za + message)


def sign(key: PrivateKey, message: bytes, user_id: bytes = DEFAULT_ID) -> Signature:
    """A signature; the same message under the same key always gives the same one."""
    hashed = digest(key.public, message, user_id)
    return sign_digest(key, hashed, numbers(key.to_bytes(), hashed))


def sign_digest(key: PrivateKey, hashed: bytes, secret_numbers: Iterator[int]) -> Signature:
    """A signature over e with the first of these secret numbers that the formula has a use for."""
    for k in islice(secret_numbers, TRIES):
        point = affine(times(k, G))
        r = (int.from_bytes(hashed, "big") + point[0]) % N if point else 0
        # r + k = N would make s = k, which gives k away and fails to verify, as r + s = 0 (GB/T 32918.2, 6.1 A5).
        if r == 0 or r + k == N:
            continue
        s = pow(1 + key.number, -1, N) * (k - r * key.number) % N
        if s:
            return Signature(r, s)
    raise ValueError("no secret number is of use")


def verify(
    key: PublicKey, message: bytes, signature: Signature, user_id: bytes = DEFAULT_ID, *, by: Engine | None = None
) -> bool:
    """Whether the signature is the key's over this message, under this user id."""
    chosen = by or engine()
    return chosen.verify(key, digest(key, message, user_id, chosen), signature)


def order_of(check: bytes, text: bytes, order: Order) -> bytes:
    """Hash and text, in the given order."""
    return check + text if order == C1C3C2 else text + check


def encrypt(key: PublicKey, message: bytes, secret: bytes, order: Order = C1C3C2) -> bytes:
    """04, the point, and then by the order: hash and text, or text and hash.

    The secret number is derived from `secret` (32 bytes that nobody else knows) and the message, so equal messages give
    equal ciphertexts: encrypt only what differs each time, such as a message key. Raises ValueError for an empty
    message.
    """
    if not message:
        raise ValueError("nothing to encrypt")
    for k in islice(numbers(secret, sm3(key.to_bytes() + message), b"sm2-encrypt"), TRIES):
        first, shared = affine(times(k, G)), affine(times(k, key.point))
        if first is None or shared is None:
            continue
        mask = stream(sm3, PublicKey(shared), len(message))
        if any(mask):
            rest = order_of(checksum(sm3, PublicKey(shared), message), masked(message, mask), order)
            return UNCOMPRESSED + PublicKey(first).to_bytes() + rest
    raise ValueError("no secret number is of use")


def decrypt(key: PrivateKey, given: bytes, order: Order = C1C3C2, *, by: Engine | None = None) -> bytes:
    """The message; raises ValueError for anything that was not encrypted under our key in this order."""
    # At least 04, a point of two coordinates, the hash, and one byte of text.
    if len(given) <= 1 + 3 * SIZE or given[:1] != UNCOMPRESSED:
        raise ValueError("no SM2 ciphertext")
    point, rest = PublicKey.from_bytes(given[1 : 1 + 2 * SIZE]), given[1 + 2 * SIZE :]
    check, text = (rest[:SIZE], rest[SIZE:]) if order == C1C3C2 else (rest[-SIZE:], rest[:-SIZE])
    return (by or engine()).decrypt(key, Parts(point, check, text))
