"""Mobile's business: who orders by which device on which day, one by one or in batches with a job (own convention)."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub.simulation import Call, Script

from .door import Content, Turned
from .ledger import Ledger, record, written
from .listing import MADE as MADE_UP
from .listing import made_up
from .pushes import ANNOUNCED, Pusher
from .scenarios import AT_ONCE, EARLY, LATER, USUAL, Verdict

NO_RECORD = ("12107", "没有该请求")
ALREADY = ("12101", "该客户已登记")
LOCKED = ("12100", "同一号码 30 分钟内不得重复操作")
REUSED = ("12110", "流水号已用于其他内容")
FORMS = {"custCode": r"\d{6,20}", "orderDay": "[1-7]", "msisdn": r"1\d{10}", "agreementNo": r"[A-Z0-9]{4,20}"}
MADE = re.compile(r"YG(\d{10})")
MOST = 100


@dataclass
class Business:
    """The desk at which customers are announced."""

    ledger: Ledger
    script: Script
    pusher: Pusher
    bindings: int
    settle: float
    lock: float
    """Seconds in which a number is not changed again."""

    def single(self, call: Call, content: Content, moment: datetime) -> Content:
        """One customer; returns the job. Raises Turned."""
        return self.batch(call, content, [{"rowNo": "1", **content}], moment, batch=False)

    def batch(
        self, call: Call, content: Content, rows: Sequence[Any], moment: datetime, *, batch: bool = True
    ) -> Content:
        """A batch: taken whole or not at all; what becomes of each row is said later. Raises Turned."""
        serial = str(content.get("requestId", ""))
        if not re.fullmatch(r"[\w-]{8,64}", serial, re.ASCII) or not rows or len(rows) > MOST:
            raise Turned("12108", "流水号不正确或行数超过 100")
        asked = [checked(customer) for customer in rows]
        if len({customer["rowNo"] for customer in asked}) != len(asked):
            raise Turned("12001", "行号重复")
        # The same serial with the same content is a repetition, and is answered as the first time.
        text = json.dumps(asked, sort_keys=True)
        before = self.ledger.one("SELECT * FROM jobs WHERE serial = ?", serial)
        if before is not None:
            if before["content"] != text:
                raise Turned(*REUSED)
            self.ledger.do("UPDATE jobs SET received = received + 1 WHERE serial = ?", serial)
            return {"jobId": before["job"]}
        # After the look for a repetition: a repeated batch must not be refused for the lock that it set itself.
        self.free(asked, call.at)
        # A single announcement is refused at once; in a batch each row fails by itself, in the job.
        if not batch:
            self.fit(asked[0])
        job = f"JOB{serial[-16:]}"
        self.ledger.do("INSERT INTO jobs(serial, job, content, batch) VALUES(?,?,?,?)", serial, job, text, int(batch))
        for customer in asked:
            self.note(call, serial, customer, moment, batch=batch)
        return {"jobId": job}

    def free(self, asked: Sequence[Content], at: float) -> None:
        """One number inside its half hour refuses the whole batch; raises Turned."""
        for customer in asked:
            query = "SELECT 1 FROM announcements WHERE phone = ? AND at > ?"
            if self.ledger.one(query, customer["msisdn"], at - self.lock):
                raise Turned(*LOCKED)

    def fit(self, asked: Content) -> None:
        """The agreement that an announcement is about; raises Turned when it does not fit."""
        scenario = self.script.of(asked["custCode"], USUAL)
        if scenario in AT_ONCE:
            raise Turned(*AT_ONCE[scenario])
        agreement = self.find(asked["agreementNo"])
        if agreement is None:
            raise Turned(*AT_ONCE["agreement_unknown"])
        if agreement["phone"] != asked["msisdn"]:
            raise Turned(*AT_ONCE["other_number"])
        if agreement["state"] != "1":
            raise Turned(*AT_ONCE["agreement_over"])
        if agreement["deposit"] != "1":
            raise Turned(*AT_ONCE["deposit_not_paid"])
        if agreement["cust"] not in ("", asked["custCode"]):
            raise Turned(*AT_ONCE["other_customer"])
        if (agreement["cust"], agreement["order_day"]) == (asked["custCode"], asked["orderDay"]):
            raise Turned(*ALREADY)

    def find(self, number: str) -> dict[str, Any] | None:
        """An agreement by its number; a made-up one is put into the books."""
        self.unfold(number)
        return self.ledger.one("SELECT * FROM agreements WHERE no = ?", number)

    def unfold(self, number: str) -> None:
        """Put a made-up agreement into the books, so that it can change."""
        found = MADE.fullmatch(number)
        if not found or int(found[1]) >= self.bindings:
            return
        if not self.ledger.one("SELECT 1 FROM agreements WHERE no = ?", number):
            self.ledger.sign(made_up(int(found[1])), self.pusher.now())

    def note(self, call: Call, serial: str, row: Content, moment: datetime, *, batch: bool) -> None:
        """Keep a row and how it will end."""
        scenario = self.script.of(row["custCode"], USUAL)
        verdict = LATER.get(scenario, LATER[USUAL])
        if batch:
            try:
                self.fit(row)
            except Turned as no:
                # Held already with the same values: for a row of a batch that is its success.
                same = no.status == ALREADY[0]
                verdict = Verdict("2") if same else Verdict("3", no.status, no.text)
        due = call.at + (verdict.after or self.settle) if verdict else None
        then = (verdict.state, verdict.code, verdict.text) if verdict else (None, None, None)
        self.ledger.do(
            "INSERT INTO announcements(serial, row_no, cust, order_day, phone, agreement, state, due, then_state,"
            " then_code, then_text, shown, at) VALUES(?,?,?,?,?,?,'1',?,?,?,?,?,?)",
            serial,
            *(row[name] for name in ("rowNo", "custCode", "orderDay", "msisdn", "agreementNo")),
            due,
            *then,
            int(scenario != "row_missing_in_job"),
            call.at,
        )
        if call.fault == EARLY and verdict:
            self.end(self.row(serial, row["rowNo"]), verdict, moment, early=True)

    def row(self, serial: str, row_no: str) -> dict[str, Any]:
        """One row of an announcement; raises Turned for one that never came."""
        announcement = self.ledger.one("SELECT * FROM announcements WHERE serial = ? AND row_no = ?", serial, row_no)
        if announcement is None:
            raise Turned(*NO_RECORD)
        return announcement

    def show(self, serial: str, row_no: str) -> None:
        """Show a row from now on that its job did not show; raises Turned for one that never came."""
        self.row(serial, row_no)
        self.ledger.do("UPDATE announcements SET shown = 1 WHERE serial = ? AND row_no = ?", serial, row_no)

    def result(self, content: Content) -> Content:
        """How an announcement ended; raises Turned for one that never came."""
        announcement = self.row(str(content.get("requestId")), "1")
        if announcement["cust"] != content.get("custCode"):
            raise Turned(*NO_RECORD)
        return {"requestId": announcement["serial"], **ending(announcement)}

    def batch_result(self, content: Content) -> Content:
        """How each row of a batch ended; raises Turned for a batch that never came."""
        serial = str(content.get("requestId"))
        if not self.ledger.one("SELECT 1 FROM jobs WHERE serial = ?", serial):
            raise Turned(*NO_RECORD)
        # Shown in reverse, so that a caller who goes by places instead of numbers is found out.
        rows = self.ledger.ask("SELECT * FROM announcements WHERE serial = ? AND shown ORDER BY row_no DESC", serial)
        return {"requestId": serial, "rows": [shown for announcement in rows for shown in self.as_shown(announcement)]}

    def as_shown(self, row: dict[str, Any]) -> list[Content]:
        """A row of a job as it is shown; scenarios show it wrongly."""
        right = {"rowNo": row["row_no"], **ending(row)}
        match self.script.of(row["cust"], USUAL):
            case "row_contradicted_in_job":
                return [right, {**right, "state": "3", "errorCode": "12103", "errorDes": "押金未交"}]
            case "row_of_another_in_job":
                return [{**right, "custCode": row["cust"][::-1]}]
        return [right]

    def held(self, content: Content) -> Content:
        """What is held for a customer; raises Turned if nothing is."""
        code = str(content.get("custCode", ""))
        agreement = self.ledger.one("SELECT * FROM agreements WHERE cust = ? AND state = '1' ORDER BY id DESC", code)
        if agreement is None:
            raise Turned(*NO_RECORD)
        return {"custCode": agreement["cust"], "orderDay": agreement["order_day"], "agreementNo": agreement["no"]}

    def one(self, content: Content) -> Content:
        """One agreement by its number, or by the device on it; raises Turned for one that is not in the books."""
        number, device = str(content.get("agreementNo") or ""), str(content.get("terminalId") or "")
        made_up = MADE.fullmatch(number)
        if (
            made_up
            and int(made_up[1]) < self.bindings
            and not self.ledger.one("SELECT 1 FROM agreements WHERE no = ?", number)
        ):
            return {"record": json.loads(MADE_UP.format(int(made_up[1])))}
        query = (
            "SELECT * FROM agreements WHERE no = ?"
            if number
            else "SELECT * FROM agreements WHERE ? IN (device, former)"
        )
        agreement = self.ledger.one(f"{query} ORDER BY id DESC", number or device)
        if agreement is None:
            raise Turned(*NO_RECORD)
        return {"record": record(agreement)}

    def ripen(self, at: float, moment: datetime) -> None:
        """End the announcements whose moment has come."""
        for announcement in self.ledger.ask(
            "SELECT * FROM announcements WHERE due IS NOT NULL AND due <= ? ORDER BY due", at
        ):
            self.end(
                announcement,
                Verdict(announcement["then_state"], announcement["then_code"], announcement["then_text"]),
                moment,
            )

    def end(self, row: dict[str, Any], verdict: Verdict, moment: datetime, *, early: bool = False) -> None:
        """Give an announcement its end, do what it asks for, and tell the hub."""
        self.ledger.do(
            "UPDATE announcements SET state = ?, code = ?, text = ?, ended = ?, due = NULL, executed = executed + 1"
            " WHERE serial = ? AND row_no = ?",
            *(verdict.state, verdict.code, verdict.text, written(moment), row["serial"], row["row_no"]),
        )
        # Only now the books change: an announcement that is still being worked on is not held yet.
        if verdict.state == "2" and self.find(row["agreement"]):
            self.ledger.change(row["agreement"], moment, cust=row["cust"], order_day=row["order_day"])
        tell = self.pusher.at_once if early else self.pusher.tell
        outcome = self.row(row["serial"], row["row_no"])
        tell(ANNOUNCED, row["cust"], {**ending(outcome), "updateTime": outcome["ended"]})


def checked(row: Any) -> Content:
    """A row's fields, of their right form; raises Turned."""
    if not isinstance(row, dict) or not re.fullmatch(r"\d{1,6}", str(row.get("rowNo", "")), re.ASCII):
        raise Turned("12001", "行不正确")
    for name, form in FORMS.items():
        if not isinstance(row.get(name), str) or not re.fullmatch(form, row[name], re.ASCII):
            raise Turned("12001", f"{name} 不正确")
    return {"rowNo": str(row["rowNo"]), **{name: row[name] for name in FORMS}}


def ending(row: dict[str, Any]) -> Content:
    """An announcement as it is answered and pushed."""
    return {"custCode": row["cust"], "state": row["state"], "errorCode": row["code"], "errorDes": row["text"]}
