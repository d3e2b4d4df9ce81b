"""The gateway: MSG, its signature over the text of Message, and how the bank signs."""

import base64
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hub.simulation import put

Content = dict[str, Any]
START = '"Message":'


class Turned(Exception):
    """A call turned away, with the bank's code; unsigned when the caller is not known yet."""

    def __init__(self, code: str, text: str, *, signed: bool = True) -> None:
        super().__init__(text)
        self.code, self.text, self.signed = code, text, signed


def make_keys(folder: Path, name: str) -> tuple[Path, Path]:
    """A key pair as PEM files, made at the first call; returns both paths."""
    private, public = folder / f"{name}.key", folder / f"{name}.pub"
    if not private.exists():
        key = rsa.generate_private_key(65537, 2048)
        pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
        put(public, key.public_key().public_bytes(pem, serialization.PublicFormat.SubjectPublicKeyInfo))
        put(private, key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))  # last: both are there
    return private, public


def load(path: Path) -> rsa.RSAPrivateKey:
    """A private key from its file."""
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


@dataclass
class Gateway:
    """The bank's door."""

    key: rsa.RSAPrivateKey
    other_key: rsa.RSAPrivateKey
    client: rsa.RSAPublicKey
    merchant: str
    algorithm: str = "SHA1withRSA"
    charset: str = "UTF-8"

    def digest(self) -> hashes.HashAlgorithm:
        """The hash of the agreed algorithm."""
        return hashes.SHA1() if self.algorithm == "SHA1withRSA" else hashes.SHA256()

    def open(self, body: bytes) -> Content:
        """The TrxRequest of a genuine call; raises Turned."""
        try:
            text = body.decode(self.charset)
            envelope = json.loads(text)["MSG"]
            message, request = envelope["Message"], envelope["Message"]["TrxRequest"]
            start = text.index(START) + len(START)
            # Cut from the text as it came: the caller signed these characters.
            raw = text[start : text.rindex(',"Signature-Algorithm"')]
            signature = base64.b64decode(envelope["Signature"], validate=True)
            named = message["Merchant"]["MerchantID"]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Turned("APE009", "报文格式错误", signed=False) from None
        if named != self.merchant:
            raise Turned("APE002", "商户不存在", signed=False)
        if envelope.get("Signature-Algorithm") != self.algorithm:
            raise Turned("APE400", "签名算法不符", signed=False)
        try:
            self.client.verify(signature, raw.encode(self.charset), padding.PKCS1v15(), self.digest())
        except InvalidSignature:
            raise Turned("APE400", "验签失败", signed=False) from None
        if not isinstance(request, dict):
            raise Turned("APE009", "报文格式错误", signed=False)
        return request

    def message(self, answer: Content, merchant: str) -> str:
        """The text of a Message."""
        head = {"Common": {"Channel": "EBUS"}, "Merchant": {"ECMerchantType": "EBUS", "MerchantID": merchant}}
        return json.dumps(head | {"TrxResponse": answer}, ensure_ascii=False, separators=(",", ":"))

    def signed(self, answer: Content, *, wrong_key: bool = False, reorder: bool = False, charset: str = "") -> bytes:
        """A signed answer."""
        charset, text = charset or self.charset, self.message(answer, self.merchant)
        key = self.other_key if wrong_key else self.key
        sign = base64.b64encode(key.sign(text.encode(charset), padding.PKCS1v15(), self.digest())).decode()
        # After signing: the same content in other characters, which must not pass.
        if reorder:
            text = json.dumps(dict(reversed(json.loads(text).items())), ensure_ascii=False, separators=(",", ":"))
        tail = f',"Signature-Algorithm":"{self.algorithm}","Signature":"{sign}"}}}}'
        return ('{"MSG":{"Message":' + text + tail).encode(charset)

    def bare(self, answer: Content) -> bytes:
        """An answer without a signature and with an empty MerchantID, as seen live."""
        return ('{"MSG":{"Message":' + self.message(answer, "") + "}}").encode(self.charset)
