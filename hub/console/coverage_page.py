"""Regulation coverage: each row with its rules, operations, tests, last use and exceptions."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from hub.operations import coverage

from .pages import desk, render

router = APIRouter()


@router.get("/regulation")
def show(request: Request) -> Response:
    """All rows."""
    with desk(request) as found:
        return render(request, "coverage.html", rows=coverage.show_coverage(found), days=coverage.DAYS)
