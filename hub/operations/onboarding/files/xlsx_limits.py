"""Measures the parts of an XLSX as a stream, before anything is given to a reader that keeps it all in memory.

What a zip or a sheet says of its own size is not believed: every part is unpacked to its end and its cells are counted.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.parsers import expat

from .sheet import MOST_COLUMNS, MOST_LINES, SPLIT, Place, SheetRefused, too_wide

# Bytes of all parts unpacked, and how many times more than packed; beyond either it is taken for a bomb.
MOST_UNPACKED = 600 * 1024 * 1024
MOST_RATIO = 100
MOST_ENTRIES = 2_000
MOST_CELLS = 6_000_000
# Characters of all cells together: a file of 3 MB may show one shared text of a megabyte in 100,000 cells.
MOST_CHARACTERS = 40_000_000
CHUNK = 1 << 20
BOOK, RELATIONS, TEXTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedstrings.xml"
STYLES, MOST_STYLES = "xl/styles.xml", 32 * 1024 * 1024
# Types of cells that the reader can return, each with the element that holds its content; "e" is an error of Excel's.
READ = {("s", "v"), ("n", "v"), ("b", "v"), ("d", "v"), ("str", "v"), ("inlineStr", "is")}


class SheetPlan(NamedTuple):
    """The sheet that a person sees first: its place in the book from 0, and its cells that hold no plain value."""

    place: int
    formulas: frozenset[Place]
    unread: frozenset[Place]


@dataclass
class Part:
    """One XML part while it is read: its shared texts, sheets, relations, formulas, and the extent of its cells."""

    texts: list[int]
    sheets: list[tuple[str, bool]] = field(default_factory=list)
    """Each sheet's relation, and whether it can be seen."""
    targets: dict[str, str] = field(default_factory=dict)
    formulas: set[Place] = field(default_factory=set)
    unread: set[Place] = field(default_factory=set)
    """Cells that show something but that the reader would take for empty."""
    line: int = 0
    column: int = -1
    lines: tuple[int, int] = (MOST_LINES * 9, 0)
    columns: tuple[int, int] = (MOST_COLUMNS * 9, 0)
    characters: int = 0
    type: str = "n"
    shared: bool = False
    open: str = ""
    number: str = ""
    length: int = 0

    def begin(self, name: str, values: dict[str, str]) -> None:
        """An element opens."""
        # Namespaces are dropped: some programs write them as prefixes, and only the local names matter here.
        match name.rpartition(":")[2] if ":" in name else name:
            case "c":
                self._cell(values)
            case "v" | "is" | "f" as kind:
                self._holds_something()
                if kind == "f":
                    self.formulas.add((self.line, self.column))
                elif (self.type, kind) not in READ:
                    self.unread.add((self.line, self.column))
                self.open, self.number = kind, ""
            case "row":
                self.line = int(values.get("r", self.line + 1))
                self.column = -1
            case "si":
                self.open, self.length = "si", 0
            case "sheet":
                seen = values.get("state", "visible") == "visible"
                self.sheets += [(target, seen) for key, target in values.items() if key.rpartition(":")[2] == "id"]
            case "Relationship":
                self.targets[values.get("Id", "")] = values.get("Target", "")
            case _:
                announced = max(int(values.get("count", 0)), int(values.get("uniqueCount", 0)))
                if announced > MOST_CELLS:  # The reader makes room for as many as the part says, and dies of too many.
                    raise _bomb()

    def text(self, text: str) -> None:
        """Characters within an element."""
        if self.open == "si":
            self.length += len(text)
        elif self.open == "v" and self.shared:
            # An index into the shared texts: a dozen digits are enough, and more of them must not pile up.
            self.number += text[:12]
        elif self.open:
            self._count(len(text))

    def end(self, name: str) -> None:
        """An element closes."""
        kind = name.rpartition(":")[2] if ":" in name else name
        if kind != self.open:
            return
        self.open = ""
        if kind == "si":
            self.texts.append(self.length)
            self._count(self.length)
        elif kind == "v" and self.shared:
            index = int(self.number or -1)
            # Each use counts: the reader hands out the text again for every cell that refers to it.
            self._count(self.texts[index] if 0 <= index < len(self.texts) else 0)

    def _cell(self, values: dict[str, str]) -> None:
        place = values.get("r")
        if place is None:
            self.column += 1
        else:
            letters = place.rstrip("0123456789")
            self.line, self.column = int(place[len(letters) :]), _column(letters)
        self.type = values.get("t", "n")
        self.shared = self.type == "s"

    def _holds_something(self) -> None:
        """Widen the extent: the reader allocates the whole rectangle. A cell that only has a style costs nothing."""
        (top, bottom), (left, right) = self.lines, self.columns
        if top <= self.line <= bottom and left <= self.column <= right:
            return
        self.lines = min(top, self.line), max(bottom, self.line)
        self.columns = min(left, self.column), max(right, self.column)
        wide, high = self.columns[1] - self.columns[0] + 1, self.lines[1] - self.lines[0] + 1
        if self.columns[1] >= MOST_COLUMNS:
            raise too_wide()
        if self.lines[1] > MOST_LINES + 1 or wide * high > MOST_CELLS:
            raise SheetRefused("行或单元格过多", f"more than {MOST_LINES} lines, or too many cells", *SPLIT)

    def _count(self, characters: int) -> None:
        self.characters += characters
        if self.characters > MOST_CHARACTERS:
            raise SheetRefused("文字过多", "it holds too much text", *SPLIT)


def check_parts(content: bytes) -> SheetPlan:
    """Refuse a file that is broken, disguised or out of proportion; returns the sheet to read and what is odd on it."""
    entries = _entries(content)
    texts: list[int] = []
    book, relations = _read(content, entries.get(BOOK), texts), _read(content, entries.get(RELATIONS), texts)
    if not book.sheets:
        raise SheetRefused("没有工作表", "it has no sheet")
    index = next((place for place, (_, seen) in enumerate(book.sheets) if seen), None)
    if index is None:
        raise SheetRefused(
            "所有工作表都是隐藏的",
            "all its sheets are hidden",
            "请在 Excel 中取消隐藏名单所在的工作表,保存后重试。",
            "Unhide the sheet with the list in Excel, save it and try again.",
        )
    sheet = _path(relations.targets.get(book.sheets[index][0], "")).lower()
    if sheet not in entries:
        raise SheetRefused("找不到第一张工作表", "its first sheet cannot be found")
    # The shared texts before the sheet, whose cells refer to their lengths.
    for name in (STYLES, TEXTS):
        if name in entries:
            _read(content, entries[name], texts)
    first = _read(content, entries[sheet], texts)
    for name in entries.keys() - {BOOK, RELATIONS, STYLES, TEXTS, sheet}:
        _read(content, entries[name], texts, xml=False)
    return SheetPlan(index, frozenset(first.formulas), frozenset(first.unread))


def _entries(content: bytes) -> dict[str, zipfile.ZipInfo]:
    """The zip's entries by name, once their declared sizes and proportions are acceptable."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    # The library raises NotImplementedError for a zip of a later version, ValueError and struct.error for damaged ones.
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, struct.error):
        raise _cut() from None
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED or (unpacked > 10**7 and unpacked / packed > MOST_RATIO):
        raise _bomb()
    by_name = {entry.filename.lower(): entry for entry in entries}
    # Two entries of one name: the reader might open the one that was not measured.
    if len(by_name) < len(entries) or archive.comment:
        raise SheetRefused("不是完好的 .xlsx 文件", "not a sound .xlsx file")
    if BOOK not in by_name:
        raise SheetRefused("不是 .xlsx 文件", "not an .xlsx file")
    if STYLES in by_name and by_name[STYLES].file_size > MOST_STYLES:
        raise _bomb()
    if any(name.endswith("vbaproject.bin") or "/externallinks/" in name for name in by_name):
        raise SheetRefused(
            "含有宏或外部链接",
            "it has macros or external links",
            "请去除宏和外部链接后重试。",
            "Remove the macros and external links and try again.",
        )
    return by_name


def _read(content: bytes, entry: zipfile.ZipInfo | None, texts: list[int], *, xml: bool = True) -> Part:
    """Read a part to its end; with `xml` false it is only unpacked, because its content does not matter."""
    part = Part(texts)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = part.begin, part.end
    parser.CharacterDataHandler = part.text
    parser.StartDoctypeDeclHandler = _no_doctype
    if entry is None:
        raise _cut()
    try:
        for piece in _unpack(content, entry):
            if xml:
                parser.Parse(piece, False)
        if xml:
            parser.Parse(b"", True)
    except (expat.ExpatError, zlib.error, struct.error, ValueError, OverflowError, LookupError):
        raise _cut() from None
    return part


def _unpack(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """An entry's content in pieces; raises SheetRefused when it is not exactly as large as the zip says."""
    if entry.flag_bits & 1:
        raise SheetRefused(
            "有密码保护", "it is protected by a password", "请去除密码后重试。", "Take the password off."
        )
    # The local header (30 bytes, name and extra at 26) has lengths of its own, which may differ from the directory's.
    name, extra = struct.unpack_from("<HH", content, entry.header_offset + 26)
    start = entry.header_offset + 30 + name + extra
    packed = memoryview(content)[start : start + entry.compress_size]
    total = 0
    for piece in _inflate(packed, entry.compress_type):
        total += len(piece)
        if total > entry.file_size:
            raise _bomb()
        yield piece
    if total != entry.file_size:
        raise _cut()


def _inflate(packed: memoryview, method: int) -> Iterator[bytes]:
    if method == zipfile.ZIP_STORED:
        yield from (bytes(packed[start : start + CHUNK]) for start in range(0, len(packed), CHUNK))
        return
    if method != zipfile.ZIP_DEFLATED:
        raise SheetRefused("压缩方式不支持", "its compression is not one that Excel uses")
    # Negative: raw deflate, as a zip's entries have no zlib header.
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    for start in range(0, len(packed), 1 << 16):
        piece: bytes | memoryview = packed[start : start + (1 << 16)]
        while piece and not stream.eof:
            yield stream.decompress(piece, CHUNK)
            piece = stream.unconsumed_tail
    if not stream.eof:
        raise _cut()


# A DOCTYPE may define entities that grow without bound; Excel writes none.
def _no_doctype(*_: object) -> None:
    raise SheetRefused("不是完好的 .xlsx 文件", "not a sound .xlsx file")


def _path(target: str) -> str:
    """Where a relation of the workbook leads, resolved as the reader does it: else another sheet would be measured."""
    return target.removeprefix("/") if target.startswith(("/xl/", "xl/")) else f"xl/{target}"


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _cut() -> SheetRefused:
    why, why_en = "文件不完整或已损坏", "the file is cut or damaged"
    return SheetRefused(
        why, why_en, "请用 Excel 打开,另存为 .xlsx 后重试。", "Open it in Excel, save it as .xlsx and try again."
    )


def _bomb() -> SheetRefused:
    return SheetRefused("压缩比例异常,可能是恶意文件", "the compression is out of proportion (a bomb?)")
