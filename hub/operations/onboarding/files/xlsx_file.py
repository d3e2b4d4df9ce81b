"""XLSX files, read by calamine once their parts have been measured."""

import io

from python_calamine import CalamineError, load_workbook

from .sheet import Sheet, SheetRefused, header_of
from .xlsx_limits import check_parts


def open_xlsx(content: bytes) -> Sheet:
    """The first visible sheet's header (its first line with any content) and lines. Raises SheetRefused."""
    plan = check_parts(content)
    try:
        sheet = load_workbook(io.BytesIO(content)).get_sheet_by_index(plan.place)
        rows = iter(sheet.iter_rows())
    except (CalamineError, ValueError, OSError, IndexError):
        raise SheetRefused("不是完好的 .xlsx 文件", "not a sound .xlsx file") from None
    if sheet.start is None:
        return Sheet(header_of([]), rows)
    # calamine counts columns from the first that is used, lines from the top: places of formulas are moved to match.
    above, left = sheet.start
    for _ in range(above):
        next(rows, None)
    formulas, unread = (
        frozenset((line, column - left) for line, column in places) for places in (plan.formulas, plan.unread)
    )
    return Sheet(header_of(next(rows, [])), rows, formulas, unread, first=above + 1)
