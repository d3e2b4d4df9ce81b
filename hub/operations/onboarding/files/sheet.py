"""A list as lines of cells, whatever file it came in, and the refusal of a file that cannot be read as one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from hub.domain.refusals import Refusal

# Far beyond any list of new entrants: a larger file is a mistake or an attack.
MOST_LINES = 200_000
MOST_COLUMNS = 200
MOST_TEXT = 1_000
# Line and column of a cell; lines count from 1 as the spreadsheet shows them, columns from 0.
Place = tuple[int, int]


class SheetRefused(Refusal):
    """The file cannot be read as a list (R7.1)."""

    article, status = "R7.1", 422
    says = ("文件不能导入:{why}。", "The file cannot be imported: {why_en}.")
    then = ("{mend}", "{mend_en}")

    def __init__(
        self,
        why: str,
        why_en: str,
        mend: str = "请另存为 .xlsx 或 UTF-8 的 .csv 后重试。",
        mend_en: str = "Save it as .xlsx or as .csv in UTF-8 and try again.",
    ) -> None:
        super().__init__(why=why, why_en=why_en, mend=mend, mend_en=mend_en)


SPLIT = ("请分成几个文件。", "Divide it into several files.")
TEMPLATE = (
    "请使用模板的列名;模板在“新入网户”页面下载,或用命令 partnerhub customers template 取得。",
    "Use the column names of the template: download it from the page of new entrants, or have "
    "`partnerhub customers template` write it.",
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell's text, and whether the spreadsheet had made a number or a formula of it.

    `unread`: it shows something that the reader cannot return, such as an error value.
    """

    text: str
    number: bool = False
    formula: bool = False
    unread: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the sheet with its number as the spreadsheet shows it; `over`: it has more cells than names."""

    no: int
    cells: tuple[Cell, ...]
    over: bool = False


@dataclass
class Sheet:
    """An opened list: the header's names, and its lines as a stream. `first` is the number of the header's line."""

    header: tuple[str, ...]
    rows: Iterator[list[Any]]
    formulas: frozenset[Place] = field(default_factory=frozenset)
    unread: frozenset[Place] = field(default_factory=frozenset)
    first: int = 1

    def lines(self) -> Iterator[Line]:
        """All lines that are not empty."""
        named = [bool(name) for name in self.header]
        for number, record in enumerate(self.rows, start=self.first + 1):
            if number - self.first > MOST_LINES:
                raise SheetRefused(f"超过 {MOST_LINES} 行", f"more than {MOST_LINES} lines", *SPLIT)
            cells = tuple(self._cell(content, (number, place)) for place, content in enumerate(record))
            filled = [place for place, known in enumerate(cells) if known.text or known.formula or known.unread]
            if filled:
                yield Line(number, cells, any(place >= len(named) or not named[place] for place in filled))

    def _cell(self, content: Any, place: Place) -> Cell:
        if place in self.unread and place not in self.formulas:
            return Cell("", unread=True)
        return cell(content, place[0], place in self.formulas)


def cell(value: Any, line: int = 0, formula: bool = False) -> Cell:
    """A value as a cell. Whole numbers keep as many digits as the spreadsheet did (15)."""
    # Before the numbers: to Python a bool is an int.
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
        why, why_en = (
            f"第 {line} 行有单元格超过 {MOST_TEXT} 个字符",
            f"line {line} has a cell of over {MOST_TEXT} characters",
        )
        raise SheetRefused(why, why_en, "请缩短该单元格后重试。", "Shorten that cell and try again.")
    return Cell(text, formula=formula or text.startswith("="))


def header_of(record: list[Any]) -> tuple[str, ...]:
    """The names of the columns."""
    names = tuple(str(name or "").strip() for name in record)
    if not any(names):
        raise SheetRefused("第一行没有列名", "the first line has no column names", *TEMPLATE)
    if len(names) > MOST_COLUMNS:
        raise too_wide()
    return names


def too_wide() -> SheetRefused:
    """The refusal of more columns than any list has."""
    why, why_en = f"超过 {MOST_COLUMNS} 列", f"more than {MOST_COLUMNS} columns"
    return SheetRefused(why, why_en, "请删除多余的列。", "Delete the columns that are not in the template.")
