"""Regulation coverage: each row with its rules, operations, tests, last use and exceptions."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.console.rendering import desk, render
from hub.domain.changes import RULES
from hub.operations.oversight import coverage

router = APIRouter()


@router.get("/regulation")
def show(request: Request) -> Response:
    """All rows."""
    with desk(request) as found:
        return render(request, "oversight/coverage.html", rows=coverage.show_coverage(found), days=coverage.DAYS)


@router.get("/regulation/{row}")
def exceptions(request: Request, row: str) -> Response:
    """What went otherwise under one row, each with the way to it."""
    with desk(request) as found:
        view = coverage.list_exceptions(found, row)
        return render(request, "oversight/exceptions.html", view=view, days=coverage.DAYS, rules=RULES)
