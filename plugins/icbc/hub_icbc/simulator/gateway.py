"""The gateway: who calls, is it signed, is it fresh; and how an answer is signed (published protocol)."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qsl

from .signers import Content, Signer

BEIJING = timezone(timedelta(hours=8))
# By how much the caller's clock may differ, either way.
WINDOW = timedelta(minutes=5)


class Turned(Exception):
    """A call turned away at the door, with the gateway's code."""

    def __init__(self, code: int | str, text: str) -> None:
        super().__init__(text)
        self.code, self.text = code, text


@dataclass
class Gateway:
    """The bank's door: both sides' keys, the caller's number, the content's encryption."""

    signer: Signer
    app_id: str
    content: Content

    def open(self, path: str, body: bytes, now: datetime, fresh: Any) -> dict[str, Any]:
        """The business content of a genuine call; raises Turned. `fresh` tells whether a message id is new."""
        fields = read_form(body)
        if fields.get("app_id") != self.app_id:
            raise Turned(400016, "app public key is not maintained")
        if not fields.get("sign"):
            raise Turned(400011, "no sign")
        self._check_signature(path, fields)
        # Signature and clock before the message id: a stranger's call, or a stale one, does not use an id up.
        self._check_time(fields.get("timestamp", ""), now)
        if not fields.get("msg_id") or len(fields["msg_id"]) > 40 or not fresh(fields["msg_id"]):
            raise Turned(400011, "msg_id is missing, too long, or was used before")
        try:
            content = self.content.open(fields)
        except ValueError:
            raise Turned(500020, "biz_content is no JSON") from None
        if not isinstance(content, dict):
            raise Turned(500020, "biz_content is no object")
        return content

    def _check_signature(self, path: str, fields: dict[str, str]) -> None:
        joined = "&".join(f"{name}={fields[name]}" for name in sorted(fields) if name != "sign" and fields[name])
        charset = fields.get("charset", "UTF-8")
        try:
            text = f"{path}?{joined}".encode(charset)
        except (ValueError, LookupError):
            raise Turned(400017, "signature check failed") from None
        kind = fields.get("sign_type", "RSA")
        if kind not in self.signer.kinds or not self.signer.genuine(text, fields["sign"], kind):
            raise Turned(400017, "signature check failed")

    def _check_time(self, stamp: str, now: datetime) -> None:
        try:
            moment = datetime.strptime(stamp, "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
        except ValueError:
            raise Turned(400011, "bad timestamp") from None
        if abs(moment - now) > WINDOW:
            raise Turned(400011, "clock outside the allowed difference")

    def answer(self, content: dict[str, Any], *, wrong_key: bool = False, reorder: bool = False) -> bytes:
        """The answer's bytes, signed over the characters of the content."""
        text = self.content.close(json.dumps(content, ensure_ascii=False))
        sign = self.signer.sign(text.encode(), wrong_key=wrong_key)
        # After signing: the same content in other characters, which must not pass.
        if reorder:
            text = self.content.close(json.dumps(dict(reversed(content.items())), ensure_ascii=False))
        return f'{{"response_biz_content":{text},"sign":"{sign}"}}'.encode()


def read_form(body: bytes) -> dict[str, str]:
    """The form's fields; raises Turned for what is not a form."""
    try:
        text = body.decode("ascii")
        charset = "GBK" if "charset=GBK" in text else "UTF-8"
        return dict(parse_qsl(text, keep_blank_values=True, encoding=charset, errors="strict"))
    except (UnicodeDecodeError, ValueError):
        raise Turned(500020, "the form cannot be read") from None
