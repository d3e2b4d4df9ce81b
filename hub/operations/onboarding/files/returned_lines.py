"""The lines that were not imported, as a file with an extra column: what is wrong and how to correct it (R7.1)."""

import io
from collections.abc import Iterable

import xlsxwriter

from hub.domain.customers.input_problems import problem

from .columns import EXTRA, CellProblem, title
from .sheet import Line, Sheet


def returned(sheet: Sheet, bad: Iterable[tuple[Line, tuple[CellProblem, ...]]]) -> bytes:
    """An XLSX of the bad lines, all cells as text, so that nothing turns into a formula or a number again."""
    # Written row by row: `constant_memory` drops each row once the next begins, whatever the list's length.
    lines = list(bad)
    width = max([len(sheet.header), *(len(line.cells) for line, _ in lines)])
    names = [*sheet.header, *[""] * (width - len(sheet.header))]
    kept = [place for place, name in enumerate(names) if name != EXTRA]
    buffer = io.BytesIO()
    options = {"in_memory": True, "constant_memory": True, "strings_to_formulas": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, {**options, "strings_to_urls": False}) as workbook:
        page = workbook.add_worksheet("退回")
        text = workbook.add_format({"num_format": "@"})
        red = workbook.add_format({"font_color": "#B91C1C", "text_wrap": True})
        page.set_column(0, len(kept), 18, text)
        page.set_column(len(kept), len(kept), 60)
        for column, name in enumerate([*(names[place] for place in kept), EXTRA]):
            page.write_string(0, column, name, text)
        for height, (line, problems) in enumerate(lines, start=1):
            for column, place in enumerate(kept):
                page.write_string(height, column, line.cells[place].text if place < len(line.cells) else "", text)
            page.write_string(height, len(kept), ";".join(map(sentence, problems)), red)
    return buffer.getvalue()


def sentence(found: CellProblem) -> str:
    """Column, problem and remedy in one sentence."""
    words = problem(found.key)
    other = f"(第 {found.other} 行)" if found.other else ""
    return f"{title(found.column)}:{words.problem[0]}{other},{words.mend[0]}"
