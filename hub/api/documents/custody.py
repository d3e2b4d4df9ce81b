"""Who keeps the papers, and which have not reached their custodian (R16.1)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Limit, Shown
from hub.domain.inputs import Code
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.documents import custody

resource = Resource("custody")


class MissingPaper(Shown):
    """A paper that nobody has handed over yet; `due_at` is the moment of the task about it, if there is one."""

    evidence_id: UUID
    kind: str
    customer_code: str
    taken_by: str
    taken_at: datetime
    due_at: datetime | None
    post: str
    """Which post keeps papers of the kind here."""


class Handed(Shown):
    """That a paper reached its custodian."""

    evidence_id: UUID
    kind: str
    scanned: bool
    post: str
    holder_name: str
    by_name: str
    at: datetime


class Leaning(Shown):
    """An application that names papers which nobody has handed over."""

    application_id: UUID
    rule: str
    customer_code: str
    missing: int


class Custody(Shown):
    """What is missing first."""

    missing: list[MissingPaper]
    handed_in: list[Handed]
    applications: list[Leaning]


class HandingIn(Given):
    """Who keeps the original now (by login), whether it was scanned, and its kind when it was taken for another."""

    holder: Code
    scanned: bool
    kind: Annotated[str, Field(max_length=64)] = ""


class Named(Given):
    """The post that keeps a kind of paper."""

    kind: Code
    post: Annotated[Post, Field(strict=False)]


@resource.get("/custody", custody.list_custody)
def listing(desk: Desk, limit: Limit = 100) -> Custody:
    """Papers not handed over, those that were, applications that lean on missing ones."""
    page = custody.list_custody(desk, limit)
    missing = [
        MissingPaper(
            evidence_id=each.paper.id,
            kind=each.paper.kind,
            customer_code=each.customer.code,
            taken_by=each.paper.taken_by,
            taken_at=each.paper.taken_at,
            due_at=each.task.due_at if each.task else None,
            post=each.post,
        )
        for each in page.missing
    ]
    leaning = [
        Leaning(application_id=row.id, rule=row.rule, customer_code=customer.code, missing=count)
        for row, customer, count in page.applications
    ]
    handed = [Handed.model_validate(row) for row, _, _ in page.handed_in]
    return Custody(missing=missing, handed_in=handed, applications=leaning)


@resource.change("POST", "/evidence/{evidence_id}/hand-in", custody.hand_in, status=201)
def hand_in(desk: Desk, evidence_id: UUID, given: HandingIn) -> Handed:
    """The original reached its custodian."""
    return Handed.model_validate(custody.hand_in(desk, evidence_id, given.holder, given.scanned, given.kind))


@resource.change("PUT", "/units/{unit_code}/custodians", custody.name_custodian)
def name(desk: Desk, unit_code: Code, given: Named) -> Done:
    """Name who keeps a kind of paper in a unit."""
    custody.name_custodian(desk, unit_code, given.kind, given.post)
    return Done()
