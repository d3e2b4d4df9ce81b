"""Regulation coverage: row, rule, tests, last use, exceptions."""

from datetime import datetime
from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Shown
from hub.operations.desk import Desk
from hub.operations.oversight import coverage

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


class LateTask(Shown):
    """A task that is late, or was done late."""

    id: UUID
    kind: str
    post: str
    unit_code: str
    customer_id: UUID | None
    subject_kind: str
    subject_id: UUID
    due_at: datetime
    done_at: datetime | None


class Otherwise(Shown):
    """An application that was sent back, rejected, taken back, or is void."""

    id: UUID
    rule: str
    customer_id: UUID
    state: str
    void_why: str | None
    decided_at: datetime


class RefusedShown(Shown):
    """Something that was refused under the row."""

    at: datetime
    actor: str
    operation: str
    customer_id: UUID | None


class ExceptionsShown(Shown):
    """What went otherwise under a row in the last 30 days, one by one, of the caller's units."""

    row: str
    tasks: list[LateTask]
    applications: list[Otherwise]
    refusals: list[RefusedShown]


@resource.get("/regulation/{row}/exceptions", coverage.list_exceptions)
def exceptions(desk: Desk, row: str) -> ExceptionsShown:
    """Late tasks, applications that came to nothing, refusals."""
    found = coverage.list_exceptions(desk, row)
    return ExceptionsShown(
        row=found.row,
        tasks=[LateTask.model_validate(task) for task, _ in found.tasks],
        applications=[Otherwise.model_validate(each) for each, _ in found.applications],
        refusals=[
            RefusedShown(at=line.at, actor=line.actor, operation=line.operation, customer_id=at.id if at else None)
            for line, _, at in found.refusals
        ],
    )
