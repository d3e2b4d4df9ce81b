"""The platform's door: address, envelope, head and clock; what it turns away is answered with a code of its own."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hub.simulation import Call

from .ledger import BEIJING, Ledger
from .sop import Sop, Unreadable

ADDRESS = re.compile(r"/sop-h5/biz/(unionpay|agreement)/([0-9A-Za-z_-]+)\.htm")
METHODS = {
    "onlinepay.quickTerminate": "unionpay",
    "onlinepay.queryOrderSta": "unionpay",
    "agreement.query": "agreement",
    "agreement.list": "agreement",
}
# By how much the caller's clock may differ.
WINDOW = timedelta(minutes=10)


@dataclass(frozen=True)
class Entered:
    """A call that came in."""

    serial: str
    method: str
    data: Mapping[str, Any]


@dataclass
class Door:
    """Who may come in."""

    sop: Sop
    app_id: str
    ledger: Ledger

    def enter(self, call: Call, now: datetime) -> Entered:
        """The message of a call; raises Unreadable."""
        address = ADDRESS.fullmatch(call.path)
        serial = call.query.get("partnerTxSriNo", "")
        if call.method != "POST" or not address or not re.fullmatch("[0-9]{24}", serial):
            raise Unreadable("900010", "报文解析失败")
        if address[2] != self.sop.merchant_id:
            raise Unreadable("900004", "商户不存在")
        content = self.sop.disclose("request", call.body)
        # The ledger counts keys that came twice, by which a test shows that each message has its own.
        self.ledger.note_key(str(json.loads(call.body)["encryptKey"]))
        head, body = content.get("head"), content.get("body")
        if not isinstance(head, dict) or not isinstance(body, dict):
            raise Unreadable("900010", "报文解析失败")
        self.check_head(head, serial, now)
        if METHODS.get(str(head.get("method"))) != address[1]:
            raise Unreadable("900005", "接口未开通")
        if body.get("busiMainId") != serial or not re.fullmatch("[0-9]{14}", str(body.get("reqTransTime"))):
            raise Unreadable("900010", "报文解析失败")
        try:
            data = json.loads(body["data"])
        except (ValueError, KeyError, TypeError):
            raise Unreadable("900010", "报文解析失败") from None
        if not isinstance(data, dict):
            raise Unreadable("900010", "报文解析失败")
        return Entered(serial, str(head["method"]), data)

    def check_head(self, head: Mapping[str, Any], serial: str, now: datetime) -> None:
        """The head's own fields; raises Unreadable."""
        if head.get("partnerTxSriNo") != serial or head.get("version") != "1" or head.get("accessType") != "API":
            raise Unreadable("900010", "报文解析失败")
        if head.get("merchantId") != self.sop.merchant_id or head.get("appID") != self.app_id:
            raise Unreadable("900004", "商户不存在")
        try:
            sent = datetime.strptime(str(head.get("reqTime")), "%Y%m%d%H%M%S").replace(tzinfo=BEIJING)
        except ValueError:
            raise Unreadable("900010", "报文解析失败") from None
        if abs(now - sent) > WINDOW:
            raise Unreadable("900003", "请求时间超出范围")
