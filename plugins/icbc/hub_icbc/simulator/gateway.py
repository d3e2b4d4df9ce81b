"""The gateway: who calls, is it signed, is it fresh; and how an answer is signed (published protocol)."""

import base64
import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

BEIJING = timezone(timedelta(hours=8))
WINDOW = timedelta(minutes=5)


class Turned(Exception):
    """A call turned away at the door, with the gateway's code."""

    def __init__(self, code: int | str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


def make_keys(folder: Path, name: str) -> tuple[Path, Path]:
    """A key pair (2048 bits) as PEM files `name`.key and `name`.pub, made at the first call; returns both paths."""
    folder.mkdir(parents=True, exist_ok=True)
    private, public = folder / f"{name}.key", folder / f"{name}.pub"
    if not private.exists():
        key = rsa.generate_private_key(65537, 2048)
        pem = serialization.Encoding.PEM
        private.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        public.write_bytes(key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
    return private, public


@dataclass
class Gateway:
    """The bank's door: its own key, the caller's key, the caller's number."""

    key: rsa.RSAPrivateKey
    other_key: rsa.RSAPrivateKey
    client: rsa.RSAPublicKey
    app_id: str
    reply_hash: str = "SHA1"

    def open(self, path: str, body: bytes, now: datetime, fresh: Any) -> dict[str, Any]:
        """The business content of a genuine call; raises Turned. `fresh` tells whether a message id is new."""
        fields = read_form(body)
        if fields.get("app_id") != self.app_id:
            raise Turned(400016, "app public key is not maintained")
        if not fields.get("sign"):
            raise Turned(400011, "no sign")
        self._check_signature(path, fields)
        self._check_time(fields.get("timestamp", ""), now)
        if not fields.get("msg_id") or len(fields["msg_id"]) > 40 or not fresh(fields["msg_id"]):
            raise Turned(400011, "msg_id is missing, too long, or was used before")
        try:
            content = json.loads(fields.get("biz_content", ""))
        except ValueError:
            raise Turned(500020, "biz_content is no JSON") from None
        if not isinstance(content, dict):
            raise Turned(500020, "biz_content is no object")
        return content

    def _check_signature(self, path: str, fields: dict[str, str]) -> None:
        joined = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "sign" and fields[name])
        charset = fields.get("charset", "UTF-8")
        digest: hashes.HashAlgorithm = hashes.SHA256() if fields.get("sign_type") == "RSA2" else hashes.SHA1()
        try:
            given = base64.b64decode(fields["sign"], validate=True)
            self.client.verify(given, f"{path}?{joined}".encode(charset), padding.PKCS1v15(), digest)
        except (InvalidSignature, ValueError, LookupError):
            raise Turned(400017, "signature check failed") from None

    def _check_time(self, stamp: str, now: datetime) -> None:
        try:
            moment = datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
        except ValueError:
            raise Turned(400011, "bad timestamp") from None
        if abs(moment - now) > WINDOW:
            raise Turned(400011, "clock outside the allowed difference")

    def answer(self, content: dict[str, Any], *, wrong_key: bool = False, reorder: bool = False) -> bytes:
        """The answer's bytes, signed over the characters of the content."""
        text = json.dumps(content, ensure_ascii=False)
        key = self.other_key if wrong_key else self.key
        digest: hashes.HashAlgorithm = hashes.SHA256() if self.reply_hash == "SHA256" else hashes.SHA1()
        sign = base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), digest)).decode()
        if reorder:
            text = json.dumps(dict(reversed(content.items())), ensure_ascii=False)
        return f'{{"response_biz_content":{text},"sign":"{sign}"}}'.encode()


def read_form(body: bytes) -> dict[str, str]:
    """The form's fields; raises Turned when it is none."""
    try:
        text = body.decode("ascii")
        charset = "GBK" if "charset=GBK" in text else "UTF-8"
        return dict(parse_qsl(text, keep_blank_values=True, encoding=charset, errors="strict"))
    except (UnicodeDecodeError, ValueError):
        raise Turned(500020, "the form cannot be read") from None


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
