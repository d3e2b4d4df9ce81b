"""A list of 100,000 new entrants, beside reading and copying the same cells without a check."""

import io
import resource
import time

import xlsxwriter
from python_calamine import load_workbook
from sqlalchemy import text

from examples.make_new_entrants import HEADER, retailer
from hub.operations.office import Office
from hub.operations.onboarding import imports
from hub.operations.staff import users
from hub.registry.session import driver_connection
from tests.support import people
from tests.support.partners import MASTER

from .place import Place, say

LINES = 100_000


def make() -> bytes:
    """The list as XLSX."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"constant_memory": True}) as book:
        page = book.add_worksheet()
        for row, line in enumerate([HEADER, *(retailer(number) for number in range(1, LINES + 1))]):
            for place, value in enumerate(line):
                page.write_string(row, place, value)
    return buffer.getvalue()


def measure(place: Place) -> None:
    """Preview and import, beside the floor."""
    content = make()
    began = time.monotonic()
    rows = load_workbook(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    with place.owner.transaction() as tx:
        tx.execute(text("CREATE UNLOGGED TABLE floor (" + ",".join(f"c{n} text" for n in range(len(HEADER))) + ")"))
        with driver_connection(tx).cursor() as cursor, cursor.copy("COPY floor FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    floor = time.monotonic() - began
    office = Office(place.store, MASTER, nudge=lambda tx, ask_id, at=None: None)
    people.found(office)
    clerk = people.CLERK
    with office.desk(people.CENTRE) as desk:
        users.create_unit(desk, "370103", "丙县营销部", "3701")
    began = time.monotonic()
    with office.desk(clerk) as desk:
        run = imports.preview_import(desk, "list.xlsx", content)
    previewed = time.monotonic() - began
    with office.desk(clerk) as desk:
        run = imports.apply_import(desk, run.id)
    total = time.monotonic() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    say(
        f"import {run.good} of {run.lines} lines",
        f"{total:.1f} s ({previewed:.1f} preview)",
        f"{floor:.1f} s",
        "<= 60 s",
    )
    say("  memory of the process", f"{memory} MB", "-", "-")
