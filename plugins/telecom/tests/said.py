"""Made-up settings of a carrier, and what it may say."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import hub_telecom
from hub_telecom import Settings

from hub.channels.host import examine
from hub.plugin import (
    Secret,
    Url,
)
from hub.testing import Sample

PARTNER = examine("telecom", hub_telecom)
CODE, PHONE = "370100000001", "18900000001"
NOW = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
KEY = "202611230900001234567890"
SETTINGS = Settings(
    base_url=Url("https://eop.telecom.test"),
    app_id="made-up-app",
    app_key=Secret("a-made-up-app-key-0001"),
    region_id="8370100",
    callback_key=Secret("a-made-up-callback-key-0001"),
)
USED_UP = "业务校验失败:该卡当月调用次数超过上限"
AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
RECORD = {
    "agreementNo": "TX0000000001",
    "agreementState": "SIGNED",
    "validUntil": "2028-11-19",
    "licenceNo": "370100100001",
    "custCode": CODE,
    "imei": "860000000000011",
    "deviceState": "BOUND",
    "formerImei": "",
    "changedAt": "2026-11-20T09:00:00+08:00",
}


def head(code: str = "0000", words: str = "成功接收消息", kind: str = "0") -> dict[str, Any]:
    return {"Response": {"RspType": kind, "RspCode": code, "RspDesc": words}}


def answer(code: str = "0000", words: str = "", kind: str = "0", **more: Any) -> Sample:
    return 200, json.dumps(head(code, words, kind) | more, ensure_ascii=False).encode()


def no(code: str, words: str = "") -> Sample:
    return answer(code, words, "1")


def state(code: str, **more: str) -> dict[str, str]:
    return {"origRequestId": KEY, "custCode": CODE, "state": code, **more}


def records(*rows: Mapping[str, str], cursor: str = "T1", more: str = "0") -> dict[str, Any]:
    return {"records": [dict(row) for row in rows], "cursor": cursor, "more": more}
