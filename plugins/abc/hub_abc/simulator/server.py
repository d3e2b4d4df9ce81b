"""The bank on the wire: gateway, business, faults, notifications, and the clerk's page."""

import json
import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from hub.simulation import Call, Said, Simulated, button, layout, masked, table

from .bank import BEIJING, Bank
from .files import STATES as FILE_STATES
from .files import Files
from .gateway import Content, Gateway, Turned
from .notices import Notices

# Faults that turn a call away before any work: code, words, signed or not.
BEFORE: dict[str, tuple[str, str, bool]] = {
    "eunkwn_not_done": ("EUNKWN", "交易结果未知,请查询", False),
    "certificate_expired": ("1005", "商户证书已过期", False),
    "clock_off": ("1005", "商户证书不在有效期", False),
    "function_not_opened": ("APE003", "功能未开通", True),
    "unsigned_error": ("APE001", "系统错误", False),
    "duplicate_serial": ("EPS102", "签约编号重复", True),
    "rate_limit": ("EPS900", "请求过于频繁", True),
    "unknown_code": ("ZZ9999", "其他", True),
}
ROW_STATES = {"X": "未处理", "0": "成功", "1": "失败", "2": "无响应"}
DECISIONS = {"0": "处理成功", "1": "处理失败", "2": "置为无响应"}
# Seconds that an early notification may hold the answer up.
PATIENCE = 5.0
STATES = {"0": "待验证", "1": "生效", "2": "已解约", "3": "已关闭"}


class Abc(Simulated):
    """The simulated bank."""

    files: Files | None = None

    def __init__(self, bank: Bank, gateway: Gateway, callback_url: str = "") -> None:
        super().__init__(bank.books, bank.script)
        self.bank, self.gateway = bank, gateway
        self.notices = Notices(gateway, callback_url, lambda: self.now().astimezone(BEIJING))

    def request(self, call: Call) -> Content:
        """What a call asks for, unverified; empty when it cannot be read."""
        # Read without verifying: faults are looked up for every call, also for one that the gateway will refuse.
        with suppress(ValueError, KeyError, TypeError, RecursionError):
            content = json.loads(call.body.decode(self.gateway.charset))["MSG"]["Message"]["TrxRequest"]
            return content if isinstance(content, dict) else {}
        return {}

    def interface(self, call: Call) -> str:
        """The kind of message."""
        return str(self.request(call).get("TrxType", ""))

    def customers(self, call: Call) -> Iterable[str]:
        """The customers that a call names."""
        content = self.request(call)
        rows = content.get("Details") or [content]
        return [str(entry.get("SignDesc", "")) for entry in rows if isinstance(entry, dict)]

    def answer(self, call: Call) -> Said:
        """Check the envelope, do the business, sign the answer."""
        if call.fault == "page_redirect":
            return Said(b"", 302, "text/html", {"Location": "https://pay.abc.test/sign"})
        if call.fault in BEFORE:
            code, words, signed = BEFORE[call.fault]
            return self._no(Turned(code, words, signed=signed))
        try:
            asked = self.gateway.open(call.body)
            if call.fault == "first_answer_final":
                self.bank.turn_away(asked)
            content = self.bank.call(asked, self.clock(call.at))
        except Turned as no:
            return self._no(no)
        # Waited for, so that the notification surely arrives before the answer does.
        if call.fault == "notify_before_answer" and asked["TrxType"] == "EntrustSignConfirm":
            self.notify(str(asked["SignNo"]), "EntrustSign").join(PATIENCE)
        return self._disturbed({"ReturnCode": "0000", "ErrorMessage": "交易成功"} | content, call.fault)

    def _no(self, no: Turned) -> Said:
        answer = {"ReturnCode": no.code, "ErrorMessage": no.text}
        return Said(self.gateway.signed(answer) if no.signed else self.gateway.bare(answer))

    def _disturbed(self, answer: Content, fault: str | None) -> Said:
        """The answer as the fault leaves it; the work is done by now."""
        if fault == "eunkwn_unsigned":
            return self._no(Turned("EUNKWN", "交易结果未知,请查询", signed=False))
        if fault == "unsigned_success":
            return Said(self.gateway.bare(answer))
        rows = answer.get("Details")
        if fault == "row_missing_in_reply" and rows:
            answer |= {"Details": rows[:-1], "TotalCount": str(len(rows) - 1)}
        if fault == "rows_reordered_in_reply" and rows:
            answer["Details"] = rows[::-1]
        # To the merchant both look alike: a signature by a key that it does not have.
        wrong = fault in ("wrong_signature", "rotated_key")
        return Said(self.gateway.signed(answer, wrong_key=wrong, reorder=fault == "reordered_json"))

    def clock(self, at: float) -> float:
        """A moment by the bank's own clock, which may be wrong."""
        return at + self.offset.total_seconds()

    def ripen(self, at: float) -> None:
        """Decide the rows and files whose moment has come."""
        at = self.clock(at)
        self.bank.ripen(at)
        if self.files:
            self.files.ripen(at)

    def report(self) -> dict[str, Any]:
        """The bank's ledger; cards by their last four."""
        signs = self.books.ask(
            "SELECT no, customer, status, tries, executed, substr(card, -4) AS card FROM signs ORDER BY no"
        )
        rows = self.books.ask("SELECT batch, seq, sign_no, state, code FROM rows ORDER BY rowid")
        files = self.books.ask("SELECT name, state, words FROM files ORDER BY no") if self.files else []
        notices = {"sent": self.notices.sent, "heard": self.notices.heard}
        return {"signs": signs, "rows": rows, "files": files, "notices": notices}

    def notify(self, no: str, kind: str, times: int = 1, *, forged: bool = False, age: float = 0) -> threading.Thread:
        """Tell the hub how an agreement stands, perhaps more than once."""
        held = self.bank.sign(no)
        if held is None:
            raise ValueError("there is no such agreement")
        return self.notices.tell(self.notices.body(held, kind, forged=forged, age=age), times)

    def command(self, name: str, values: dict[str, Any], at: float) -> None:
        """`end`: an agreement is ended at the counter; `notify`: a notification, `times` over, forged, or of some `age`."""
        if name == "end":
            self.end(str(values["sign_no"]))
        elif name == "notify":
            forged, age = bool(values.get("forged")), float(values.get("age", 0))
            times = int(values.get("times", 1))
            self.notify(str(values["sign_no"]), str(values["kind"]), times, forged=forged, age=age)
        else:
            super().command(name, values, at)

    def end(self, no: str) -> None:
        """The customer ends an agreement at the counter, and the hub is told."""
        self.books.do("UPDATE signs SET status = '2' WHERE no = ? AND status = '1'", no)
        self.notify(no, "EntrustUnSign")

    def page(self, at: float) -> str:
        """The clerk's page."""
        lines = [
            (
                [
                    agreement["no"],
                    agreement["customer"],
                    agreement["name"],
                    masked(agreement["card"]),
                    STATES[agreement["status"]],
                    agreement["sms"],
                ],
                button("/clerk/confirm", "柜台签约并通知", no=agreement["no"])
                if agreement["status"] == "0"
                else button("/clerk/end", "柜台解约并通知", no=agreement["no"])
                + button("/clerk/again", "重发通知", no=agreement["no"]),
            )
            for agreement in self.books.ask("SELECT * FROM signs ORDER BY rowid DESC LIMIT 50")
        ]
        heads = "签约编号", "客户代码", "户名", "卡号", "状态", "短信验证码"
        signs = "<h2>签约</h2>", table(heads, lines, "还没有收到签约。")
        return layout(
            "模拟农业银行 · 柜员页面", "#00857c", self.script.names(), *signs, *self.row_parts(), *self.file_parts()
        )

    def row_parts(self) -> list[str]:
        """The rows of packages; an open one waits for the clerk."""
        lines = [
            (
                [
                    entry["batch"],
                    entry["seq"],
                    entry["customer"],
                    ROW_STATES[entry["state"]],
                    entry["code"],
                    entry["text"],
                ],
                "".join(button("/clerk/row", words, no=entry["no"], state=state) for state, words in DECISIONS.items())
                if entry["state"] in ("X", "2")
                else "",
            )
            for entry in self.books.ask("SELECT rowid AS no, * FROM rows ORDER BY rowid DESC LIMIT 50")
        ]
        heads = "批次号", "序号", "客户代码", "状态", "返回码", "说明"
        return ["<h2>批次明细</h2>", table(heads, lines, "还没有收到批次。")]

    def file_parts(self) -> list[str]:
        """The files, for a branch that has no interface."""
        if not self.files:
            return []
        lines = [
            (
                [file["name"], FILE_STATES[file["state"]], file["words"]],
                button("/clerk/take", "现在处理", no=file["no"]) if file["state"] == "arrived" else "",
            )
            for file in self.books.ask("SELECT * FROM files ORDER BY no DESC LIMIT 50")
        ]
        return ["<h2>文件</h2>", table(("文件名", "状态", "说明"), lines, "还没有收到文件。")]

    def act(self, path: str, fields: Mapping[str, str], at: float) -> None:
        """What the clerk pressed."""
        no = fields.get("no", "")
        if path == "/clerk/confirm":
            self.books.do("UPDATE signs SET status = '1' WHERE no = ? AND status = '0'", no)
            self.notify(no, "EntrustSign")
        elif path == "/clerk/end":
            self.end(no)
        elif path == "/clerk/again":
            held = self.bank.sign(no) or {}
            self.notify(no, "EntrustSign" if held.get("status") == "1" else "EntrustUnSign")
        elif path == "/clerk/row":
            # The reply was written already: what the clerk decides changes it.
            batch = self.bank.by_hand(no, fields.get("state", ""), self.clock(at))
            if self.files:
                self.files.anew(batch)
        elif path == "/clerk/take" and self.files:
            self.books.do("UPDATE files SET due = ? WHERE no = ? AND state = 'arrived'", at, no)
            self.files.ripen(at)
        else:
            raise ValueError("there is no such button")
