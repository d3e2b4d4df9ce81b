"""ICBC's notifications (notes §1.6): a form, verified over the notify address's path and its fields; answered signed."""

import base64
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from hub.plugin import BindingEnded, BindingLive, Fact, Forged, Heard, Unknown, plain_at, read_json, sm, to_json

from .answers import ENDED, IN_FORCE, ending
from .envelope import opened, signing_string
from .settings import BEIJING, NO_IV, Settings, key_of
from .signing import genuine, signed

# Bytes: far more than one agreement needs, checked before anything is decoded.
LARGEST = 65536
# Seconds by which the bank's clock may be ahead of ours.
AHEAD = 900
# The bank's own page uses both names for the signature, as it uses app_id and appid, and dates with slashes.
SIGNS = ("sign", "signMsg")
# The form's charset by any of its names, in any case; GB18030 holds all of GBK and GB2312.
CHINESE = re.compile("(?:^|&)charset=gb(?:k|18030|2312)(?:&|$)", re.IGNORECASE)


def heard(body: bytes, settings: Settings, now: datetime) -> Heard:
    """The facts of a genuine notification. It is repeated until answered; a repetition has the same msg_id."""
    fields = verified(body, settings)
    at = moment(fields.get("timestamp", "").replace("/", "-"), "%Y-%m-%d %H:%M:%S")
    if not -AHEAD <= (now - at).total_seconds() <= settings.notify_window:
        raise Forged("not_fresh")
    written, encrypted = fields.get("biz_content", ""), bool(fields.get("encrypt_type"))
    content = read_json(opened(written, settings) if encrypted else written)
    event = plain_at(content, "msg_id")
    if not re.fullmatch(r"[\w-]{1,40}", event, re.ASCII):
        raise Unknown("event")
    # Our own message id: new for each answer, and traceable to the event by its tail.
    answer = answered(f"{now:%y%m%d%H%M%S%f}{event[-10:]}", settings, encrypted=encrypted)
    return Heard([told(content, settings, now)], event, answer, {"content-type": "application/json; charset=UTF-8"})


def verified(body: bytes, settings: Settings) -> Mapping[str, str]:
    """The form's fields; raises Forged for whatever the gateway did not sign for us and for this address."""
    if settings.way == "nc":
        raise Forged("not_on_this_way")
    if len(body) > LARGEST:
        raise Forged("too_large")
    try:
        # ASCII, because a form is percent-encoded. Its charset is one of its own fields, looked up before decoding.
        form = body.decode("ascii")
        charset = "gb18030" if CHINESE.search(form) else "utf-8"
        pairs = parse_qsl(form, keep_blank_values=True, encoding=charset, errors="strict", max_num_fields=30)
    except ValueError:
        raise Forged("not_readable") from None
    fields = dict(pairs)
    # base64 has no blanks: one can only be a plus that the sender did not escape.
    signatures = [fields.pop(name).replace(" ", "+") for name in SIGNS if name in fields]
    if fields.get("encrypt_type"):
        fields["biz_content"] = fields.get("biz_content", "").replace(" ", "+")
    text = signing_string(settings.notify_path, fields).encode(charset)
    # Each name once: of two with one name, the signed one need not be the one that is read.
    proper = len(pairs) == len(fields) + len(signatures) and len(signatures) == 1
    if not proper or not genuine(
        text, signatures[0], settings.sign_type, settings.gateway_public_key, settings.reply_hash
    ):
        raise Forged("signature")
    if (fields.get("app_id") or fields.get("appid")) != settings.app_id:
        raise Forged("app_id")
    return fields


def moment(said: str, form: str) -> datetime:
    """A moment in Beijing; raises Unknown."""
    try:
        return datetime.strptime(said, form).replace(tzinfo=BEIJING).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unknown("moment") from None


def told(content: Mapping[str, Any], settings: Settings, now: datetime) -> Fact:
    """What a notification states of an agreement (its fields are our own convention). Raises Unknown."""
    customer, number, card = (plain_at(content, name) for name in ("pay_no", "agreement_no", "pay_acct_no"))
    if not customer or not number or plain_at(content, "contract_no") != settings.contract_no:
        raise Unknown("not_understood")
    match plain_at(content, "status"):
        case state if state == IN_FORCE and re.fullmatch("[0-9]{4,21}", card, re.ASCII):
            return BindingLive(
                customer, number, ending(card), at=min(moment(plain_at(content, "s_time"), "%Y%m%d%H%M%S"), now)
            )
        case state if state == ENDED:
            return BindingEnded(customer, at=min(moment(plain_at(content, "f_time"), "%Y%m%d%H%M%S"), now))
    raise Unknown("not_understood")


def answered(msg_id: str, settings: Settings, *, encrypted: bool) -> bytes:
    """The answer that the bank expects; without it the message is repeated. What stands before `,"sign"` is signed."""
    content = to_json({"return_code": 0, "return_msg": "success", "msg_id": msg_id})
    if encrypted:
        made = sm.cbc_encrypt(key_of(settings.content_key), NO_IV, content.encode())
        content = json.dumps(base64.b64encode(made).decode())
    text = f'"response_biz_content":{content},"sign_type":"{settings.sign_type}"'
    return f'{{{text},"sign":"{signed(text.encode(), settings.sign_type, settings.own_key)}"}}'.encode()


__all__ = ["heard"]
