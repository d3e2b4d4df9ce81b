"""Regulation coverage: each row with its rules, operations, tests, last use and exceptions."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.rendering import desk, render
from hub.domain.changes import RULES
from hub.domain.regulation import ROWS
from hub.operations.operation import OPERATIONS
from hub.operations.oversight import coverage

router = APIRouter()


@router.get("/regulation")
def show(request: Request) -> Response:
    """All rows."""
    with desk(request) as reader:
        rows = coverage.show_coverage(reader)
    return render(request, "oversight/coverage.html", rows=rows, days=coverage.DAYS)


@router.get("/regulation/{row}")
def exceptions(request: Request, row: str) -> Response:
    """The exceptions under one row, each with a link to it."""
    with desk(request) as reader:
        view = coverage.list_exceptions(reader, row)
    titles = {line.operation: _title(line.operation) for line in view.refusals}
    words = {"title_of_row": ROWS[row], "titles": titles, "days": coverage.DAYS, "rules": RULES}
    return render(request, "oversight/exceptions.html", 200, view=view, **words)


def _title(operation: str) -> tuple[str, str]:
    """An operation's title; one that is gone is called by its name."""
    return OPERATIONS[operation].title if operation in OPERATIONS else (operation, operation)
