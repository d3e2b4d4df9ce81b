"""What can be asked of the bank: agreements of a customer, all of them by pages, an ending, and what became of it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.simulation import Script

from .ledger import ENDED, IN_FORCE, Ledger, Row, record
from .pushes import Pusher
from .scenarios import AT_ONCE, LATER, USUAL
from .sop import Unreadable

Data = Mapping[str, Any]
NO_AGREEMENT = ("710001", "协议不存在")


@dataclass
class Business:
    """The bank's work. A `no` is raised as Unreadable with its code."""

    ledger: Ledger
    script: Script
    pusher: Pusher
    settle: float
    page: int

    def held(self, data: Data) -> dict[str, Any]:
        """A customer's agreements."""
        rows = self.ledger.ask("SELECT * FROM agreements WHERE cust = ? ORDER BY revision", data.get("customerCode"))
        if not rows:
            raise Unreadable(*NO_AGREEMENT)
        return {"records": [record(agreement) for agreement in rows]}

    def listed(self, data: Data) -> dict[str, Any]:
        """Agreements in the order of their last changes, after a cursor."""
        cursor, since = str(data.get("cursor", "")), str(data.get("changedSince", ""))
        if not re.fullmatch("(R[0-9]{1,12})?", cursor) or not re.fullmatch("([0-9]{17})?", since):
            raise Unreadable("710008", "参数错误")
        limit = max(1, min(int(data.get("limit", self.page)), self.page))
        query = "SELECT * FROM agreements WHERE revision > ? AND changed >= ? ORDER BY revision LIMIT ?"
        rows = self.ledger.ask(query, int(cursor[1:] or 0), since, limit + 1)
        # One more than the page holds was read, which tells whether the list goes on.
        more = len(rows) > limit
        rows = rows[:limit]
        # At the end the present revision, even if it belongs to no row of this list: later changes only come after it.
        last = rows[-1]["revision"] if more else self.ledger.revision()
        return {"records": [self.shown(agreement) for agreement in rows], "cursor": f"R{last}", "more": str(int(more))}

    def shown(self, row: Row) -> dict[str, str]:
        """A record of the nightly list, which a scenario lets contradict the callbacks."""
        shown_record = record(row)
        if self.script.of(row["cust"], USUAL) == "list_contradicts":
            shown_record["agrSta"] = ENDED if row["state"] == IN_FORCE else IN_FORCE
        return shown_record

    def terminate(self, serial: str, data: Data, at: float) -> dict[str, Any]:
        """An ending by the company. The same serial with the same content is answered as the first time."""
        content = json.dumps(data, sort_keys=True)
        known = self.ledger.one("SELECT * FROM endings WHERE serial = ?", serial)
        if known:
            self.ledger.do("UPDATE endings SET received = received + 1 WHERE serial = ?", serial)
            # The same serial with other content is the company's mistake; with the same content it is a repetition.
            if known["content"] != content:
                raise Unreadable("710002", "流水号重复")
            return {"qpayAgrNo": known["agreement"], "reqTraceId": serial}
        right = {"txnCode": "6002", "netInteTxTpCd": "0110", "reqTraceId": serial, "vendorNo": serial}
        if any(data.get(name) != wanted for name, wanted in right.items()):
            raise Unreadable("710008", "参数错误")
        agreement = self.ledger.one("SELECT * FROM agreements WHERE no = ?", str(data.get("qpayAgrNo")))
        if agreement is None or agreement["state"] != IN_FORCE:
            raise Unreadable(*NO_AGREEMENT)
        scenario = self.script.of(agreement["cust"], USUAL)
        if scenario in AT_ONCE:
            raise Unreadable(*AT_ONCE[scenario])
        if data.get("pbankTxAccTpCd") != agreement["kind"]:
            raise Unreadable("710005", "协议与账户不符")
        then = LATER.get(scenario, ("", ""))
        self.ledger.do(
            "INSERT INTO endings(serial, content, agreement, day, state, due, then_code, then_text)"
            " VALUES(?,?,?,?,'00',?,?,?)",
            serial,
            content,
            agreement["no"],
            str(data.get("reqDate")),
            *((at + self.settle, *then) if then else (None, None, None)),
        )
        return {"qpayAgrNo": agreement["no"], "reqTraceId": serial}

    def result(self, data: Data) -> dict[str, Any]:
        """What became of an ending, by its serial and day."""
        serial, day = str(data.get("oriVendorNo")), str(data.get("oldTxDate"))
        ending = self.ledger.one("SELECT * FROM endings WHERE serial = ? AND day = ?", serial, day)
        if ending is None or data.get("txnCode") != "6010":
            raise Unreadable("710003", "原交易不存在")
        return {
            "oriVendorNo": serial,
            "orderSta": ending["state"],
            "orderCode": ending["code"],
            "orderMsg": ending["text"],
        }

    def ripen(self, at: float, moment: datetime, *, early: bool = False) -> None:
        """Carry out the endings whose moment has come; `early`: the hub is called before anything else goes on."""
        tell = self.pusher.at_once if early else self.pusher.tell
        for ending in self.ledger.ask("SELECT * FROM endings WHERE due IS NOT NULL AND due <= ?", at):
            state = "02" if ending["then_code"] else "01"
            self.ledger.do(
                "UPDATE endings SET state = ?, code = then_code, text = then_text, due = NULL, executed = executed + 1"
                " WHERE serial = ?",
                state,
                ending["serial"],
            )
            if state == "01" and self.ledger.agreement(ending["agreement"])["state"] == IN_FORCE:
                tell("AGR_END", self.ledger.change(ending["agreement"], moment, state=ENDED))
