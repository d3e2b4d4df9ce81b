"""One installation's connection to ICBC, over either of its two ways."""

import base64
from dataclasses import dataclass, field
from typing import Literal
from zoneinfo import ZoneInfo

from hub.plugin import HELD_WHILE_OPEN, Secret, Url

from .signing import ReplyHash, SignType, check_keys

BEIJING = ZoneInfo("Asia/Shanghai")
# The platform's AES mode has an IV of zeros; SM4 is taken to have the same (inferred).
NO_IV = bytes(16)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`way` chooses the open platform or the XML link through the bank's client in our network (notes §1.1, §1.4).

    Keys are PEM, for SM2 hex; the link has none here, because the client holds them. `cis` is the company's group
    customer number, `login_id` its certificate's id.
    """

    base_url: Url
    way: Literal["open", "nc"] = field(default="open", metadata=HELD_WHILE_OPEN)
    sign_url: Url | None = field(default=None, metadata={"help": "nc: the client's signing port"})
    app_id: str = ""
    private_key: Secret | None = None
    gateway_public_key: str = ""
    cis: str = field(metadata=HELD_WHILE_OPEN)
    login_id: str
    contract_no: str
    company_account: Secret
    company_name: str
    sign_type: SignType = "RSA2"
    reply_hash: ReplyHash = "SHA1"
    encrypt_type: Literal["none", "SM4"] = "none"
    content_key: Secret | None = None
    charset: Literal["UTF-8", "GBK"] = "UTF-8"
    notify_path: str = field(
        default="/callbacks/icbc", metadata={"help": "path of the address that ICBC calls; it is signed"}
    )
    notify_window: int = field(default=259_200, metadata={"help": "seconds for which a notification is fresh"})

    def __post_init__(self) -> None:
        """What a way lacks, and keys that cannot be read, are found when the settings are saved."""
        if self.way == "nc":
            if not self.sign_url:
                raise ValueError("sign_url: the XML link needs the client's signing port")
            return
        if not self.app_id:
            raise ValueError("app_id: the open platform needs it")
        check_keys(self.sign_type, self.own_key, self.gateway_public_key)
        if self.encrypt_type == "SM4":
            key_of(self.content_key)

    @property
    def own_key(self) -> str:
        """Our private key in the clear."""
        return self.private_key.reveal() if self.private_key else ""

    @property
    def names_in(self) -> str:
        """The charset that a name must fit."""
        return "GBK" if self.way == "nc" else self.charset


def key_of(content_key: Secret | None) -> bytes:
    """The 16 bytes of a content key; raises ValueError."""
    try:
        key = base64.b64decode(content_key.reveal() if content_key else "", validate=True)
    except ValueError:
        raise ValueError("content_key: no base64") from None
    if len(key) != len(NO_IV):
        raise ValueError("content_key: 16 bytes in base64")
    return key
