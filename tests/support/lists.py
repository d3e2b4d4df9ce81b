"""Lists of made-up new entrants as files, sound ones and wrong ones."""

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence

import xlsxwriter

from hub.domain.customers.catalogue import FIELDS
from hub.domain.staff.posts import Actor, Post
from hub.operations.office import Office
from hub.operations.onboarding import imports
from hub.registry.schema import ImportRun

from . import people

KEYS = (
    "customer_code",
    "licence_no",
    "licence_holder",
    "shop_name",
    "unit_code",
    "id_number",
    "order_phone",
    "address",
)
HEADER = tuple(FIELDS[key].title[0] for key in KEYS)
SHEET = "xl/worksheets/sheet1.xml"
OFFICER = Actor(people.CLERK_ID, "证件员甲", frozenset({(Post.LICENCE_OFFICER, "3701")}))
OTHER_OFFICER = Actor(None, "证件员乙", frozenset({(Post.LICENCE_OFFICER, "3701")}))


def entrant(number: int, /, **changes: str) -> dict[str, str]:
    """One new entrant by field; `changes` puts something else, or something wrong, into it."""
    values = {
        "customer_code": f"370101{number:06d}",
        "licence_no": f"{370100000000 + number}",
        "licence_holder": f"测试{number}",
        "shop_name": f"示例商店{number}",
        "unit_code": people.UNIT,
        "id_number": people.id_number(number),
        "order_phone": f"139{number:08d}",
        "address": f"示例路{number}号",
    }
    return values | changes


def line(number: int, /, **changes: str) -> list[str]:
    """The entrant as cells."""
    values = entrant(number, **changes)
    return [values[key] for key in KEYS]


def as_csv(lines: Iterable[Sequence[str]], header: Sequence[str] = HEADER, encoding: str = "utf-8") -> bytes:
    """A CSV as a spreadsheet saves it."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([header, *lines])
    return text.getvalue().encode(encoding)


def as_xlsx(
    lines: Iterable[Sequence[object]], header: Sequence[str] = HEADER, *, down: int = 0, right: int = 0
) -> bytes:
    """An XLSX; a float becomes a number, a text that begins with = a formula, and the list may stand off the corner."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as workbook:
        page = workbook.add_worksheet()
        for row, cells in enumerate([header, *lines], start=down):
            for place, value in enumerate(cells, start=right):
                if isinstance(value, float):
                    page.write_number(row, place, value)
                elif str(value).startswith("="):
                    page.write_formula(row, place, str(value), value="公式的值")
                else:
                    page.write_string(row, place, str(value))
    return buffer.getvalue()


def changed(content: bytes, parts: dict[str, Callable[[bytes], bytes]]) -> bytes:
    """An XLSX with some of its parts rewritten; a part that is not there is added."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in dict.fromkeys([*old.namelist(), *parts]):
            before = old.read(name) if name in old.namelist() else b""
            new.writestr(name, parts[name](before) if name in parts else before)
    return buffer.getvalue()


def with_cells(cells: str) -> bytes:
    """A sound XLSX whose sheet has further rows and cells as raw XML."""
    sound = as_xlsx([line(1)])
    return changed(sound, {SHEET: lambda old: old.replace(b"</sheetData>", f"{cells}</sheetData>".encode())})


def lying(content: bytes, name: str, size: int) -> bytes:
    """An XLSX in which one part says that it is `size` bytes long, with the checksum of that beginning."""
    archive = zipfile.ZipFile(io.BytesIO(content))
    entry = archive.getinfo(name)
    with archive.open(name) as stream:
        begin = stream.read(size)
    told = struct.pack("<L", zlib.crc32(begin)), struct.pack("<L", size)
    real = struct.pack("<L", entry.CRC), struct.pack("<L", entry.file_size)
    packed = struct.pack("<L", entry.compress_size)
    return content.replace(real[0] + packed + real[1], told[0] + packed + told[1])


def bring(office: Office, content: bytes, actor: Actor = OFFICER, *, apply: bool = True) -> ImportRun:
    """Preview a file, and take its good lines in."""
    with office.desk(actor) as desk:
        run = imports.preview_import(desk, "名单", content)
    if apply:
        with office.desk(actor) as desk:
            run = imports.apply_import(desk, run.id)
    return run
