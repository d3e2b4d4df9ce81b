"""Telecom's own books: announcements by serial, agreements with their handsets, and pushes to send."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hub.simulation import Books

BEIJING = timezone(timedelta(hours=8))
# `counter` has one row: each change takes the next revision, by which a list's tag tells what is newer. `month` is the
# month in Beijing, by which a number's announcements are counted.
TABLES = """
CREATE TABLE IF NOT EXISTS announcements(serial TEXT PRIMARY KEY, content TEXT, cust TEXT, order_day TEXT, phone TEXT,
    agreement TEXT, state TEXT, fail_code TEXT DEFAULT '', fail_text TEXT DEFAULT '', transaction_no TEXT,
    due REAL, then_state TEXT, then_code TEXT, then_text TEXT, received INTEGER DEFAULT 1, executed INTEGER DEFAULT 0,
    month TEXT);
CREATE TABLE IF NOT EXISTS agreements(id INTEGER PRIMARY KEY, no TEXT UNIQUE, generated INTEGER UNIQUE, licence TEXT,
    phone TEXT, cust TEXT DEFAULT '', order_day TEXT DEFAULT '', serial TEXT DEFAULT '', state TEXT, until TEXT,
    imei TEXT DEFAULT '', device TEXT DEFAULT '', former TEXT DEFAULT '', revision INTEGER, changed TEXT);
CREATE TABLE IF NOT EXISTS pushes(id INTEGER PRIMARY KEY, kind TEXT, body BLOB, cust TEXT, tries INTEGER DEFAULT 0,
    answer TEXT DEFAULT '', done INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS counter(revision INTEGER);
CREATE INDEX IF NOT EXISTS announcements_due ON announcements(due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS agreements_revision ON agreements(revision);
CREATE INDEX IF NOT EXISTS agreements_cust ON agreements(cust) WHERE cust != '';
INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM counter);
"""
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """How an announcement ends, and after how many seconds."""

    state: str
    code: str = ""
    text: str = ""
    after: float = 0.0


def written(moment: datetime) -> str:
    """A moment as Telecom writes it."""
    return moment.astimezone(BEIJING).isoformat(timespec="milliseconds")


def record(row: Row) -> dict[str, str]:
    """An agreement with its handset as it is listed and pushed."""
    return {
        "agreementNo": row["no"],
        "agreementState": row["state"],
        "validUntil": row["until"],
        "licenceNo": row["licence"],
        "custCode": row["cust"],
        "imei": row["imei"],
        "deviceState": row["device"],
        "formerImei": row["former"],
        "changedAt": row["changed"],
    }


class Ledger(Books):
    """The books."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, TABLES)

    def revision(self) -> int:
        """The number of the last change."""
        return int(self.ask("SELECT revision FROM counter")[0]["revision"])

    def next_revision(self) -> int:
        """A new number for a change."""
        self.do("UPDATE counter SET revision = revision + 1")
        return self.revision()

    def receive(self, content: str, asked: Row, then: Verdict | None, due: float, month: str) -> bool:
        """Note an announcement; False if its serial was used before, which the primary key decides in one statement."""
        serial = asked["requestId"]
        later = (due, then.state, then.code, then.text) if then else (None, None, None, None)
        fresh = self.do(
            "INSERT OR IGNORE INTO announcements(serial, content, cust, order_day, phone, agreement, state,"
            " transaction_no, due, then_state, then_code, then_text, month) VALUES(?,?,?,?,?,?,'10',?,?,?,?,?,?)",
            serial,
            content,
            asked["custCode"],
            asked["orderDay"],
            asked["accNbr"],
            asked["agreementNo"],
            f"GT{serial[-14:]}",
            *later,
            month,
        )
        # Counted, so that a test can see how often a serial was sent.
        if not fresh:
            self.do("UPDATE announcements SET received = received + 1 WHERE serial = ?", serial)
        return fresh == 1

    def calls(self, phone: str, month: str) -> int:
        """How many announcements a number had in a month."""
        # All of them, refused ones as well: the platform counts calls, not successes.
        query = "SELECT count(*) AS n FROM announcements WHERE phone = ? AND month = ?"
        return int(self.ask(query, phone, month)[0]["n"])

    def announcement(self, serial: str) -> dict[str, Any] | None:
        """The announcement with a serial."""
        return self.one("SELECT * FROM announcements WHERE serial = ?", serial)

    def due(self, at: float) -> list[dict[str, Any]]:
        """Announcements whose moment has come."""
        return self.ask("SELECT * FROM announcements WHERE due IS NOT NULL AND due <= ? ORDER BY due", at)

    def close(self, serial: str, verdict: Verdict) -> None:
        """Give an announcement its end."""
        self.do(
            "UPDATE announcements SET state = ?, fail_code = ?, fail_text = ?, due = NULL, executed = executed + 1"
            " WHERE serial = ?",
            verdict.state,
            verdict.code,
            verdict.text,
            serial,
        )

    def sign(self, values: Row, moment: datetime) -> str:
        """A new agreement; returns its number."""
        count = self.ask("SELECT coalesce(max(id), 0) AS n FROM agreements")[0]["n"]
        number = values.get("no") or f"TX{count + 1:010d}"
        self.do(
            "INSERT INTO agreements(no, generated, licence, phone, cust, order_day, state, until, imei, device,"
            " revision, changed) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)",
            number,
            values.get("generated"),
            values.get("licence", ""),
            values.get("phone", ""),
            values.get("cust", ""),
            values.get("order_day", ""),
            "SIGNED",
            values.get("until", ""),
            values.get("imei", ""),
            "BOUND" if values.get("imei") else "",
            self.next_revision(),
            written(moment),
        )
        return str(number)

    def change(self, number: str, moment: datetime, **values: str) -> dict[str, Any]:
        """Change an agreement or its handset; returns the row as it is now. Raises ValueError for an unknown one."""
        named = values | {"changed": written(moment), "revision": self.next_revision()}
        names = ", ".join(f"{name} = ?" for name in named)
        if not self.do(f"UPDATE agreements SET {names} WHERE no = ?", *named.values(), number):
            raise ValueError(f"there is no agreement {number}")
        return self.ask("SELECT * FROM agreements WHERE no = ?", number)[0]

    def report(self) -> dict[str, Any]:
        """The whole ledger for a comparison; phones by their last four."""
        return {
            "announcements": self.ask(
                "SELECT serial, cust, order_day, agreement, substr(phone, -4) AS ending, state, fail_code, received,"
                " executed FROM announcements ORDER BY rowid"
            ),
            "agreements": self.ask(
                "SELECT no, licence, cust, order_day, serial, state, until, imei, device, former FROM agreements"
                " ORDER BY id"
            ),
            "pushes": self.ask("SELECT id, kind, cust, tries, answer, done FROM pushes ORDER BY id"),
            "revision": self.revision(),
        }
