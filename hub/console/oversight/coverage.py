"""Regulation coverage: each row with its rules, operations, tests, last use and exceptions."""

from fastapi import APIRouter

from hub.console.pages import page
from hub.domain.coverage import ROWS
from hub.operations.desk import Desk
from hub.operations.operation import OPERATIONS
from hub.operations.oversight import coverage

router = APIRouter()


def _exceptions(reader: Desk, row: str) -> dict[str, object]:
    """The exceptions under one row, each with a link to it."""
    view = coverage.list_exceptions(reader, row)
    titles = {line.operation: _title(line.operation) for line in view.refusals}
    return {"view": view, "title_of_row": ROWS[row], "titles": titles}


def _title(operation: str) -> tuple[str, str]:
    """An operation's title. Refusals of an operation that no longer exists stay on record under its name."""
    return OPERATIONS[operation].title if operation in OPERATIONS else (operation, operation)


page(router, "/regulation", "oversight/coverage.html", {"rows": coverage.show_coverage}, days=coverage.DAYS)
page(router, "/regulation/{row}", "oversight/exceptions.html", _exceptions, days=coverage.DAYS)
