"""Opening an uploaded sheet without trusting it: XLSX or CSV, refused before it costs memory."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from python_calamine import CalamineError, load_workbook

from hub.domain.refusals import Refusal

MOST_LINES = 200_000
MOST_COLUMNS = 200
MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED = 600 * 1024 * 1024
MOST_RATIO = 100
MOST_ENTRIES = 2_000
MOST_TEXT = 1_000
FORMULA = re.compile(rb'<c r="([A-Z]{1,3}[0-9]{1,7})"[^>]*>\s*<f[\s/>]')
DIMENSION = re.compile(rb'<dimension ref="[A-Z]+[0-9]+:([A-Z]+)([0-9]+)"')


class SheetRefused(Refusal):
    """The file is not one that can be read as a list (R7.1)."""

    article, status = "R7.1", 422
    says = ("文件不能导入:{why}。", "The file cannot be imported: {why_en}.")
    then = ("{mend}", "{mend_en}")

    def __init__(self, why: str, why_en: str, mend: str = "请另存为 .xlsx 或 UTF-8 的 .csv 后重试。") -> None:
        super().__init__(why=why, why_en=why_en, mend=mend, mend_en="Save it as .xlsx or UTF-8 .csv and try again.")


@dataclass(frozen=True)
class Cell:
    """A cell's text, and whether the spreadsheet had made a number or a formula of it."""

    text: str
    number: bool = False
    formula: bool = False


@dataclass(frozen=True)
class Line:
    """One line of the sheet with its number as the spreadsheet shows it (the header is line 1)."""

    no: int
    cells: tuple[Cell, ...]


@dataclass
class Sheet:
    """An opened list: the header's names, and its lines as a stream."""

    header: tuple[str, ...]
    count: int
    _rows: Iterator[list[Any]]
    _formulas: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    def lines(self) -> Iterator[Line]:
        """All lines that are not empty."""
        for number, row in enumerate(self._rows, start=2):
            if number - 1 > MOST_LINES:
                raise SheetRefused(f"超过 {MOST_LINES} 行", f"more than {MOST_LINES} lines", "请分成几个文件。")
            cells = tuple(
                cell(value, (number, place) in self._formulas) for place, value in enumerate(row[: len(self.header)])
            )
            if any(each.text or each.formula for each in cells):
                yield Line(number, cells)


def cell(value: Any, formula: bool = False) -> Cell:
    """A value as a cell. Whole numbers keep their digits as far as the spreadsheet kept them (15)."""
    if isinstance(value, bool):
        return Cell("是" if value else "否", formula=formula)
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return Cell(str(int(value)) if whole else repr(value), number=True, formula=formula)
    if isinstance(value, int):
        return Cell(str(value), number=True, formula=formula)
    if isinstance(value, datetime | date):
        return Cell(value.isoformat()[:10], formula=formula)
    text = "" if value is None else str(value).strip()
    if len(text) > MOST_TEXT:
        raise SheetRefused("有单元格超过 1000 个字符", "a cell is longer than 1000 characters")
    return Cell(text, formula=formula or text.startswith("="))


def open_sheet(content: bytes) -> Sheet:
    """Look at the first bytes, check, and open. Raises SheetRefused."""
    if len(content) > MOST_BYTES:
        raise SheetRefused("文件超过 64 MB", "larger than 64 MB", "请分成几个文件。")
    if content.startswith(b"PK\x03\x04"):
        return _open_xlsx(content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise SheetRefused("是加密的或旧版的 Excel 文件", "an encrypted or old Excel file")
    return _open_csv(content)


def _open_xlsx(content: bytes) -> Sheet:
    formulas = _check_zip(content)
    try:
        workbook = load_workbook(io.BytesIO(content))
        sheet = workbook.get_sheet_by_index(0)
    except (CalamineError, ValueError, OSError, IndexError):
        raise SheetRefused("不是完好的 .xlsx 文件", "not a sound .xlsx file") from None
    if sheet.width > MOST_COLUMNS:
        raise SheetRefused(f"超过 {MOST_COLUMNS} 列", f"more than {MOST_COLUMNS} columns")
    rows = iter(sheet.iter_rows())
    first = sheet.start[0] if sheet.start else 0
    for _ in range(first):
        next(rows, None)
    return Sheet(_header(next(rows, [])), sheet.height, rows, formulas)


def _check_zip(content: bytes) -> frozenset[tuple[int, int]]:
    """Sizes and ratio before anything is unpacked; then the first sheet's formulas, streamed."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError):
        raise SheetRefused("文件不完整", "the file is cut") from None
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or (unpacked > 10**7 and unpacked / packed > MOST_RATIO):
        raise SheetRefused("压缩比例异常,可能是恶意文件", "the compression is out of proportion (a bomb?)")
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names:
        raise SheetRefused("不是 .xlsx 文件", "not an .xlsx file")
    if any(name.endswith("vbaProject.bin") or "/externalLinks/" in name for name in names):
        raise SheetRefused("含有宏或外部链接", "it has macros or external links", "请去除宏和外部链接后重试。")
    return _formulas(archive, entries)


def _formulas(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> frozenset[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    sheets = sorted(e.filename for e in entries if e.filename.startswith("xl/worksheets/sheet"))
    if not sheets:
        raise SheetRefused("没有工作表", "it has no sheet")
    tail = b""
    try:
        with archive.open(sheets[0]) as stream:
            while chunk := stream.read(1 << 20):
                block = tail + chunk
                if b"<f" in block:
                    found.update(_place(match[1].decode()) for match in FORMULA.finditer(block))
                _refuse_wide(block)
                tail = block[-300:]
    except (zipfile.BadZipFile, ValueError, OSError, EOFError):
        raise SheetRefused("文件不完整", "the file is cut") from None
    return frozenset(found)


def _refuse_wide(block: bytes) -> None:
    """A sheet that says it is very wide or long is refused by its own word."""
    said = DIMENSION.search(block)
    if said and (_column(said[1].decode()) >= MOST_COLUMNS or int(said[2]) > MOST_LINES + 1):
        raise SheetRefused(f"超过 {MOST_COLUMNS} 列或 {MOST_LINES} 行", "too many columns or lines")


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _place(reference: str) -> tuple[int, int]:
    letters = reference.rstrip("0123456789")
    return int(reference[len(letters) :]), _column(letters)


def _open_csv(content: bytes) -> Sheet:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetRefused("编码是 UTF-16", "the encoding is UTF-16")
    if b"\0" in content[:4096] or b"\0" in content:
        raise SheetRefused("不是文本文件", "not a text file")
    text = _decode(content)
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = _header(next(reader, []))
    except csv.Error:
        raise SheetRefused("不是 CSV 文件", "not a CSV file") from None
    return Sheet(header, text.count("\n"), _guarded(reader))


def _guarded(reader: Iterator[list[str]]) -> Iterator[list[Any]]:
    try:
        yield from reader
    except csv.Error:
        raise SheetRefused("有一行不能按 CSV 读取", "a line cannot be read as CSV") from None


def _decode(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SheetRefused("编码既不是 UTF-8 也不是 GB18030", "neither UTF-8 nor GB18030")


def _header(row: list[Any]) -> tuple[str, ...]:
    names = tuple(str(value or "").strip() for value in row)
    if not any(names):
        raise SheetRefused("第一行没有列名", "the first line has no column names", "请使用模板的第一行。")
    if len(names) > MOST_COLUMNS:
        raise SheetRefused(f"超过 {MOST_COLUMNS} 列", f"more than {MOST_COLUMNS} columns")
    return names
