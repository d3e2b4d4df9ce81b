"""One installation's connection to the bank's open platform."""

import re
from dataclasses import dataclass, field
from typing import Literal

from hub.plugin import HARMLESS, Secret, Url
from hub.plugin.sm import PrivateKey, PublicKey

LARGEST_PAGE = 1000
LONGEST_WINDOW = 3600
BREAKS = {"crlf": "\r\n", "lf": "\n", "none": ""}


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Who we are at the bank, both sides' keys (hex), and the spellings in which installations differ."""

    base_url: Url
    merchant_id: str
    app_id: str
    source_id: str
    private_key: Secret
    bank_public_key: str
    iv: Secret = field(metadata={"help": "the bank's fixed 16 characters"})
    message_secret: Secret = field(metadata={"help": "ours alone: message keys are derived from it"})
    area: Literal["biz", "biz_pre"] = "biz"
    line_break: Literal["crlf", "lf", "none"] = "crlf"
    key_order: Literal["C1C2C3", "C1C3C2"] = "C1C2C3"
    page_size: int = field(default=200, metadata=HARMLESS)
    callback_window: int = 300

    def __post_init__(self) -> None:
        """Settings that cannot work are found when they are saved."""
        PublicKey.from_hex(self.bank_public_key)
        PrivateKey.from_hex(self.private_key.reveal())
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
