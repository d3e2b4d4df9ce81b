"""What the bank does with a genuine call: SMS codes, agreements by SignNo, packages with count and sum."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from hub.simulation import Books, Script

from .checks import check_batch, check_fields, good_card
from .gateway import Content, Turned
from .scenarios import ROWS

TABLES = (
    "CREATE TABLE IF NOT EXISTS signs(no TEXT PRIMARY KEY, customer TEXT, card TEXT, name TEXT, content TEXT,"
    " status TEXT, until TEXT, sms TEXT, sent_at REAL, tries INTEGER DEFAULT 0, executed INTEGER DEFAULT 1, agent TEXT);"
    "CREATE TABLE IF NOT EXISTS batches(no TEXT PRIMARY KEY, content TEXT, day TEXT);"
    "CREATE TABLE IF NOT EXISTS rows(batch TEXT, seq TEXT, sign_no TEXT, card TEXT, customer TEXT, state TEXT,"
    " code TEXT, text TEXT, due REAL);"
)
BEIJING = timezone(timedelta(hours=8))
# Seconds for which a code is valid, seconds before another SMS, wrong codes until a request is closed.
SMS_SECONDS, RESEND_SECONDS, TRIES = 300, 60, 3

# Turned away before any business is done (own convention).
TOO_QUICK = ("EPS900", "交易过于频繁")


def number_of(content: Content) -> tuple[str, str]:
    """What distinguishes a call from others: its kind, and the number that the merchant gave it."""
    numbers = [str(content[name]) for name in ("OrderNo", "BatchNo", "SignNo") if content.get(name)]
    return str(content.get("TrxType", "")), (numbers or [""])[0]


@dataclass
class Bank:
    """The bank's business."""

    books: Books
    script: Script
    settle: float = 0.5
    sms_code: str = "246810"
    resend_seconds: float = RESEND_SECONDS
    turned_away: set[tuple[str, str]] = field(default_factory=set)
    """Calls whose first answer was "too quick", which is their answer for ever."""

    def turn_away(self, content: Content) -> None:
        """Say "too quick" to a call, now and whenever its number comes again; raises Turned."""
        self.turned_away.add(number_of(content))
        raise Turned(*TOO_QUICK)

    def call(self, content: Content, at: float) -> Content:
        """Answer one call; raises Turned."""
        # Before anything else: the first answer to a number is its answer for ever.
        if number_of(content) in self.turned_away:
            raise Turned(*TOO_QUICK)
        trades: dict[str, Callable[[Content, float], Content]] = {
            "EntrustSignReq": self.request,
            "EntrustSignConfirm": self.confirm,
            "EntrustSignResendSMS": self.resend,
            "EntrustQuerySign": self.query,
            "EntrustUnSign": self.unsign,
            "EntrustSignBatch": self.batch,
            "EntrustSignBatchQuery": self.batch_query,
            "StaticIdentifyVerifyReq": self.identify,
        }
        kind = str(content.get("TrxType", ""))
        if kind not in trades:
            raise Turned("APE003", "功能未开通")
        return trades[kind](content, at)

    def sign(self, no: object) -> dict[str, Any] | None:
        """An agreement by its SignNo."""
        return self.books.one("SELECT * FROM signs WHERE no = ?", str(no))

    def judge(self, content: Content, at: float) -> None:
        """Refuse an agreement that the bank would refuse."""
        check_fields(content, day(at))
        code, words = ROWS[self.script.of(str(content.get("SignDesc", "")), "agreement_activated")]
        if code.startswith("EPS"):
            raise Turned(code, words)

    def request(self, content: Content, at: float) -> Content:
        """A new agreement waits for its SMS code; the same again is known."""
        held = self.sign(content.get("SignNo"))
        if held:
            # The same number with other content is the merchant's mistake; with the same content it is a repetition.
            if held["content"] != written(content):
                raise Turned("EPS102", "签约编号重复")
            raise Turned("EPS101" if held["status"] == "0" else "EPS103", "签约编号已存在")
        self.judge(content, at)
        self.enter(content, "0", at)
        return {"SignNo": content["SignNo"]}

    def enter(self, content: Content, status: str, at: float) -> None:
        """Put an agreement into the books."""
        customer = str(content.get("SignDesc", ""))
        # A day that is over, although the bank goes on saying "in force": callers have to notice it themselves.
        past = self.script.of(customer, "") == "agreement_past_its_day"
        until = "2020/01/01" if past else content["InValidDate"]
        values = content["SignNo"], customer, content["CustomAccNo"], content["CustomName"], written(content)
        self.books.do(
            "INSERT INTO signs(no, customer, card, name, content, status, until, sms, sent_at, agent)"
            " VALUES(?,?,?,?,?,?,?,?,?,?)",
            *values,
            status,
            until,
            self.sms_code,
            at,
            "ABC" + str(content["SignNo"])[-16:],
        )

    def waiting(self, content: Content) -> dict[str, Any]:
        """The agreement that waits for its code; raises Turned."""
        held = self.sign(content.get("SignNo"))
        if held is None:
            raise Turned("EPS110", "无此签约编号")
        if held["status"] == "1":
            raise Turned("EPS103", "已签约")
        if held["status"] != "0":
            raise Turned("EPS122", "验证码错误次数超限" if held["status"] == "3" else "已关闭")
        return held

    def confirm(self, content: Content, at: float) -> Content:
        """The code: right, wrong with tries left, too old, or wrong too often."""
        held = self.waiting(content)
        # Before the code is compared: an expired one is not counted as a wrong try.
        if at - held["sent_at"] > SMS_SECONDS:
            raise Turned("EPS121", "验证码已过期")
        if content.get("VerificationCode") != held["sms"]:
            self.books.do("UPDATE signs SET tries = tries + 1 WHERE no = ?", held["no"])
            if held["tries"] + 1 >= TRIES:
                self.books.do("UPDATE signs SET status = '3' WHERE no = ?", held["no"])
                raise Turned("EPS122", "验证码错误次数超限")
            raise Turned("EPS120", f"验证码错误,还可输入 {TRIES - held['tries'] - 1} 次")
        self.books.do("UPDATE signs SET status = '1' WHERE no = ?", held["no"])
        return {"SignNo": held["no"], "AgentSignNo": held["agent"], "Last4CardNo": held["card"][-4:]}

    def resend(self, content: Content, at: float) -> Content:
        """Another SMS, not too early."""
        held = self.waiting(content)
        if held["card"] != content.get("CustomAccNo"):
            raise Turned("EPS102", "卡号不符")
        if at - held["sent_at"] < self.resend_seconds:
            raise Turned("EPS104", "发送过于频繁")
        self.books.do("UPDATE signs SET sent_at = ? WHERE no = ?", at, held["no"])
        return {"SignNo": held["no"]}

    def query(self, content: Content, at: float) -> Content:
        """How an agreement stands."""
        held = self.sign(content.get("SignNo"))
        if held is None:
            raise Turned("EPS110", "无此签约编号")
        if held["status"] == "3":
            raise Turned("EPS122", "验证码错误次数超限")
        return shown(held)

    def unsign(self, content: Content, at: float) -> Content:
        """End an agreement in force."""
        held = self.sign(content.get("SignNo"))
        if held is None or held["status"] != "1":
            raise Turned("EPS130", "协议不存在或已解约")
        self.books.do("UPDATE signs SET status = '2' WHERE no = ?", held["no"])
        return {"SignNo": held["no"]}

    def identify(self, content: Content, at: float) -> Content:
        """Card, name and ID together."""
        if not good_card(str(content.get("CardNo", ""))):
            raise Turned("EPS204", "账户不存在")
        return {"VerifyResult": "1"}

    def batch(self, content: Content, at: float) -> Content:
        """A package: head, count and sum are checked, each row gets its receipt later."""
        rows, no = check_batch(content, day(at)), content["BatchNo"]
        if self.books.one("SELECT no FROM batches WHERE no = ?", no):
            raise Turned("EPS102", "批次号重复")
        self.books.do("INSERT INTO batches VALUES(?,?,?)", no, written(content), content.get("BatchDate"))
        for agreement in rows:
            values = (
                no,
                agreement["SeqNo"],
                agreement["SignNo"],
                str(agreement.get("CustomAccNo")),
                agreement.get("SignDesc"),
                "X",
                "",
                "",
                at,
            )
            self.books.do("INSERT INTO rows VALUES(?,?,?,?,?,?,?,?,? + ?)", *values, self.settle)
        return self.batch_query({"BatchNo": no, "BatchDate": content.get("BatchDate")}, at)

    def enter_file(self, key: str, day: str, rows: list[Content], at: float) -> None:
        """A package that came as a file: what a line does not say is as agreed with the branch."""
        agreed = {"BusinessCode": "110014", "InValidDate": "2099/12/31", "PayUnit": "07", "PayStep": "1"}
        agreed |= {"CustomAccType": "A", "CustomCertType": "I"}
        content = {"Details": [{**agreed, **agreement} for agreement in rows]}
        self.books.do("INSERT INTO batches VALUES(?,?,?)", key, written(content), f"{day[:4]}/{day[4:6]}/{day[6:]}")
        for agreement in rows:
            values = (
                key,
                agreement["SeqNo"],
                agreement["SignNo"],
                agreement["CustomAccNo"],
                agreement["SignDesc"],
                "X",
                "",
                "",
                at,
            )
            self.books.do("INSERT INTO rows VALUES(?,?,?,?,?,?,?,?,?)", *values)

    def batch_query(self, content: Content, at: float) -> Content:
        """Each row's receipt."""
        # Number and day together name a batch.
        batch = self.books.one(
            "SELECT * FROM batches WHERE no = ? AND day = ?", content.get("BatchNo"), content.get("BatchDate")
        )
        if batch is None:
            raise Turned("EPS110", "无此批次")
        rows = self.books.ask("SELECT * FROM rows WHERE batch = ? ORDER BY rowid", batch["no"])
        details = [
            {
                "SeqNo": agreement["seq"],
                "SignNo": agreement["sign_no"],
                "Status": agreement["state"],
                "ReturnCode": agreement["code"],
            }
            | {
                "ErrorMessage": agreement["text"],
                "Last4CardNo": agreement["card"][-4:] if agreement["state"] == "0" else "",
            }
            for agreement in rows
        ]
        return {"BatchNo": batch["no"], "TotalCount": str(len(details)), "Details": details}

    def ripen(self, at: float) -> None:
        """Decide the rows whose moment has come."""
        for waiting in self.books.ask("SELECT rowid AS id, * FROM rows WHERE state = 'X' AND due <= ?", at):
            if self.script.of(waiting["customer"], "") != "row_pending":
                self.decide(waiting, at)

    def by_hand(self, number: str, state: str, at: float) -> str:
        """The clerk decides a row that is open or had no response; returns its package's number."""
        waiting = self.books.one("SELECT rowid AS id, * FROM rows WHERE rowid = ? AND state IN ('X', '2')", number)
        if waiting is None:
            raise ValueError("there is no such open row")
        if state == "0":
            self.decide(waiting, at)
        else:
            code, words = ("EPS205", "账户已挂失或冻结") if state == "1" else ("", "无响应")
            self.books.do("UPDATE rows SET state=?, code=?, text=? WHERE rowid=?", state, code, words, waiting["id"])
        return str(waiting["batch"])

    def decide(self, row: dict[str, Any], at: float) -> None:
        """One row of a package."""
        batch = self.books.one("SELECT content FROM batches WHERE no = ?", row["batch"]) or {}
        content = next(entry for entry in json.loads(batch["content"])["Details"] if entry["SeqNo"] == row["seq"])
        state, code, words = "0", "0000", ""
        try:
            if content.get("Action") == "D":
                self.unsign(content, at)
            else:
                self.judge(content, at)
        except Turned as no:
            state, code, words = "1", no.code, no.text
        # A row that the clerk decides by hand follows the clerk, not the scenario.
        scenario = self.script.of(row["customer"], "") if row["state"] == "X" else ""
        enters = state == "0" and scenario != "row_no_response" and content.get("Action") != "D"
        # Decided a second time (no response, then by the clerk) it must not be entered twice.
        if enters and not self.sign(row["sign_no"]):
            self.enter(content, "1", at)
        if scenario in ("row_no_response", "row_no_response_yet_done"):
            state, code, words = "2", "", "无响应"
        self.books.do("UPDATE rows SET state=?, code=?, text=? WHERE rowid=?", state, code, words, row["id"])


def day(at: float) -> datetime:
    """A moment by the bank's clock."""
    return datetime.fromtimestamp(at, BEIJING)


def written(content: Content) -> str:
    """A content in one fixed form, to be kept and compared."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def shown(held: dict[str, Any]) -> Content:
    """An agreement as the query shows it."""
    return {
        "SignNo": held["no"],
        "AgentSignNo": held["agent"] if held["status"] != "0" else "",
        "Last4CardNo": held["card"][-4:],
        "InvaidDate": held["until"],
        "AgentSignStatus": held["status"],
        "SignDate": datetime.fromtimestamp(held["sent_at"], BEIJING).strftime("%Y/%m/%d"),
        "AccountType": "1",
    }
