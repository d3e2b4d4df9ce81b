"""Regulation coverage: row, rule, tests, last use, exceptions."""

from datetime import datetime

from hub.operations import coverage
from hub.operations.desk import Desk

from .resource import Resource
from .shapes import Shown

resource = Resource("regulation")


class UsageShown(Shown):
    """Counts of the last 30 days; `late` is now."""

    last: datetime | None
    done: int
    refused: int
    late: int
    done_late: int


class RowShown(Shown):
    """One row; titles in Chinese and English."""

    row: str
    title: tuple[str, str]
    rules: list[tuple[str, str]]
    operations: list[tuple[str, str]]
    refusals: int
    tests: list[str]
    usage: UsageShown


@resource.get("/regulation", coverage.show_coverage)
def show(desk: Desk) -> list[RowShown]:
    """Every row R2.1 to R18.1."""
    return [RowShown.model_validate(row) for row in coverage.show_coverage(desk)]
