"""The bank's own books: agreements with their last change, endings by serial, and callbacks to make."""

from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hub.simulation import Books

BEIJING = timezone(timedelta(hours=8))
# `counter` has one row: each change takes the next revision, by which the list's cursor tells what is newer. `keys` has
# each message key as it came, since none may come twice.
TABLES = """
CREATE TABLE IF NOT EXISTS agreements(id INTEGER PRIMARY KEY, no TEXT UNIQUE, cust TEXT, name TEXT, medium TEXT,
    kind TEXT, state TEXT, changed TEXT, revision INTEGER, times INTEGER DEFAULT 1);
CREATE TABLE IF NOT EXISTS endings(serial TEXT PRIMARY KEY, content TEXT, agreement TEXT, day TEXT, state TEXT,
    code TEXT DEFAULT '', text TEXT DEFAULT '', due REAL, then_code TEXT, then_text TEXT,
    received INTEGER DEFAULT 1, executed INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS pushes(id INTEGER PRIMARY KEY, kind TEXT, sequence TEXT, cust TEXT, data TEXT, fault TEXT,
    tries INTEGER DEFAULT 0, answer TEXT DEFAULT '', done INTEGER DEFAULT 0);
CREATE TABLE IF NOT EXISTS keys(locked TEXT PRIMARY KEY, times INTEGER DEFAULT 1);
CREATE TABLE IF NOT EXISTS counter(revision INTEGER);
CREATE INDEX IF NOT EXISTS agreements_revision ON agreements(revision);
CREATE INDEX IF NOT EXISTS agreements_cust ON agreements(cust);
INSERT INTO counter SELECT 0 WHERE NOT EXISTS (SELECT 1 FROM counter);
"""
IN_FORCE, ENDED = "1", "2"
Row = dict[str, Any]


def written(moment: datetime) -> str:
    """A moment as records have it: yyyyMMddHHmmssSSS in Beijing (our own convention)."""
    return moment.astimezone(BEIJING).strftime("%Y%m%d%H%M%S%f")[:17]


def record(row: Row) -> dict[str, str]:
    """An agreement as it is listed and called in; the number but for six and four digits is hidden."""
    medium = row["medium"]
    return {
        "customerCode": row["cust"],
        "qpayAgrNo": row["no"],
        # As the bank shows it: the hub can compare the last four digits only.
        "mediumNo": medium[:6] + "*" * (len(medium) - 10) + medium[-4:],
        "mediumTp": row["kind"],
        "agrSta": row["state"],
        "changeTime": row["changed"],
    }


class Ledger(Books):
    """The books."""

    def __init__(self, path: Path) -> None:
        super().__init__(path, TABLES)

    def revision(self) -> int:
        """The number of the last change."""
        return int(self.ask("SELECT revision FROM counter")[0]["revision"])

    def next_revision(self) -> int:
        """A new one."""
        self.do("UPDATE counter SET revision = revision + 1")
        return self.revision()

    def note_key(self, locked: str) -> None:
        """Remember a message key as it came: each should come once."""
        self.do("INSERT INTO keys(locked) VALUES(?) ON CONFLICT(locked) DO UPDATE SET times = times + 1", locked)

    def sign(self, cust: str, name: str, medium: str, kind: str, moment: datetime) -> Row:
        """An agreement in force."""
        revision = self.next_revision()
        number = f"YZ{revision:010d}"
        self.do(
            "INSERT INTO agreements(no, cust, name, medium, kind, state, changed, revision) VALUES(?,?,?,?,?,?,?,?)",
            number,
            cust,
            name,
            medium,
            kind,
            IN_FORCE,
            written(moment),
            revision,
        )
        return self.agreement(number)

    def agreement(self, number: str) -> Row:
        """An agreement; raises ValueError when there is none."""
        kept = self.one("SELECT * FROM agreements WHERE no = ?", number)
        if kept is None:
            raise ValueError(f"there is no agreement {number}")
        return kept

    def in_force(self, cust: str) -> Row | None:
        """The customer's agreement in force."""
        return self.one("SELECT * FROM agreements WHERE cust = ? AND state = ?", cust, IN_FORCE)

    def change(self, number: str, moment: datetime, **values: str) -> Row:
        """Change an agreement; `times` counts its changes."""
        columns = {**values, "changed": written(moment), "revision": self.next_revision()}
        setting = ", ".join(f"{name} = ?" for name in columns)
        self.do(f"UPDATE agreements SET {setting}, times = times + 1 WHERE no = ?", *columns.values(), number)
        return self.agreement(number)

    def report(self) -> dict[str, Any]:
        """The whole ledger for a comparison; numbers by their last four."""
        return {
            "agreements": self.ask(
                "SELECT no, cust, state, kind, times, substr(medium, -4) AS ending FROM agreements ORDER BY id"
            ),
            "endings": self.ask("SELECT serial, agreement, state, code, received, executed FROM endings"),
            "pushes": self.ask("SELECT id, kind, sequence, cust, tries, answer, done FROM pushes ORDER BY id"),
            "keys_reused": self.ask("SELECT count(*) AS n FROM keys WHERE times > 1")[0]["n"],
        }
