"""The template of the licence officer's list: its headings, made from the catalogue's fields (R7.1)."""

import io

import xlsxwriter

from hub.domain.customers.catalogue import FIELDS

from .columns import COLUMNS, REQUIRED

# A column's width in characters: as wide as an ID number.
WIDTH = 18


def template(tongue: int) -> bytes:
    """An empty list as XLSX, headings in zh-CN (0) or English (1), those that must be filled in bold."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet(("新入网户", "New entrants")[tongue])
        text = workbook.add_format({"num_format": "@"})
        required = workbook.add_format({"num_format": "@", "bold": True})
        page.set_column(0, len(COLUMNS) - 1, WIDTH, text)
        page.freeze_panes(1, 0)
        for place, key in enumerate(COLUMNS):
            page.write_string(0, place, FIELDS[key].title[tongue], required if key in REQUIRED else text)
    return buffer.getvalue()
