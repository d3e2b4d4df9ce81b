"""One installation's connection to ICBC, over either of its two ways."""

import base64
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from hub.plugin import HELD_WHILE_OPEN, Secret, Url, titled

from .signing import ReplyHash, SignType, check_keys

BEIJING = ZoneInfo("Asia/Shanghai")
# The platform's AES mode uses an IV of zeros; its SM4 mode is assumed to do the same (inferred, not published).
NO_IV = bytes(16)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`way` chooses the open platform or the XML link through the bank's client in our network (notes §1.1, §1.4).

    Keys are PEM, for SM2 hex; the link has none here, because the client holds them. `cis` is the company's group
    customer number, `login_id` its certificate's id.
    """

    base_url: Url = field(metadata=titled("网关地址", "Gateway address"))
    way: Literal["open", "nc"] = field(
        default="open",
        metadata=HELD_WHILE_OPEN
        | titled(
            "连接方式",
            "Way",
            choices={"open": ("开放平台", "Open platform"), "nc": ("银企互联客户端", "XML link through the client")},
        ),
    )
    sign_url: Url | None = field(
        default=None,
        metadata=titled(
            "客户端签名地址", "The client's signing port", note=("银企互联客户端方式必填", "Needed for the XML link")
        ),
    )
    app_id: str = field(
        default="",
        metadata=titled("应用编号", "Application number", note=("开放平台方式必填", "Needed for the open platform")),
    )
    private_key: Secret | None = field(default=None, metadata=titled("我方私钥", "Our private key"))
    gateway_public_key: str = field(default="", metadata=titled("网关公钥", "The gateway's public key"))
    cis: str = field(metadata=HELD_WHILE_OPEN | titled("集团客户编号", "Group customer number"))
    login_id: str = field(metadata=titled("企业登录编号", "Company login"))
    contract_no: str = field(metadata=titled("企业签约编号", "Company contract number"))
    company_account: Secret = field(metadata=titled("企业账户", "Company account"))
    company_name: str = field(metadata=titled("企业名称", "Company name"))
    sign_type: SignType = field(default="RSA2", metadata=titled("签名算法", "Signature algorithm"))
    reply_hash: ReplyHash = field(default="SHA1", metadata=titled("应答验签摘要算法", "Hash of replies"))
    encrypt_type: Literal["none", "SM4"] = field(
        default="none",
        metadata=titled(
            "内容加密", "Encryption of contents", choices={"none": ("不加密", "None"), "SM4": ("SM4", "SM4")}
        ),
    )
    content_key: Secret | None = field(
        default=None, metadata=titled("内容密钥", "Content key", note=("16 字节,base64", "16 bytes in base64"))
    )
    charset: Literal["UTF-8", "GBK"] = field(default="UTF-8", metadata=titled("字符集", "Character set"))
    notify_path: str = field(
        default="/callbacks/icbc",
        metadata=titled(
            "通知地址的路径",
            "Path of notifications",
            note=("银行通知我方的地址,参与签名", "Where the bank notifies us; it is signed"),
        ),
    )
    notify_window: int = field(
        default=259_200, metadata=titled("通知的有效时间", "A notification is fresh for", unit=("秒", "seconds"))
    )

    def __post_init__(self) -> None:
        """Raise ValueError when settings are saved for what the chosen way lacks, and for keys that cannot be read."""
        if self.way == "nc":
            if not self.sign_url:
                raise ValueError("sign_url: the XML link needs the client's signing port")
            return
        if not self.app_id:
            raise ValueError("app_id: the open platform needs it")
        # Only on the open platform: on the link the client signs, and we have no keys.
        check_keys(self.sign_type, self.own_key, self.gateway_public_key)
        if self.encrypt_type == "SM4":
            key_of(self.content_key)

    @property
    def own_key(self) -> str:
        """Our private key in the clear."""
        return self.private_key.reveal() if self.private_key else ""

    @property
    def names_in(self) -> str:
        """The charset into which a name must fit; the link always uses GBK."""
        return "GBK" if self.way == "nc" else self.charset


def key_of(content_key: Secret | None) -> bytes:
    """The 16 bytes of a content key; raises ValueError."""
    try:
        key = base64.b64decode(content_key.reveal() if content_key else "", validate=True)
    except ValueError:
        raise ValueError("content_key: no base64") from None
    # SM4's key and block have the same length, 16 bytes.
    if len(key) != len(NO_IV):
        raise ValueError("content_key: 16 bytes in base64")
    return key
