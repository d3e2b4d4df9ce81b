"""The bank's side of the file exchange, written from its description: packages in, receipts out."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hub.simulation import put

from .bank import Bank
from .gateway import Content, Turned

TABLES = (
    "CREATE TABLE IF NOT EXISTS files(no INTEGER PRIMARY KEY, name TEXT, at REAL, state TEXT, words TEXT, due REAL,"
    " reply BLOB);"
)
HEADER, DETAIL, TRAILER = (24, 8, 6, 16), (6, 1, 32, 16, 60, 20, 20, 16, 12), (6, 16)
NAMES = (
    "SeqNo",
    "Action",
    "SignNo",
    "SignDesc",
    "CustomName",
    "CustomAccNo",
    "CustomCertNo",
    "CustomPhone",
    "SinglePaymentLimit",
)
STATES = {"arrived": "已到", "replied": "已回盘", "refused": "整包退回", "halved": "回盘写到一半"}


class Wrong(Exception):
    """A file that the bank does not take; nothing of it is entered."""


def cut(raw: bytes, kind: bytes, widths: Sequence[int]) -> list[str]:
    """The values of a line; raises Wrong."""
    if raw[:1] != kind or len(raw) != 1 + sum(widths):
        raise Wrong("行格式错误")
    values, rest = [], raw[1:]
    for width in widths:
        try:
            values.append(rest[:width].decode("gbk").rstrip())
        except UnicodeDecodeError:
            raise Wrong("字符集错误") from None
        rest = rest[width:]
    return values


def read(name: str, raw: bytes) -> tuple[str, str, list[Content]]:
    """Serial, day and rows of a package; raises Wrong."""
    # One kind of line end in a file: mixed ones come from a file that was put together or cut.
    ends = {b"\r\n" if line.endswith(b"\r\n") else b"\n" for line in raw.splitlines(keepends=True)}
    lines = raw.splitlines()
    if len(lines) < 3 or not raw.endswith(b"\n") or len(ends) != 1:
        raise Wrong("文件不完整")
    key, day, count, amount = cut(lines[0], b"H", HEADER)
    rows = [dict(zip(NAMES, cut(line, b"D", DETAIL), strict=True)) for line in lines[1:-1]]
    if f"{key}.txt" != name or not re.fullmatch("[0-9]{24}", key) or not re.fullmatch("[0-9]{8}", day):
        raise Wrong("文件名与批次号不符")
    if cut(lines[-1], b"T", TRAILER) != [count, amount] or count != str(len(rows)):
        raise Wrong("总笔数不符")
    if len({entry["SeqNo"] for entry in rows}) != len(rows) or len({entry["SignNo"] for entry in rows}) != len(rows):
        raise Wrong("明细重复")
    cents = sum(int(entry["SinglePaymentLimit"].replace(".", "") or 0) for entry in rows)
    if amount != f"{cents // 100}.{cents % 100:02d}":
        raise Wrong("总金额不符")
    return key, day, rows


@dataclass
class Files:
    """The bank's file counter: `upload` is what came, `download` what goes out."""

    bank: Bank
    root: Path
    settle: float = 0.5
    end: str = "\r\n"
    empty_when_done: bool = False

    def __post_init__(self) -> None:
        self.upload, self.download = self.root / "upload", self.root / "download"
        for folder in (self.upload, self.download):
            folder.mkdir(parents=True, exist_ok=True)
        self.books = self.bank.books
        self.books.db.executescript(TABLES)

    def arrived(self, name: str, at: float) -> None:
        """A file bears its name: it will be taken when its moment comes."""
        self.books.do(
            "INSERT INTO files(name, at, state, words, due) VALUES(?,?,'arrived','',?)", name, at, at + self.settle
        )

    def ripen(self, at: float) -> None:
        """Take what is due, and complete replies that were half written."""
        for file in self.books.ask("SELECT * FROM files WHERE state = 'halved' AND due <= ?", at):
            self.write(file["name"], file["reply"])
            self.mark(file["no"], "replied")
        for file in self.books.ask("SELECT * FROM files WHERE state = 'arrived' AND due <= ?", at):
            self.take(file, at)

    def mark(self, no: int, state: str, words: str = "", reply: bytes = b"", due: float = 0) -> None:
        """How a file stands."""
        self.books.do("UPDATE files SET state=?, words=?, reply=?, due=? WHERE no=?", state, words, reply, due, no)

    def take(self, file: dict[str, Any], at: float) -> None:
        """Enter a package and answer it; one that is not in order is put aside whole, without a reply."""
        path = self.upload / file["name"]
        raw = path.read_bytes() if path.exists() else b""
        # Taken away before it is judged: whoever looks for the package must not find it any more.
        path.unlink(missing_ok=True)
        try:
            key, day, rows = read(file["name"], raw)
            if self.books.one("SELECT no FROM batches WHERE no = ?", key):
                raise Wrong("批次号重复")
            self.bank.enter_file(key, day, rows, at)
        except (Wrong, Turned, ValueError) as no:
            self.mark(file["no"], "refused", str(no))
            return
        # At once: a reply file holds results, so its rows are decided before it is written.
        self.bank.ripen(at)
        self.reply(file, key, at)

    def reply(self, file: dict[str, Any], key: str, at: float) -> None:
        """The reply to a package, as a fault leaves it."""
        rows = self.books.ask("SELECT * FROM rows WHERE batch = ? ORDER BY rowid", key)
        # 0: a file has no request number; its faults are set for the path `reply` or for a customer in it.
        fault = self.bank.script.fault(0, "reply", [agreement["customer"] for agreement in rows]) or ""
        raw = disturbed(self.made(key, rows, fault), fault)
        if self.empty_when_done and all(agreement["state"] == "0" for agreement in rows):
            raw = b""
        if fault == "file_half_written":
            self.write(key + ".txt", raw[: len(raw) // 2])
            self.mark(file["no"], "halved", fault, raw, at + self.settle)
            return
        if fault != "file_missing":
            self.write(key + ".txt", raw)
        self.mark(file["no"], "replied", fault, raw)

    def anew(self, key: str) -> None:
        """Write a reply again after the clerk has decided a row."""
        if (self.download / f"{key}.rsp").exists():
            rows = self.books.ask("SELECT * FROM rows WHERE batch = ? ORDER BY rowid", key)
            self.write(key + ".txt", self.made(key, rows, ""))

    def write(self, name: str, raw: bytes) -> None:
        """Write a reply."""
        put(self.download / name.replace(".txt", ".rsp"), raw)

    def made(self, key: str, rows: list[dict[str, Any]], fault: str) -> bytes:
        """A reply file: header, a line for each row, trailer."""
        if fault == "file_row_missing":
            rows = rows[:-1]
        if fault == "file_row_doubled":
            # Twice with two results: a reader must believe neither.
            rows = [*rows, dict(rows[0], state="1", code="EPS201")]
        if fault == "file_rows_reordered":
            rows = rows[::-1]
        named = "9" * 24 if fault == "file_other_batch" else key
        count = str(len(rows) + (fault == "file_count_wrong"))
        lines = [
            f"H{named:<24}{count:<6}".encode(),
            *(receipt(agreement) for agreement in rows),
            f"T{count:<6}".encode(),
        ]
        end = self.end.encode()
        return b"".join(line + (b"\n" if fault == "file_mixed_ends" and n % 2 else end) for n, line in enumerate(lines))


def receipt(row: dict[str, Any]) -> bytes:
    """One row's receipt; widths count bytes of GBK."""
    tail = row["card"][-4:] if row["state"] == "0" else ""
    values = row["seq"], row["sign_no"], row["state"], row["code"], tail, row["text"]
    widths = 6, 32, 1, 8, 4, 60
    return b"D" + b"".join(cell.encode("gbk").ljust(width) for cell, width in zip(values, widths, strict=True))


def disturbed(raw: bytes, fault: str) -> bytes:
    """A whole reply as a fault leaves it."""
    if fault == "file_bom":
        return b"\xef\xbb\xbf" + raw
    return b"" if fault == "file_empty" else raw
