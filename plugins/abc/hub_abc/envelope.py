"""The MSG envelope: signed over the text of Message as sent, verified over it as received (protocol notes §2.1)."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as held
from typing import Any, Literal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from hub.plugin import (
    HARMLESS,
    HELD_WHILE_OPEN,
    Busy,
    Forged,
    Refused,
    Reply,
    Request,
    Secret,
    Unknown,
    Url,
    titled,
    to_json,
)
from hub.plugin.rsa_keys import private_key, public_key

from .codes import BUSY, DONE, NOT_TAKEN, REFUSED

SERVLET = "/ebus/ReceiveMerchantTrxReqServlet"
# The envelope is matched as text, not parsed: the signature covers the characters of Message, and a full match leaves
# no room for a second Message or Signature beside the one that was checked.
OPENING = '{"MSG":{"Message":'
CLOSING = re.compile(
    r',\s*"Signature-Algorithm"\s*:\s*"(SHA1withRSA|SHA256withRSA)"\s*,\s*"Signature"\s*:\s*"([^"]*)"\s*}\s*}\s*'
)
BARE = re.compile(r"\s*}\s*}\s*")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One merchant's connection to ABC. Keys are PEM; `way` tells how packages travel."""

    base_url: Url = held(metadata=titled("网关地址", "Gateway address"))
    merchant_id: str = held(metadata=HELD_WHILE_OPEN | titled("商户号", "Merchant number"))
    private_key: Secret = held(metadata=titled("我方私钥", "Our private key"))
    bank_public_key: str = held(metadata=titled("银行公钥", "The bank's public key"))
    business_code: str = held(
        default="110014",
        metadata=titled(
            "业务种类代码", "Business code", note=("每份协议都写明,由银行给定", "In every agreement; the bank gives it")
        ),
    )
    invalid_date: str = held(
        default="2099/12/31",
        metadata=titled("协议到期日", "Last day of an agreement", note=("年/月/日", "year/month/day")),
    )
    payment_limit: str = held(
        default="50000.00", metadata=titled("单笔扣款限额", "Limit of one payment", unit=("元", "yuan"))
    )
    signature: Literal["SHA1withRSA", "SHA256withRSA"] = held(
        default="SHA1withRSA", metadata=titled("签名算法", "Signature algorithm")
    )
    charset: Literal["UTF-8", "GB18030"] = held(default="UTF-8", metadata=titled("字符集", "Character set"))
    sms_seconds: int = held(
        default=300, metadata=HARMLESS | titled("短信验证码有效期", "An SMS code is valid for", unit=("秒", "seconds"))
    )
    resend_seconds: int = held(
        default=60, metadata=HARMLESS | titled("重发短信的最短间隔", "Before another SMS", unit=("秒", "seconds"))
    )
    notify_window: int = held(
        default=86400, metadata=titled("通知的有效时间", "A notification is fresh for", unit=("秒", "seconds"))
    )
    way: Literal["interface", "file"] = held(
        default="interface",
        metadata=HELD_WHILE_OPEN
        | titled(
            "协议报送方式",
            "How agreements travel",
            choices={"interface": ("接口", "Interface"), "file": ("文件(SFTP)", "File (SFTP)")},
        ),
    )
    line_end: Literal["CRLF", "LF"] = held(
        default="CRLF",
        metadata=titled(
            "文件换行符", "Line end of files", choices={"CRLF": ("回车换行(CRLF)", "CRLF"), "LF": ("换行(LF)", "LF")}
        ),
    )
    empty_reply_means: Literal["all_done", "unknown"] = held(
        default="unknown",
        metadata=titled(
            "回盘文件为空表示",
            "An empty receipt means",
            choices={"all_done": ("全部办妥", "All done"), "unknown": ("结果不明", "Not known")},
        ),
    )
    out_folder: str = held(default="/upload", metadata=titled("报送文件目录", "Folder of what we send"))
    reply_folder: str = held(default="/download", metadata=titled("回盘文件目录", "Folder of receipts"))
    sftp_user: str = held(default="", metadata=titled("SFTP 用户名", "SFTP user"))
    sftp_host_key: str = held(default="", metadata=titled("SFTP 主机公钥", "SFTP host key"))
    sftp_password: Secret | None = held(default=None, metadata=titled("SFTP 密码", "SFTP password"))
    sftp_private_key: Secret | None = held(default=None, metadata=titled("SFTP 登录私钥", "SFTP private key"))

    def __post_init__(self) -> None:
        """Raise ValueError when settings are saved, not at the first message, for keys or ways that cannot work."""
        private_key(self.private_key.reveal())
        public_key(self.bank_public_key, "bank_public_key")
        if (self.way == "file") != self.base_url.startswith("sftp:"):
            raise ValueError("base_url: sftp:// for the way by file, https:// for the interface")
        if self.way == "file" and not (self.sftp_user and self.sftp_host_key):
            raise ValueError("sftp_user, sftp_host_key: needed for the way by file")


def _digest(algorithm: str) -> hashes.HashAlgorithm:
    return hashes.SHA256() if algorithm == "SHA256withRSA" else hashes.SHA1()


def sign(request: Request, settings: Settings) -> Request:
    """The message with our signature over the very text that is sent."""
    message = {
        "Version": "V3.0.0",
        "Format": "JSON",
        "Merchant": {"ECMerchantType": "EBUS", "MerchantID": settings.merchant_id},
        "TrxRequest": request.content,
    }
    text = to_json(message)
    raw = text.encode(settings.charset)
    # What is signed is the very characters of Message (notes §2.1), so the envelope is put around them by hand.
    made = private_key(settings.private_key.reveal()).sign(raw, padding.PKCS1v15(), _digest(settings.signature))
    signature = base64.b64encode(made).decode()
    tail = f',"Signature-Algorithm":"{settings.signature}","Signature":"{signature}"}}}}'
    body = OPENING.encode() + raw + tail.encode()
    return request.sealed(body, content_type=f"application/json; charset={settings.charset}")


def split(text: str) -> tuple[str, dict[str, Any], str]:
    """The raw text of Message, its content, and what follows it. Raises Unknown."""
    if not text.startswith(OPENING):
        raise Unknown("no_message")
    try:
        # The parser finds the end of Message: the bank's signature covers its characters as they came, blanks included.
        message, end = json.JSONDecoder().raw_decode(text, len(OPENING))
    except (ValueError, RecursionError):
        raise Unknown("not_json") from None
    if not isinstance(message, dict):
        raise Unknown("no_message")
    return text[len(OPENING) : end], message, text[end:]


def verified(body: bytes, charset: str, settings: Settings) -> dict[str, Any] | None:
    """The content of a signed Message; None for one without any signature, whose content proves nothing.

    Raises Forged for a wrong signature or another merchant's message, Unknown for anything else.
    """
    message, signed = opened(body, charset, settings)
    return message if signed else None


def opened(body: bytes, charset: str, settings: Settings) -> tuple[dict[str, Any], bool]:
    """The Message and whether it is signed; raises Forged or Unknown."""
    try:
        text = body.decode(charset)
    except UnicodeDecodeError:
        raise Unknown("charset") from None
    raw, message, tail = split(text)
    if BARE.fullmatch(tail):
        return message, False
    end = CLOSING.fullmatch(tail)
    if end is None:
        raise Unknown("no_signature")
    # The settings choose the algorithm, not the message, or a forger would choose the weaker one.
    if end[1] != settings.signature:
        raise Forged("algorithm")
    try:
        signature = base64.b64decode(end[2], validate=True)
        public_key(settings.bank_public_key).verify(signature, raw.encode(charset), padding.PKCS1v15(), _digest(end[1]))
    except (InvalidSignature, ValueError):
        raise Forged("signature") from None
    if field(field(message, "Merchant"), "MerchantID") != settings.merchant_id:
        raise Forged("merchant")
    return message, True


def field(holder: object, name: str) -> Any:
    """A value of an object; None when there is no such object or value."""
    return holder.get(name) if isinstance(holder, Mapping) else None


def open_reply(reply: Reply, settings: Settings) -> dict[str, Any]:
    """The verified TrxResponse of a success; its code judges everything else."""
    if reply.status in (429, 503):
        raise Busy(f"http_{reply.status}")
    if reply.status != 200:
        raise Unknown(f"http_{reply.status}")
    message, signed = opened(reply.body, settings.charset, settings)
    answer = field(message, "TrxResponse")
    code = field(answer, "ReturnCode")
    if not isinstance(answer, dict) or not isinstance(code, str):
        raise Unknown("no_return_code")
    words = str(answer.get("ErrorMessage", ""))
    if code in NOT_TAKEN or (signed and code in BUSY):
        raise Busy(code, words)
    if not signed:
        raise Unknown(code, "unsigned")
    if code in REFUSED:
        raise Refused(code, words)
    if code != DONE:
        raise Unknown(code, words)
    return answer


__all__ = ["SERVLET", "Settings", "field", "open_reply", "opened", "sign", "verified"]
