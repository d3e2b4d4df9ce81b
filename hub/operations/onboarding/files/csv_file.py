"""CSV in UTF-8 or GB18030, decoded and read as a stream."""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from typing import Any

from .sheet import Sheet, SheetRefused, header_of

CHUNK = 1 << 20
# Characters of the first line that are read: in a file without line breaks it would be the whole file.
LONGEST_HEADER = 20_000
# The line with which Excel itself announces the sign between cells.
SEPARATOR = re.compile(r"sep=([,;\t])\s*", re.IGNORECASE)


def open_csv(content: bytes) -> Sheet:
    """A CSV's header and lines; raises SheetRefused."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SheetRefused("编码是 UTF-16", "the encoding is UTF-16")
    # No text has a NUL, and the database could not store it.
    if b"\0" in content:
        raise SheetRefused("不是文本文件", "not a text file")
    text = io.TextIOWrapper(io.BytesIO(content), encoding=_encoding(content), newline="")
    _refuse_page(text.read(LONGEST_HEADER))
    text.seek(0)
    begin = text.readline(LONGEST_HEADER)
    announced = SEPARATOR.fullmatch(begin)
    if not announced:
        text.seek(0)
    rows = _rows(csv.reader(text, strict=True, delimiter=announced[1] if announced else _separator(begin)))
    return Sheet(header_of(next(rows, [])), rows, first=2 if announced else 1)


def _refuse_page(begin: str) -> None:
    """Raise SheetRefused for a web page that many systems save as a spreadsheet, which Excel opens with a warning."""
    if begin.lstrip("\ufeff \t\r\n").startswith(("<", "MIME-Version:")):
        raise SheetRefused(
            "是网页或 XML,只是用了表格文件的名字",
            "a web page or XML under the name of a spreadsheet",
            "请用 Excel 打开,另存为 .xlsx 后重试。",
            "Open it in Excel, save it as .xlsx and try again.",
        )


def _separator(header: str) -> str:
    """The sign between the header's names: a comma, unless there is none but a tab or semicolon is."""
    return next((sign for sign in ",\t;" if sign in header), ",")


def _encoding(content: bytes) -> str:
    """The first of the two that decodes every byte; nothing decoded is kept."""
    # UTF-8 first: it refuses nearly every GB18030 text, while GB18030 accepts nearly every UTF-8 text as gibberish.
    view = memoryview(content)
    for encoding in ("utf-8-sig", "gb18030"):
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            for start in range(0, len(view), CHUNK):
                decoder.decode(bytes(view[start : start + CHUNK]))
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            continue
        return encoding
    raise SheetRefused("编码既不是 UTF-8 也不是 GB18030", "neither UTF-8 nor GB18030")


def _rows(reader: Iterator[list[str]]) -> Iterator[list[Any]]:
    """The records. A quote that never closes would swallow all lines after it, so the reading is strict."""
    number = 1
    try:
        for record in reader:
            yield record
            number += 1
    except csv.Error:
        raise SheetRefused(
            f"从第 {number} 行起不能按 CSV 读取(引号不成对,或单元格过长)",
            f"it cannot be read as CSV from line {number} on (a quote without its pair, or a huge cell)",
            "请核对该行的引号,或另存为 .xlsx 后重试。",
            "Check that line's quotes, or save the list as .xlsx and try again.",
        ) from None
