"""Telecom's business: who orders by which number on which day, and how an announcement ends (our own convention)."""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.simulation import Call, Script

from .gateway import Content, Turned
from .ledger import Ledger, Verdict, record, written
from .listing import MADE as MADE_UP
from .listing import made_up
from .pushes import Pusher
from .scenarios import AT_ONCE, EARLY, LATER, USUAL

NO_RECORD = ("C0300103-0001", "客户资料不存在")
ALREADY = ("-8", "已订购,请勿重复订购")
REUSED = ("-17", "流水号已用于其他内容")
FORMS = {"requestId": r"[\w-]{8,64}", "custCode": r"\d{6,20}", "orderDay": "[1-7]", "accNbr": r"1\d{10}"}
MADE = re.compile(r"TG(\d{10})")


@dataclass
class Orders:
    """The desk at which customers are announced."""

    ledger: Ledger
    script: Script
    pusher: Pusher
    bindings: int
    settle: float
    monthly: int = 20
    """Announcements that a number may have in a month."""

    def announce(self, call: Call, content: Content, moment: datetime) -> Content:
        """Take an announcement; what is wrong with it is said at once, what becomes of it later. Raises Turned."""
        asked = self.checked(content)
        serial, text = asked["requestId"], json.dumps(asked, sort_keys=True)
        if call.headers.get("x-ctg-request-id") != serial:
            raise Turned("-2", "X-CTG-Request-ID is not requestId")
        before = self.ledger.announcement(serial)
        scenario, month = self.script.of(asked["custCode"], USUAL), written(moment)[:7]
        # A repetition is not checked again but answered as the first time, whatever has changed since.
        if before is None:
            self.agreement(asked, scenario)
            if self.ledger.calls(asked["accNbr"], month) >= self.monthly:
                raise Turned(*AT_ONCE["monthly_limit"])
        verdict = LATER.get(scenario)
        due = call.at + (verdict.after or self.settle if verdict else 0.0)
        self.ledger.receive(text, asked, verdict, due, month)
        announcement = self.ledger.ask("SELECT * FROM announcements WHERE serial = ?", serial)[0]
        # Looked at after `receive`, which counts every arrival but keeps the first content.
        if announcement["content"] != text:
            raise Turned(*REUSED)
        if call.fault == EARLY and verdict:
            self.end(announcement, verdict, moment, early=True)
        return {"GROUP_TRANSACTIONID": announcement["transaction_no"]}

    def checked(self, content: Content) -> dict[str, str]:
        """The fields, of their right form; raises Turned."""
        for name, form in FORMS.items():
            if not isinstance(content.get(name), str) or not re.fullmatch(form, content[name], re.ASCII):
                raise Turned("-2", f"{name} is malformed")
        if not isinstance(content.get("agreementNo", ""), str) or content.keys() - {*FORMS, "agreementNo"}:
            raise Turned("-2", "agreementNo is malformed, or there are other fields")
        return {"agreementNo": "", **content}

    def agreement(self, asked: dict[str, str], scenario: str) -> None:
        """The agreement that an announcement is about; raises Turned when it does not fit."""
        if scenario in AT_ONCE:
            raise Turned(*AT_ONCE[scenario])
        known = self.find(asked)
        if known is None:
            raise Turned(*AT_ONCE["agreement_unknown"])
        if known["phone"] != asked["accNbr"]:
            raise Turned(*AT_ONCE["other_number"])
        if known["state"] != "SIGNED":
            raise Turned(*AT_ONCE["agreement_over"])
        if known["device"] == "STOPPED":
            raise Turned(*AT_ONCE["number_stopped"])
        if known["cust"] not in ("", asked["custCode"]):
            raise Turned(*AT_ONCE["other_customer"])
        if (known["cust"], known["order_day"]) == (asked["custCode"], asked["orderDay"]):
            raise Turned(*ALREADY)

    def find(self, asked: dict[str, str]) -> dict[str, Any] | None:
        """The agreement by its number, or by the phone if none is given: one in force first, then the newest."""
        if asked["agreementNo"]:
            self.unfold(asked["agreementNo"])
            return self.ledger.one("SELECT * FROM agreements WHERE no = ?", asked["agreementNo"])
        # A made-up number: its agreement follows from it.
        if asked["accNbr"].startswith("189"):
            self.unfold(f"TG{asked['accNbr'][3:]:0>10}")
        return self.ledger.one(
            "SELECT * FROM agreements WHERE phone = ? ORDER BY state = 'SIGNED' DESC, id DESC", asked["accNbr"]
        )

    def unfold(self, number: str) -> None:
        """Put a made-up agreement into the books, so that it can change."""
        made_number = MADE.fullmatch(number)
        if not made_number or int(made_number[1]) >= self.bindings:
            return
        if not self.ledger.one("SELECT 1 FROM agreements WHERE no = ?", number):
            self.ledger.sign(made_up(int(made_number[1])), self.pusher.now())

    def query(self, content: Content) -> Content:
        """How an announcement ended; raises Turned for one that never came."""
        announcement = self.ledger.announcement(str(content.get("origRequestId")))
        if announcement is None or announcement["cust"] != content.get("custCode"):
            raise Turned(*NO_RECORD)
        return ending(announcement)

    def held(self, content: Content) -> Content:
        """What is held for a customer; raises Turned if nothing is."""
        code = str(content.get("custCode", ""))
        agreement = self.ledger.one(
            "SELECT * FROM agreements WHERE cust = ? AND state = 'SIGNED' ORDER BY id DESC", code
        )
        number = int(code[2:]) if re.fullmatch(r"37\d{10}", code, re.ASCII) else self.bindings
        if agreement is None and number < self.bindings:
            agreement = made_up(number)
        if agreement is None:
            raise Turned(*NO_RECORD)
        return {"custCode": agreement["cust"], "orderDay": agreement["order_day"], "agreementNo": agreement["no"]}

    def one(self, content: Content) -> Content:
        """One agreement by its number, or by the handset on it; raises Turned for one that is not in the books."""
        number, imei = str(content.get("agreementNo") or ""), str(content.get("imei") or "")
        made_number = MADE.fullmatch(number)
        if (
            made_number
            and int(made_number[1]) < self.bindings
            and not self.ledger.one("SELECT 1 FROM agreements WHERE no = ?", number)
        ):
            return {"record": json.loads(MADE_UP.format(int(made_number[1])))}
        query = (
            "SELECT * FROM agreements WHERE no = ?" if number else "SELECT * FROM agreements WHERE ? IN (imei, former)"
        )
        agreement = self.ledger.one(f"{query} ORDER BY id DESC", number or imei)
        if agreement is None:
            raise Turned(*NO_RECORD)
        return {"record": record(agreement)}

    def ripen(self, at: float, moment: datetime) -> None:
        """End the announcements whose moment has come."""
        for announcement in self.ledger.due(at):
            self.end(
                announcement,
                Verdict(announcement["then_state"], announcement["then_code"], announcement["then_text"]),
                moment,
            )

    def end(self, row: dict[str, Any], verdict: Verdict, moment: datetime, *, early: bool = False) -> None:
        """Give an announcement its end, do what it asks for, and tell the hub."""
        self.ledger.close(row["serial"], verdict)
        # Looked for again: it may have changed since the announcement was taken.
        agreement = self.find({"agreementNo": row["agreement"], "accNbr": row["phone"]})
        if verdict.state == "20" and agreement:
            values = {"cust": row["cust"], "order_day": row["order_day"], "serial": row["serial"]}
            self.ledger.change(agreement["no"], moment, **values)
        outcome = ending(self.ledger.ask("SELECT * FROM announcements WHERE serial = ?", row["serial"])[0])
        kind = "CUSTOMER_REGISTERED" if verdict.state == "20" else "CUSTOMER_REFUSED"
        tell = self.pusher.at_once if early else self.pusher.tell
        tell(kind, row["cust"], outcome | {"changedAt": written(moment)})


def ending(row: dict[str, Any]) -> Content:
    """An announcement as it is answered and pushed."""
    return {
        "origRequestId": row["serial"],
        "custCode": row["cust"],
        "state": row["state"],
        "failCode": row["fail_code"],
        "failDesc": row["fail_text"],
    }
