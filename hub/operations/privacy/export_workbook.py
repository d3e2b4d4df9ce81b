"""The workbook of an export: every page and every row says whose copy it is (R18.1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO

import xlsxwriter

from hub.ports import SHANGHAI


@dataclass(frozen=True)
class Mark:
    """Whose copy it is."""

    number: str
    who: str
    at: datetime
    purpose: str

    @property
    def words(self) -> str:
        """The text that stands on every page."""
        at = self.at.astimezone(SHANGHAI)
        return (
            f"导出编号 {self.number} · {self.who} · {at:%Y-%m-%d %H:%M} · 用途:{self.purpose} · 单位机密,不得转给他人"
        )


@dataclass(frozen=True)
class File:
    """A workbook."""

    name: str
    content: bytes
    rows: int


def written(mark: Mark, titles: Sequence[str], lines: Iterable[Sequence[str]]) -> File:
    """The workbook, written row by row. Values are text, so that no spreadsheet takes one for a formula."""
    to = BytesIO()
    rows = 0
    # constant_memory keeps only the current row, however long the list; so rows must be written in order.
    with xlsxwriter.Workbook(
        to, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"title": mark.number, "author": mark.who, "comments": mark.words})
        sheet = book.add_worksheet("客户")
        bold, grey = book.add_format({"bold": True}), book.add_format({"font_color": "#777777"})
        # Excel allows 255 characters in a header, and takes a single & for a code.
        sheet.set_header("&L" + mark.words.replace("&", "&&")[:240])
        sheet.set_footer("&L" + mark.number + "&R&P / &N")
        sheet.set_landscape()
        sheet.repeat_rows(0, 1)
        sheet.set_column(0, len(titles), 18)
        sheet.write_string(0, 0, mark.words, grey)
        for column, title in enumerate([*titles, "导出编号"]):
            sheet.write_string(1, column, title, bold)
        for rows, line in enumerate(lines, 1):
            for column, text in enumerate([*line, mark.number]):
                sheet.write_string(rows + 1, column, text, grey if column == len(line) else None)
    return File(f"{mark.number}.xlsx", to.getvalue(), rows)
