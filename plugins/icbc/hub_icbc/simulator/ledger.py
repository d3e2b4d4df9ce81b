"""The bank's own books: packages, rows, agreements in force, and every request received."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.simulation import Books

# `then_…` and `due`: the result that a row will have, and when. Its index is partial, as nearly all rows are settled.
TABLES = """
CREATE TABLE IF NOT EXISTS messages(msg_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS packages(serial TEXT PRIMARY KEY, kind TEXT, serial_no TEXT, received INTEGER,
    executed INTEGER, at REAL);
CREATE TABLE IF NOT EXISTS rows(id INTEGER PRIMARY KEY, serial TEXT, i_seqno TEXT, order_no TEXT, pay_no TEXT,
    name TEXT, card TEXT, result TEXT, code TEXT, text TEXT, due REAL, then_result TEXT, then_code TEXT, then_text TEXT,
    hidden INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS agreements(no TEXT PRIMARY KEY, pay_no TEXT, name TEXT, card TEXT, status TEXT,
    signed_at REAL, ended_at REAL, times INTEGER DEFAULT 1);
CREATE INDEX IF NOT EXISTS rows_serial ON rows(serial);
CREATE INDEX IF NOT EXISTS rows_due ON rows(due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS agreements_pay ON agreements(pay_no, status);
"""


@dataclass(frozen=True)
class Verdict:
    """What the bank decides about a row: at once, or later (`after` seconds)."""

    result: str
    code: str = "0"
    text: str = ""
    after: float = 0.0


class Ledger(Books):
    """The bank's books."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, TABLES)
        self.changed: Callable[[dict[str, Any]], None] = lambda held: None
        """Called with an agreement that came into force or ended."""

    def new_message(self, msg_id: str) -> bool:
        """Whether the message id was never used before."""
        return self.do("INSERT OR IGNORE INTO messages VALUES(?)", msg_id) == 1

    def receive_package(self, serial: str, kind: str, at: float) -> bool:
        """Note a package; True if its serial is new, and only then may it be executed.

        `INSERT OR IGNORE` on the primary key decides it in one statement.
        """
        fresh = (
            self.do("INSERT OR IGNORE INTO packages VALUES(?,?,?,0,0,?)", serial, kind, f"HQF{serial[-12:]}", at) == 1
        )
        self.do("UPDATE packages SET received = received + 1 WHERE serial = ?", serial)
        return fresh

    def execute(self, serial: str) -> str:
        """Count an execution and give the bank's number for the package."""
        self.do("UPDATE packages SET executed = executed + 1 WHERE serial = ?", serial)
        return str(self.ask("SELECT serial_no FROM packages WHERE serial = ?", serial)[0]["serial_no"])

    def add_row(
        self, serial: str, row: dict[str, Any], now: Verdict, then: Verdict | None, at: float
    ) -> dict[str, Any]:
        """Enter a row with its present result and, if there is one, the result that it will have."""
        order_no = f"{serial[-10:]}{row.get('i_seqno', '')}"
        # Decided on arrival and only applied later, so that the outcome does not hang on when somebody looks.
        later = (at + then.after, then.result, then.code, then.text) if then else (None, None, None, None)
        self.do(
            "INSERT INTO rows(serial, i_seqno, order_no, pay_no, name, card, result, code, text, due, then_result, "
            "then_code, then_text) VALUES(?,?,?,?,?,?,?,?,?,?,?,?,?)",
            serial,
            str(row.get("i_seqno", "")),
            order_no,
            str(row.get("pay_no", "")),
            str(row.get("pay_acct_name", "")),
            str(row.get("pay_acc_no", "")),
            now.result,
            now.code,
            now.text,
            *later,
        )
        return {"order_no": order_no}

    def ripen(self, at: float) -> None:
        """Give rows whose moment has come their final result; done ones become agreements, or end one."""
        for waiting in self.ask(
            "SELECT rows.*, packages.kind FROM rows JOIN packages USING(serial) WHERE due IS NOT NULL AND due <= ?", at
        ):
            self.settle_row(waiting, waiting["due"])

    def settle_row(self, row: dict[str, Any], at: float) -> None:
        """One row's final result."""
        self.do(
            "UPDATE rows SET result = then_result, code = then_code, text = then_text, due = NULL WHERE id = ?",
            row["id"],
        )
        if row["then_result"] != "7":
            return
        if row["kind"] == "delete":
            self.end(row["pay_no"], at)
        else:
            self.agree(row["pay_no"], row["name"], row["card"], at)

    def agree(self, pay_no: str, name: str, card: str, at: float) -> None:
        """An agreement in force; `times` counts how often it was made, which should be once."""
        # Made twice is counted, not hidden: a test that finds 2 has found a request that was sent twice.
        if self.do("UPDATE agreements SET times = times + 1 WHERE pay_no = ? AND status = '1'", pay_no):
            return
        count = self.ask("SELECT count(*) AS n FROM agreements")[0]["n"]
        number = f"BDP{count + 1:09d}"
        self.do("INSERT INTO agreements VALUES(?,?,?,?,'1',?,NULL,1)", number, pay_no, name, card, at)
        self.tell(number)

    def end(self, pay_no: str, at: float) -> bool:
        """End a customer's agreement; False when none is in force."""
        held = self.in_force(pay_no)
        if held is None:
            return False
        self.do("UPDATE agreements SET status='2', ended_at=? WHERE no=?", at, held["no"])
        self.tell(held["no"])
        return True

    def tell(self, number: str) -> None:
        """Announce how an agreement stands."""
        self.changed(self.ask("SELECT * FROM agreements WHERE no = ?", number)[0])

    def in_force(self, pay_no: str) -> dict[str, Any] | None:
        """The agreement in force for a customer."""
        agreements = self.ask("SELECT * FROM agreements WHERE pay_no = ? AND status = '1'", pay_no)
        return agreements[0] if agreements else None

    def report(self) -> dict[str, Any]:
        """The whole ledger for a comparison; cards by their last four."""
        return {
            "packages": self.ask("SELECT serial, kind, received, executed FROM packages"),
            "rows": self.ask("SELECT serial, i_seqno, pay_no, result, code, substr(card, -4) AS ending FROM rows"),
            "agreements": self.ask(
                "SELECT no, pay_no, status, times, substr(card, -4) AS ending FROM agreements ORDER BY no"
            ),
        }
