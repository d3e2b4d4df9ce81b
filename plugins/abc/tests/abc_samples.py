"""Keys, settings and answers that ABC's tests share; all of them made up."""

import base64
import json
from typing import Any

import hub_abc
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from hub.plugin import Secret, Url
from hub.testing import Sample

OURS, BANK = (rsa.generate_private_key(65537, 2048) for _ in range(2))
CARD, OTHER = "6212140000000000018", "6212140000000000026"
CODES = "370100000001", "370100000002"
KEY = "202611230900001234567890"


def pem_of(key: rsa.RSAPrivateKey) -> str:
    """A private key as PEM."""
    form = serialization.PrivateFormat.PKCS8
    return key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode()


def public_pem_of(key: rsa.RSAPrivateKey) -> str:
    """A public key as PEM."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, form).decode()


SETTINGS = hub_abc.Settings(
    base_url=Url("https://pay.abc.test"),
    merchant_id="103899999999901",
    private_key=Secret(pem_of(OURS)),
    bank_public_key=public_pem_of(BANK),
)


def framed(text: str, signed: str | None = None, charset: str = "utf-8") -> bytes:
    """The text of a Message in its envelope, with the signature over `signed` (or the text itself)."""
    raw = (text if signed is None else signed).encode(charset)
    sign = base64.b64encode(BANK.sign(raw, padding.PKCS1v15(), hashes.SHA1())).decode()
    tail = f',"Signature-Algorithm":"SHA1withRSA","Signature":"{sign}"}}}}'
    return b'{"MSG":{"Message":' + text.encode(charset) + tail.encode()


def message(answer: Any) -> str:
    """A Message of the bank to our merchant."""
    merchant = {"ECMerchantType": "EBUS", "MerchantID": SETTINGS.merchant_id}
    content = {"Common": {"Channel": "EBUS"}, "Merchant": merchant, "TrxResponse": answer}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def enclosed(answer: Any) -> Sample:
    """A signed answer."""
    return 200, framed(message(answer))


def ok(**fields: Any) -> Sample:
    """A signed success."""
    return enclosed({"ReturnCode": "0000", "ErrorMessage": "", **fields})


def no(code: str, words: str = "") -> Sample:
    """A signed answer with another code."""
    return enclosed({"ReturnCode": code, "ErrorMessage": words})


def bare(code: str, **fields: Any) -> Sample:
    """An answer without any signature and merchant, as seen live."""
    content = {"Merchant": {"MerchantID": ""}, "TrxResponse": {"ReturnCode": code, **fields}}
    return 200, ('{"MSG":{"Message":' + json.dumps(content) + "}}").encode()


def held(sign_no: str, status: str = "1", **more: str) -> Sample:
    """What EntrustQuerySign says."""
    fields = {"SignNo": sign_no, "AgentSignNo": "A1", "Last4CardNo": "0018", "InvaidDate": "2099/12/31"}
    return ok(**(fields | {"AgentSignStatus": status} | more))


def package_of(*states: str) -> Sample:
    """A package's answer."""
    tails = CARD[-4:], OTHER[-4:]
    details = [
        {"SeqNo": str(n), "SignNo": f"{KEY}{n:05d}", "Status": state, "Last4CardNo": tails[n - 1]}
        | {"ReturnCode": "EPS201" if state == "1" else "0000"}
        for n, state in enumerate(states, start=1)
    ]
    return ok(TotalCount=str(len(states)), Details=details)
