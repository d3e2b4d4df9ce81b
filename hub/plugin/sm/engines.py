"""Two engines behind one port, gmssl-pyx and our own arithmetic; the one chosen is checked against the standard's examples."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Literal, Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from hub.domain.refusals import Unusable

from .curve import G, N, added, affine, times
from .forms import Signature, ciphertext_der, to_der
from .keys import PrivateKey, PublicKey, private
from .masking import Parts, checksum, masked, stream
from .sm4 import sound

try:
    import gmssl_pyx
except (ImportError, OSError):  # an OSError when its C library is not for this machine
    gmssl_pyx = None

Name = Literal["gmssl", "own"]
# Bytes: the longest message that gmssl-pyx decrypts. Our own code decrypts any length.
LONGEST = 255
# The worked encryption of GB/T 32918.5: point, hash and text.
SEALED = Parts(
    PublicKey.from_hex(
        "04EBFC718E8D1798620432268E77FEB6415E2EDE0E073C0F4F640ECD2E149A73"
        "E858F9D81E5430A57B36DAAB8F950A3C64E6EE6A63094D99283AFF767E124DF0"
    ),
    bytes.fromhex("59983C18F809E262923C53AEC295D30383B54E39D609D160AFCB1908D0BD8766"),
    bytes.fromhex("21886CA989CA9C7D58087307CA93092D651EFA"),
)


class Unsound(Unusable):
    """The ciphers give wrong results on this machine."""


class Engine(Protocol):
    """What an engine does: the expensive parts whose results are determined by their input, so that engines agree."""

    name: Name

    def sm3(self, message: bytes) -> bytes:
        """The hash, 32 bytes."""

    def verify(self, key: PublicKey, digest: bytes, signature: Signature) -> bool:
        """Whether the signature is the key's over the digest e."""

    def decrypt(self, key: PrivateKey, parts: Parts) -> bytes:
        """The message; raises ValueError when it does not check."""


class Own:
    """SM2 by our own arithmetic; SM3 by `cryptography`."""

    name: Name = "own"

    def sm3(self, message: bytes) -> bytes:
        """The hash, 32 bytes."""
        made = hashes.Hash(hashes.SM3())
        made.update(message)
        return made.finalize()

    def verify(self, key: PublicKey, digest: bytes, signature: Signature) -> bool:
        """Whether the signature is the key's over the digest e."""
        r, s = signature
        t = (r + s) % N
        # t = 0 must be rejected (GB/T 32918.2, 7.1 B5): the key would then play no part in the check.
        point = affine(added(times(s, G), times(t, key.point))) if t else None
        return point is not None and (int.from_bytes(digest, "big") + point[0]) % N == r

    def decrypt(self, key: PrivateKey, parts: Parts) -> bytes:
        """The message; raises ValueError when it does not check."""
        shared = affine(times(key.number, parts.point.point))
        mask = stream(self.sm3, PublicKey(shared), len(parts.text)) if shared else b""
        # An all-zero mask would leave the text in the clear; the standard calls such a ciphertext invalid.
        if not shared or not any(mask):
            raise ValueError("no SM2 ciphertext")
        message = masked(parts.text, mask)
        if checksum(self.sm3, PublicKey(shared), message) != parts.check:
            raise ValueError("the SM2 ciphertext does not check")
        return message


class Gmssl(Own):
    """By gmssl-pyx. Signing is always ours: the library would draw its own random number.

    It derives from Own for what the library cannot do, such as long ciphertexts.
    """

    name: Name = "gmssl"

    def __init__(self, library: ModuleType) -> None:
        self.library = library

    def sm3(self, message: bytes) -> bytes:
        """The hash, 32 bytes."""
        return bytes(self.library.sm3_hash(message))

    def verify(self, key: PublicKey, digest: bytes, signature: Signature) -> bool:
        """Whether the signature is the key's over the digest e."""
        try:
            return bool(self.library.sm2_verify_sm3_digest(key.to_bytes(), digest, to_der(signature)))
        except self.library.GmsslInnerError:
            return False

    def decrypt(self, key: PrivateKey, parts: Parts) -> bytes:
        """The message; raises ValueError when it does not check. Messages too long for the library are opened by our own code."""
        if len(parts.text) > LONGEST:
            return super().decrypt(key, parts)
        try:
            return bytes(self.library.sm2_decrypt(key.to_bytes(), ciphertext_der(*parts)))
        except self.library.GmsslInnerError:
            raise ValueError("the SM2 ciphertext does not check") from None


def library() -> ModuleType | None:
    """gmssl-pyx, or None when it is not there or cannot be loaded on this machine."""
    loaded: ModuleType | None = gmssl_pyx
    return loaded


def sane(tried: Engine) -> bool:
    """The worked examples of GB/T 32918.5 (signature and encryption), 32905, 32907 and RFC 8998; a wrong one must fail."""
    key = private(0x3945208F7B2144B13F36E38AC6D39F95889393692860B51A42FB81EF4DF7C5B8)
    digest = bytes.fromhex("F0B43E94BA45ACCAACE692ED534382EB17E6AB5A19CE7B31F4486FDFC0D28640")
    right = Signature(
        0xF5A03B0648D2C4630EEAC513E1BB81A15944DA3827D5B74143AC7EACEEE720B3,
        0xB1B6AA29DF212FD8763182BC0D421CA1BB9038FD1F7F42D4840B69C485BBC1AA,
    )
    try:
        with silent():
            refuses = not tried.verify(key.public, digest, Signature(right.r, right.s - 1))
        return (
            refuses
            and tried.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
            and tried.verify(key.public, digest, right)
            and tried.decrypt(key, SEALED) == b"encryption standard"
            and sound()
        )
    except (ValueError, UnsupportedAlgorithm):
        return False


@contextmanager
def silent() -> Iterator[None]:
    """Silence GmSSL's C code, which writes every failed verification to stderr: here one fails on purpose."""
    # The C code writes to file descriptor 2 itself, so redirecting sys.stderr would not catch it.
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def choose(found: ModuleType | None) -> Engine:
    """The engine to use with this library (or none). Raises Unsound if even our own gives wrong results."""
    # The faster engine first; the own one is always there to fall back on.
    tried: list[Engine] = [Gmssl(found), Own()] if found else [Own()]
    for candidate in tried:
        if sane(candidate):
            return candidate
    raise Unsound(
        "SM2, SM3 or SM4 give wrong results on this machine, so no partner's signature could be believed: "
        "partnerhub does not start. Reinstall the packages cryptography and gmssl-pyx."
    )


@cache
def engine() -> Engine:
    """The engine of this process, chosen at its first use. Raises Unsound."""
    return choose(library())


def sm3(message: bytes) -> bytes:
    """The SM3 hash, 32 bytes."""
    return engine().sm3(message)


__all__ = ["Engine", "Gmssl", "Own", "Unsound", "choose", "engine", "library", "sane", "sm3"]
