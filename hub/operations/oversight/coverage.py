"""Regulation coverage: each row with what carries it out, the tests that prove it, its last use and its exceptions."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from hub.domain.changes import TABLE
from hub.domain.plain_text import Bilingual
from hub.domain.refusals import NotFound, Refusal
from hub.domain.regulation import ROWS
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import OPERATIONS, operation
from hub.ports import now
from hub.registry.customers import customers
from hub.registry.oversight import coverage
from hub.registry.oversight.coverage import Usage
from hub.registry.schema import Application, AuditRow, Customer, Task

LOOKS = {
    Post.SECTION_CHIEF,
    Post.DEPUTY_MANAGER,
    Post.INTERNAL_CONTROL,
    Post.INSPECTOR,
    Post.INFORMATION_CENTRE,
}
DAYS = 30
"""Back to which use and exceptions are counted, in days."""
MOST = 200
"""Exceptions of a kind that a row's page lists."""


@dataclass(frozen=True)
class Row:
    """One row of the regulation."""

    row: str
    title: Bilingual
    rules: tuple[Bilingual, ...]
    """Changes of the rule table under it."""
    operations: tuple[Bilingual, ...]
    refusals: int
    """Kinds of refusal that cite it."""
    tests: tuple[str, ...]
    usage: Usage


@cache
def proofs() -> dict[str, list[str]]:
    """{row: its tests}, as `tools/proofs.py` wrote them; a test of the house keeps the list true."""
    return dict(json.loads((Path(__file__).parent / "proofs.json").read_text()))


def cited(kind: type[Refusal] = Refusal) -> Iterator[str]:
    """The row of every kind of refusal there is."""
    for each in kind.__subclasses__():
        yield each.article
        yield from cited(each)


@operation(
    "coverage.show_coverage",
    article="R17.1",
    posts=LOOKS,
    title=("查看规定落实情况", "See how the regulation is carried out"),
    changes=False,
    audited=False,
)
def show_coverage(desk: Desk) -> list[Row]:
    """Every row R2.1 to R18.1 in its order; use is counted over the whole company."""
    moment = now()
    used = coverage.by_row(desk.tx, list(ROWS), moment - timedelta(days=DAYS), moment)
    refused = list(cited())
    return [
        Row(
            row,
            title,
            tuple(rule.title for rule in TABLE if rule.article == row),
            tuple(each.title for each in OPERATIONS.values() if each.article == row and each.changes),
            refused.count(row),
            tuple(proofs().get(row, ())),
            used[row],
        )
        for row, title in ROWS.items()
    ]


@dataclass(frozen=True)
class Exceptions:
    """What went otherwise under a row, one by one: of the caller's units, the last 30 days."""

    row: str
    title: Bilingual
    tasks: list[tuple[Task, Customer | None]]
    """Late now, or done late."""
    applications: list[tuple[Application, Customer]]
    """Sent back, rejected, taken back, void."""
    refusals: list[tuple[AuditRow, Bilingual, Customer | None]]
    """Each with what was tried, and the customer if it names one of the caller's units."""


@operation(
    "coverage.list_exceptions",
    article="R17.1",
    posts=LOOKS,
    title=("查看条款的例外", "See a row's exceptions"),
    changes=False,
    audited=False,
)
def list_exceptions(desk: Desk, row: str) -> Exceptions:
    """The exceptions of one row. Raises NotFound."""
    if row not in ROWS:
        raise NotFound(what="条款")
    moment = now()
    since, units = moment - timedelta(days=DAYS), desk.covered_units(frozenset(LOOKS))
    return Exceptions(
        row,
        ROWS[row],
        coverage.late_tasks(desk.tx, row, since, moment, units, MOST),
        coverage.ended_otherwise(desk.tx, row, since, units, MOST),
        [
            (line, OPERATIONS[line.operation].title if line.operation in OPERATIONS else (line.operation,) * 2, about)
            for line in coverage.refused(desk.tx, row, since, units, MOST)
            for about in [_about(desk, line, units)]
        ],
    )


def _about(desk: Desk, line: AuditRow, units: frozenset[str]) -> Customer | None:
    if line.object_kind != "customer" or line.object_id is None:
        return None
    found = customers.by_code(desk.tx, line.object_id)
    return found if found is not None and found.unit_code in units else None
