"""Regulation coverage: each row with its rules and operations, its tests, its last use and its exceptions."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from hub.domain.changes import TABLE
from hub.domain.coverage import ROWS
from hub.domain.inputs import Code
from hub.domain.plain_text import Bilingual
from hub.domain.refusals import NotFound, Refusal
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.operation import OPERATIONS, operation
from hub.operations.views import view
from hub.ports import now
from hub.registry.customers import customers
from hub.registry.oversight import coverage
from hub.registry.oversight.coverage import Usage
from hub.registry.schema import AuditRow, Customer

LOOKS = {
    Post.SECTION_CHIEF,
    Post.DEPUTY_MANAGER,
    Post.INTERNAL_CONTROL,
    Post.INSPECTOR,
    Post.INFORMATION_CENTRE,
}
# The period over which use and exceptions are counted, in days.
DAYS = 30
# Most exceptions of a kind that a row's page lists.
MOST = 200


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
    """The row that each kind of refusal cites."""
    for inner in kind.__subclasses__():
        yield inner.article
        yield from cited(inner)


@operation(
    "coverage.show_coverage",
    article="R17.1",
    posts=LOOKS,
    title=("查看规定落实情况", "See how the regulation is carried out"),
    changes=False,
    audited=False,
)
def show_coverage(desk: Desk) -> list[Row]:
    """Every row of the regulation in its order; use is counted over the whole company."""
    moment = now()
    used = coverage.by_row(desk.tx, list(ROWS), moment - timedelta(days=DAYS), moment)
    refused = list(cited())
    return [
        Row(
            number,
            title,
            tuple(rule.title for rule in TABLE if rule.article == number),
            tuple(known.title for known in OPERATIONS.values() if known.article == number and known.changes),
            refused.count(number),
            tuple(proofs().get(number, ())),
            used[number],
        )
        for number, title in ROWS.items()
    ]


@dataclass(frozen=True)
class LateTask:
    """A task that is late, or was done late, and whom it is about (empty: a unit)."""

    id: UUID
    kind: str
    post: str
    unit_code: str
    customer_id: UUID | None
    shop_name: str
    subject_kind: str
    subject_id: UUID
    due_at: datetime
    done_at: datetime | None
    done_by_name: str | None


@dataclass(frozen=True)
class EndedOtherwise:
    """An application that was sent back, rejected, withdrawn or became void."""

    id: UUID
    rule: str
    customer_id: UUID
    shop_name: str
    state: str
    void_why: str | None
    decided_at: datetime


@dataclass(frozen=True)
class Refused:
    """An operation that was refused, and the customer if it names one of the caller's units."""

    at: datetime
    actor: str
    operation: str
    customer_id: UUID | None
    shop_name: str


@dataclass(frozen=True)
class Exceptions:
    """The exceptions under a row of the last 30 days, one by one, in the caller's units."""

    row: str
    tasks: list[LateTask]
    applications: list[EndedOtherwise]
    refusals: list[Refused]


@operation(
    "coverage.list_exceptions",
    article="R17.1",
    posts=LOOKS,
    title=("查看条款的例外", "See a row's exceptions"),
    changes=False,
    audited=False,
)
def list_exceptions(desk: Desk, row: Code) -> Exceptions:
    """The exceptions of one row. Raises NotFound."""
    if row not in ROWS:
        raise NotFound(what="条款")
    moment = now()
    since, units = moment - timedelta(days=DAYS), desk.covered_units(frozenset(LOOKS))
    tasks = coverage.late_tasks(desk.tx, row, since, moment, units, MOST)
    applications = coverage.ended_otherwise(desk.tx, row, since, units, MOST)
    return Exceptions(
        row,
        [view(LateTask, task, shop_name=customer.shop_name if customer else "") for task, customer in tasks],
        [view(EndedOtherwise, application, shop_name=customer.shop_name) for application, customer in applications],
        [_refused(desk, line, units) for line in coverage.refused(desk.tx, row, since, units, MOST)],
    )


def _refused(desk: Desk, line: AuditRow, units: frozenset[str]) -> Refused:
    about = _about(desk, line, units)
    customer_id, shop_name = (about.id, about.shop_name) if about else (None, "")
    return view(Refused, line, customer_id=customer_id, shop_name=shop_name)


def _about(desk: Desk, line: AuditRow, units: frozenset[str]) -> Customer | None:
    if line.object_kind != "customer" or line.object_id is None:
        return None
    # An audit line names the object, not its unit: another unit's customer is not shown.
    customer = customers.by_code(desk.tx, line.object_id)
    return customer if customer is not None and customer.unit_code in units else None
