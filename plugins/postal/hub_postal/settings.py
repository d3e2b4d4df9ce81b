"""One installation's connection to the bank's open platform."""

import re
from dataclasses import dataclass, field
from typing import Literal

from hub.plugin import HARMLESS, Secret, Url, titled
from hub.plugin.sm import PrivateKey, PublicKey

# Most records on a page, and the most seconds for which a call counts as fresh.
LARGEST_PAGE = 1000
LONGEST_WINDOW = 3600
BREAKS = {"crlf": "\r\n", "lf": "\n", "none": ""}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Who we are at the bank, both sides' keys (hex), and the spellings in which installations differ."""

    base_url: Url = field(metadata=titled("网关地址", "Gateway address"))
    merchant_id: str = field(metadata=titled("商户号", "Merchant number"))
    app_id: str = field(metadata=titled("应用编号", "Application number", note=("21 位数字", "21 digits")))
    source_id: str = field(metadata=titled("来源标识", "Source"))
    private_key: Secret = field(metadata=titled("我方私钥", "Our private key"))
    bank_public_key: str = field(metadata=titled("银行公钥", "The bank's public key"))
    iv: Secret = field(
        metadata=titled(
            "加密初始向量", "Initial vector", note=("银行给定的 16 个字符", "The bank's fixed 16 characters")
        )
    )
    message_secret: Secret = field(
        metadata=titled(
            "报送加密主密钥",
            "Secret of messages",
            note=("我方自定,至少 32 个字符,不提供给银行", "Ours alone, 32 characters at least"),
        )
    )
    area: Literal["biz", "biz_pre"] = field(
        default="biz",
        metadata=titled("接口环境", "Area", choices={"biz": ("生产", "Production"), "biz_pre": ("联调", "Rehearsal")}),
    )
    line_break: Literal["crlf", "lf", "none"] = field(
        default="crlf",
        metadata=titled(
            "签名内容换行符",
            "Line break in what is signed",
            choices={"crlf": ("回车换行(CRLF)", "CRLF"), "lf": ("换行(LF)", "LF"), "none": ("不换行", "None")},
        ),
    )
    key_order: Literal["C1C2C3", "C1C3C2"] = field(
        default="C1C2C3", metadata=titled("SM2 密文次序", "Order of SM2 parts")
    )
    page_size: int = field(
        default=200, metadata=HARMLESS | titled("清单每页条数", "Records on a page", unit=("条", "records"))
    )
    callback_window: int = field(
        default=300, metadata=titled("通知的有效时间", "A notification is fresh for", unit=("秒", "seconds"))
    )

    def __post_init__(self) -> None:
        """Raise ValueError, when settings are saved, for values that cannot work."""
        try:
            PublicKey.from_hex(self.bank_public_key)
        except ValueError as error:
            raise ValueError(f"bank_public_key: {error}") from None
        try:
            PrivateKey.from_hex(self.private_key.reveal())
        except ValueError as error:
            raise ValueError(f"private_key: {error}") from None
        if not re.fullmatch("[0-9A-Za-z_-]{4,64}", self.merchant_id):
            raise ValueError("merchant_id: 4 to 64 letters and digits")
        if not re.fullmatch("[0-9]{21}", self.app_id):
            raise ValueError("app_id: 21 digits")
        if not re.fullmatch("[0-9A-Za-z]{1,16}", self.source_id):
            raise ValueError("source_id: letters and digits")
        if not re.fullmatch(r"[\x21-\x7e]{16}", self.iv.reveal()):
            raise ValueError("iv: 16 characters")
        if len(self.message_secret.reveal()) < 32:
            raise ValueError("message_secret: 32 characters at least")
        if not 1 <= self.page_size <= LARGEST_PAGE:
            raise ValueError(f"page_size: 1 to {LARGEST_PAGE}")
        if not 1 <= self.callback_window <= LONGEST_WINDOW:
            raise ValueError(f"callback_window: 1 to {LONGEST_WINDOW} seconds")

    def ours(self) -> PrivateKey:
        """Our key."""
        return PrivateKey.from_hex(self.private_key.reveal())

    def banks(self) -> PublicKey:
        """The bank's key."""
        return PublicKey.from_hex(self.bank_public_key)
