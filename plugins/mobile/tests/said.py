"""Made-up settings of the carrier, and what it may say."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import hub_mobile
from hub_mobile import Settings

from hub.channels.host import examine
from hub.plugin import Secret, Url
from hub.testing import Sample

PARTNER = examine("mobile", hub_mobile)
CODE, PHONE, AGREEMENT = "370100000001", "18800000001", "YX0000000001"
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
KEY = "202611230900001234567890"
SETTINGS = Settings(
    base_url=Url("https://yxt.mobile.test"),
    app_id="madeupapp",
    password=Secret("a-made-up-password"),
    push_key=Secret("a-made-up-push-key-0001"),
    way="wsse",
)
RECORD = {
    "agreementNo": AGREEMENT,
    "signStatus": "1",
    "expDate": "2028-11-19",
    "licNo": "370100100001",
    "custCode": CODE,
    "terminalId": "860000000000011",
    "terminalStatus": "1",
    "preTerminalId": "",
    "bindStatus": "1",
    "updateTime": "20261120090000",
}
AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def content(status: str = "0", words: str = "正确", /, **result: Any) -> dict[str, Any]:
    """An answer's content."""
    return {"status": status, "message": words, "result": [result] if result else []}


def answer(status: str = "0", words: str = "正确", /, **result: Any) -> Sample:
    """An answer on the wire."""
    return 200, json.dumps(content(status, words, **result), ensure_ascii=False).encode()


def no(status: str, words: str = "") -> Sample:
    """A no."""
    return answer(status, words)


def ended(state: str, **more: str) -> dict[str, str]:
    """How an announcement stands."""
    return {"requestId": KEY, "custCode": CODE, "state": state, **more}


def records(*rows: Mapping[str, str], cursor: str = "T1", more: str = "0") -> dict[str, Any]:
    """A page of the list."""
    return {"records": [dict(row) for row in rows], "cursor": cursor, "more": more}
