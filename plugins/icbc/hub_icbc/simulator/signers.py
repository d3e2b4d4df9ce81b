"""The bank's side of a signature: RSA by `cryptography`, SM2 by gmssl-pyx (which only a bank with SM2 needs)."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hub.simulation import put

try:
    import gmssl_pyx as gmssl
except ImportError:
    gmssl = None


class Signer(Protocol):
    """Signs answers, and checks the caller's signature."""

    kinds: frozenset[str]
    """The caller's sign types that it takes."""

    def sign(self, text: bytes, *, wrong_key: bool) -> str:
        """The gateway's signature in base64, or another's."""

    def genuine(self, text: bytes, given: str, kind: str) -> bool:
        """Whether the caller signed this."""

    def rotate(self) -> None:
        """From now on the other key is the gateway's."""

    def public(self) -> str:
        """The key by which answers are verified now, as the bank would hand it out."""


def make_keys(folder: Path, name: str, sign_type: str = "RSA2") -> tuple[Path, Path]:
    """A key pair as files `name`.key and `name`.pub, made at the first call: RSA (2048 bits) as PEM, SM2 as hex."""
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-sm2" if sign_type == "SM2" else name
    private, public = folder / f"{stem}.key", folder / f"{stem}.pub"
    if private.exists():
        return private, public
    if sign_type == "SM2":
        point, number = gmssl.sm2_key_generate()
        secret, shown = number.hex().encode(), b"04" + point.hex().encode()
    else:
        key = rsa.generate_private_key(65537, 2048)
        pem = serialization.Encoding.PEM
        secret = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        shown = key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo)
    put(public, shown)
    put(private, secret)  # last: if it is there, both are
    return private, public


@dataclass
class Rsa:
    """SHA1withRSA and SHA256withRSA."""

    key: rsa.RSAPrivateKey
    other_key: rsa.RSAPrivateKey
    client: rsa.RSAPublicKey
    reply_hash: str = "SHA1"
    kinds: frozenset[str] = frozenset({"RSA", "RSA2"})

    def sign(self, text: bytes, *, wrong_key: bool) -> str:
        """The gateway's signature in base64, or another's."""
        # Answers have a hash of their own, which need not be that of requests.
        digest: hashes.HashAlgorithm = hashes.SHA256() if self.reply_hash == "SHA256" else hashes.SHA1()
        key = self.other_key if wrong_key else self.key
        return base64.b64encode(key.sign(text, padding.PKCS1v15(), digest)).decode()

    def genuine(self, text: bytes, given: str, kind: str) -> bool:
        """Whether the caller signed this."""
        digest: hashes.HashAlgorithm = hashes.SHA256() if kind == "RSA2" else hashes.SHA1()
        try:
            self.client.verify(base64.b64decode(given, validate=True), text, padding.PKCS1v15(), digest)
        except (InvalidSignature, ValueError):
            return False
        return True

    def rotate(self) -> None:
        """From now on the other key is the gateway's."""
        self.key, self.other_key = self.other_key, self.key

    def public(self) -> str:
        """The key by which answers are verified now, as PEM."""
        form = serialization.PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


@dataclass
class Sm2:
    """SM2 with SM3 under the default user id; DER in base64."""

    key: tuple[bytes, bytes]
    other_key: tuple[bytes, bytes]
    client: bytes
    kinds: frozenset[str] = frozenset({"SM2"})

    def sign(self, text: bytes, *, wrong_key: bool) -> str:
        """The gateway's signature in base64, or another's."""
        private, public = self.other_key if wrong_key else self.key
        return base64.b64encode(gmssl.sm2_sign(private, public, text)).decode()

    def genuine(self, text: bytes, given: str, kind: str) -> bool:
        """Whether the caller signed this."""
        try:
            return bool(gmssl.sm2_verify(self.client, text, base64.b64decode(given, validate=True)))
        except (ValueError, gmssl.GmsslInnerError):
            return False

    def rotate(self) -> None:
        """From now on the other key is the gateway's."""
        self.key, self.other_key = self.other_key, self.key

    def public(self) -> str:
        """The key by which answers are verified now, as hex."""
        return "04" + self.key[1].hex()


@dataclass(frozen=True)
class Content:
    """The content's encryption: SM4-CBC under a fixed key, an IV of zeros; nothing when there is no key."""

    key: bytes = b""

    def open(self, fields: dict[str, str]) -> Any:
        """What the caller means; raises ValueError."""
        text = fields.get("biz_content", "")
        if not self.key:
            return json.loads(text)
        if fields.get("encrypt_type") != "SM4":
            raise ValueError("the content is not encrypted")
        try:
            plain = gmssl.sm4_cbc_padding_decrypt(self.key, bytes(16), base64.b64decode(text, validate=True))
        except gmssl.GmsslInnerError:
            raise ValueError("the content cannot be decrypted") from None
        return json.loads(plain.decode(fields.get("charset", "UTF-8")))

    def close(self, text: str) -> str:
        """An answer's characters between the marks."""
        if not self.key:
            return text
        return json.dumps(base64.b64encode(gmssl.sm4_cbc_padding_encrypt(self.key, bytes(16), text.encode())).decode())


def load_private(path: Path) -> rsa.RSAPrivateKey:
    """A private key from its PEM file."""
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def load_public(path: Path) -> rsa.RSAPublicKey:
    """A public key from its PEM file."""
    key = serialization.load_pem_public_key(path.read_bytes())
    assert isinstance(key, rsa.RSAPublicKey)
    return key


def hex_pair(private: Path, public: Path) -> tuple[bytes, bytes]:
    """A private and a public SM2 key from their files."""
    return bytes.fromhex(private.read_text()), bytes.fromhex(public.read_text()[2:])


def signer(folder: Path, sign_type: str, reply_hash: str) -> Signer:
    """The gateway's signer with the keys of a folder."""
    gateway, other, client = (make_keys(folder, name, sign_type) for name in ("gateway", "other", "client"))
    if sign_type == "SM2":
        return Sm2(hex_pair(*gateway), hex_pair(*other), hex_pair(*client)[1])
    return Rsa(load_private(gateway[0]), load_private(other[0]), load_public(client[1]), reply_hash)
