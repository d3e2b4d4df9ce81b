"""Mobile's own books: announcements by serial and row, agreements with their devices, tokens, pushes."""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hub.simulation import Books

BEIJING = timezone(timedelta(hours=8))
# `counter` has one row: each change takes the next revision, by which a list's tag tells what is newer. `used` keeps
# transaction numbers and nonces, which may come once.
TABLES = """
CREATE TABLE IF NOT EXISTS tokens(token TEXT PRIMARY KEY, until REAL);
CREATE TABLE IF NOT EXISTS used(number TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS jobs(serial TEXT PRIMARY KEY, job TEXT, content TEXT, batch INTEGER, received INTEGER DEFAULT 1);
CREATE TABLE IF NOT EXISTS announcements(serial TEXT, row_no TEXT, cust TEXT, order_day TEXT, phone TEXT,
    agreement TEXT, state TEXT, code TEXT DEFAULT '', text TEXT DEFAULT '', due REAL, then_state TEXT, then_code TEXT,
    then_text TEXT, shown INTEGER DEFAULT 1, executed INTEGER DEFAULT 0, at REAL, ended TEXT DEFAULT '', PRIMARY KEY(serial, row_no));
CREATE TABLE IF NOT EXISTS agreements(id INTEGER PRIMARY KEY, no TEXT UNIQUE, generated INTEGER UNIQUE, licence TEXT,
    phone TEXT, cust TEXT DEFAULT '', order_day TEXT DEFAULT '', deposit TEXT DEFAULT '1', state TEXT, until TEXT,
    device TEXT DEFAULT '', condition TEXT DEFAULT '', former TEXT DEFAULT '', together TEXT DEFAULT '1',
    revision INTEGER, changed TEXT);
CREATE TABLE IF NOT EXISTS pushes(id INTEGER PRIMARY KEY, action TEXT, body BLOB, cust TEXT, tries INTEGER DEFAULT 0,
    answer TEXT DEFAULT '', done INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS counter(revision INTEGER);
CREATE INDEX IF NOT EXISTS announcements_due ON announcements(due) WHERE due IS NOT NULL;
CREATE INDEX IF NOT EXISTS announcements_phone ON announcements(phone, at);
CREATE INDEX IF NOT EXISTS agreements_revision ON agreements(revision);
CREATE INDEX IF NOT EXISTS agreements_cust ON agreements(cust) WHERE cust != '';
INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM counter);
"""
Row = Mapping[str, Any]


def written(moment: datetime) -> str:
    """A moment as Mobile writes it, to the millisecond."""
    here = moment.astimezone(BEIJING)
    return f"{here:%Y%m%d%H%M%S}{here.microsecond // 1000:03d}"


def record(row: Row) -> dict[str, str]:
    """An agreement with its device as it is listed and pushed."""
    return {
        "agreementNo": row["no"],
        "signStatus": row["state"],
        "expDate": row["until"],
        "licNo": row["licence"],
        "custCode": row["cust"],
        "terminalId": row["device"],
        "terminalStatus": row["condition"],
        "preTerminalId": row["former"],
        # Card and device can only be apart if there is a device.
        "bindStatus": row["together"] if row["device"] else "",
        "updateTime": row["changed"],
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

    def first_use(self, number: str) -> bool:
        """Whether a transaction number or nonce comes for the first time."""
        return self.do("INSERT OR IGNORE INTO used VALUES(?)", number) == 1

    def sign(self, values: Row, moment: datetime) -> str:
        """A new agreement; returns its number."""
        count = self.ask("SELECT coalesce(max(id), 0) AS n FROM agreements")[0]["n"]
        agreement = {
            "no": values.get("no") or f"YX{count + 1:010d}",
            "generated": values.get("generated"),
            **{name: values.get(name, "") for name in ("licence", "phone", "cust", "order_day", "until", "device")},
            "deposit": values.get("deposit", "1"),
            "state": "1",
            "condition": "1" if values.get("device") else "",
            "revision": self.next_revision(),
            "changed": written(moment),
        }
        marks = ",".join("?" * len(agreement))
        self.do(f"INSERT INTO agreements({', '.join(agreement)}) VALUES({marks})", *agreement.values())
        return str(agreement["no"])

    def forget(self, device: str) -> None:
        """A device that is handed out is no longer anyone's former one."""
        # Otherwise the new owner's device would be reported as returned by the old one, again with each list.
        self.do("UPDATE agreements SET former = '' WHERE former = ? AND former != ''", device)

    def change(self, number: str, moment: datetime, **values: str) -> dict[str, Any]:
        """Change an agreement or its device; returns the row as it is now. Raises ValueError for an unknown one."""
        named = values | {"changed": written(moment), "revision": self.next_revision()}
        names = ", ".join(f"{name} = ?" for name in named)
        if not self.do(f"UPDATE agreements SET {names} WHERE no = ?", *named.values(), number):
            raise ValueError(f"there is no agreement {number}")
        return self.ask("SELECT * FROM agreements WHERE no = ?", number)[0]

    def report(self) -> dict[str, Any]:
        """The whole ledger for a comparison; phones by their last four."""
        return {
            "jobs": self.ask("SELECT serial, job, batch, received FROM jobs ORDER BY rowid"),
            "announcements": self.ask(
                "SELECT serial, row_no, cust, order_day, agreement, substr(phone, -4) AS ending, state, code, executed"
                " FROM announcements ORDER BY rowid"
            ),
            "agreements": self.ask(
                "SELECT no, licence, cust, order_day, deposit, state, until, device, condition, former, together"
                " FROM agreements ORDER BY id"
            ),
            "pushes": self.ask("SELECT id, action, cust, tries, answer, done FROM pushes ORDER BY id"),
            "revision": self.revision(),
        }
