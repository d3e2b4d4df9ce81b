"""A partner's own books in one SQLite file; every request is stored before it is processed."""

import sqlite3
from pathlib import Path
from typing import Any

REQUESTS = (
    "CREATE TABLE IF NOT EXISTS requests(no INTEGER PRIMARY KEY, at REAL, path TEXT, fault TEXT, answered INTEGER,"
    " raw BLOB);"
)


class Books:
    """The books. They survive a crash of the process, not a power cut."""

    def __init__(self, path: Path, tables: str = "") -> None:
        # Autocommit: each statement stays, even if the process is killed after it.
        self.db = sqlite3.connect(path, isolation_level=None)
        self.db.row_factory = sqlite3.Row
        # A reader (the clerk's page, a test with the file open) does not block the writer.
        self.db.execute("PRAGMA journal_mode=WAL")
        # No fsync: waiting for the disk would make it slower than any partner, and a power cut is not rehearsed.
        self.db.execute("PRAGMA synchronous=OFF")
        self.db.executescript(REQUESTS + tables)

    def ask(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """All rows of a query."""
        return [dict(columns) for columns in self.db.execute(query, values)]

    def one(self, query: str, *values: Any) -> dict[str, Any] | None:
        """The first row of a query; None if there is none."""
        columns = self.db.execute(query, values).fetchone()
        return dict(columns) if columns else None

    def do(self, statement: str, *values: Any) -> int:
        """Run a statement; returns how many rows it changed."""
        return self.db.execute(statement, values).rowcount

    def note_request(self, at: float, path: str, raw: bytes) -> int:
        """Store a request; returns its number, from 1."""
        return int(self.db.execute("INSERT INTO requests(at, path, raw) VALUES(?,?,?)", (at, path, raw)).lastrowid or 0)
