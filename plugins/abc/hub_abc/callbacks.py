"""ABC's notifications: a form with MSG, base64 of a GBK message, verified over its raw text."""

import base64
import re
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from hub.plugin import BindingEnded, BindingLive, Fact, Forged, Heard, Unknown, text_at

from .envelope import Settings, field, opened
from .messages import BEIJING

# Bytes: far more than one agreement needs, checked before anything is decoded.
LARGEST = 65536
# Seconds by which the bank's clock may be ahead of ours.
AHEAD = 900
# The page that the bank expects; without it the message is repeated.
ANSWER = b"<html><head><title>OK</title></head><body><URL>about:blank</URL></body></html>"


def heard(body: bytes, settings: Settings, now: datetime) -> Heard:
    """The facts of a genuine notification. It is repeated until answered; a repetition has the same event number."""
    if len(body) > LARGEST:
        raise Forged("too_large")
    try:
        form = dict(parse_qsl(body.decode("ascii"), encoding="GBK", errors="strict", max_num_fields=20))
        # base64 has no blanks: one can only be a plus that the sender did not escape.
        raw = base64.b64decode(form.get("MSG", "").replace(" ", "+"), validate=True)
        # A superset of GBK, in which GBK's bytes have the same meaning.
        message, signed = opened(raw, "GB18030", settings)
    except (ValueError, Unknown):
        raise Forged("not_readable") from None
    if not signed:
        raise Forged("unsigned")
    answer = field(message, "TrxResponse")
    event = text_at(answer, "NotifyNo")
    if not re.fullmatch(r"[\w-]{1,64}", event, re.ASCII):
        raise Unknown("event")
    return Heard(
        [_fact(answer, moment(answer, settings, now))], event, ANSWER, {"content-type": "text/html; charset=GBK"}
    )


def moment(answer: object, settings: Settings, now: datetime) -> datetime:
    """The bank's moment of the message. A repetition keeps it, so the window is wide; raises Forged outside."""
    try:
        written = f"{text_at(answer, 'HostDate')} {text_at(answer, 'HostTime')}"
        at = datetime.strptime(written, "%Y/%m/%d %H:%M:%S").replace(tzinfo=BEIJING).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Unknown("moment") from None
    if not -AHEAD <= (now - at).total_seconds() <= settings.notify_window:
        raise Forged("not_fresh")
    return at


def _fact(answer: object, at: datetime) -> Fact:
    customer, sign_no = text_at(answer, "SignDesc"), text_at(answer, "SignNo")
    if not customer or not sign_no or text_at(answer, "ReturnCode") != "0000":
        raise Unknown("not_understood")
    tail = text_at(answer, "Last4CardNo")
    match text_at(answer, "TrxType"), text_at(answer, "AgentSignStatus"):
        case "EntrustSign", "1" if len(tail) == 4:
            return BindingLive(customer, sign_no, tail, at=at)
        case "EntrustUnSign", "2":
            return BindingEnded(customer, "2", at=at)
    raise Unknown("not_understood")
