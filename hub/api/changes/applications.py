"""Changes asked for, signed and carried out (I3, I4); tasks; the calendar that counts their days."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Request
from pydantic import Field

from hub.api.problems import language_of
from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Id, Limit, Reason, Shown
from hub.domain.inputs import Code, FieldValues, Text, Version
from hub.domain.plans import PlanLine
from hub.operations.changes import applications
from hub.operations.changes.plan import ChangeRequest
from hub.operations.desk import Desk
from hub.operations.tasks.tasks import TaskView
from hub.operations.views import Lack, Step, views

resource = Resource("applications")


class Change(Given):
    """A change under a rule of the regulation."""

    version: Version
    rule: Code
    values: FieldValues = Field(default_factory=dict)
    why: Text
    reason: Annotated[str, Field(max_length=64)] = ""
    evidence_ids: Annotated[list[Id], Field(max_length=20)] = Field(default_factory=list)
    told: bool = False
    cc: Annotated[list[Code], Field(max_length=10)] = Field(default_factory=list)
    """Who else is told, by post or login."""

    def request(self, customer_id: UUID) -> ChangeRequest:
        """As the operation takes it."""
        given = {name: getattr(self, name) for name in Change.model_fields}
        lists = {"evidence_ids": tuple(self.evidence_ids), "cc": tuple(self.cc)}
        return ChangeRequest(customer_id=customer_id, **given | lists)


class PlannedChange(Change):
    """The change, and the digest of the plan that was shown for it."""

    plan_digest: Annotated[str, Field(max_length=128)] | None = None


class Plan(Shown):
    """What the change would do, who signs in which order, what is missing. Nothing is written.

    `foreseen` is not signed: papers, who gets it, due days as of today.
    """

    lines: list[Step]
    foreseen: list[Step]
    chain: list[str]
    missing: list[Lack]
    days: int
    digest: str


class Application(Shown):
    """An application: how far it is, and the digest that its signers sign."""

    id: UUID
    rule: str
    article: str
    customer_id: UUID
    state: str
    chain: list[str]
    step: int
    round: int
    digest: str
    asked_by_name: str
    asked_post: str
    sent_at: datetime
    decided_at: datetime | None
    done_at: datetime | None
    void_why: str | None


class Signature(Shown):
    """One decision; `round`: in which sending of the application."""

    round: int
    step: int
    post: str
    user_name: str
    for_whom: str | None
    decision: str
    why: str
    at: datetime


class Copied(Shown):
    """Somebody who is told of it: a post, or one person of it."""

    post: str
    user_id: UUID | None
    name: str


class ApplicationPage(Shown):
    """An application as it was sent, with its decisions; `moved`: the next decision makes it void."""

    application: Application
    lines: list[Step]
    signatures: list[Signature]
    cc: list[Copied]
    tasks: list[TaskView]
    moved: bool


class Decision(Given):
    """approve, send_back or reject, over the digest that was shown; `step`: the one that was shown."""

    decision: Code
    digest: Annotated[str, Field(max_length=128)]
    why: Annotated[str, Field(max_length=500)] = ""
    step: Annotated[int, Field(ge=0, le=20)] | None = None


def steps(lines: Iterable[PlanLine], language: str) -> list[Step]:
    """Lines of a plan in the reader's language."""
    return [Step(text=line.zh if language == "zh" else line.en, article=line.article) for line in lines]


@resource.ask("/customers/{customer_id}/changes/plan", applications.plan_change)
def plan(desk: Desk, request: Request, customer_id: UUID, given: Change) -> Plan:
    """What would happen, who signs, and all that is missing for it."""
    found = applications.plan_change(desk, given.request(customer_id))
    language = language_of(request)
    return Plan(
        lines=steps(found.lines, language),
        foreseen=steps(found.foreseen, language),
        chain=[str(post) for post in found.chain],
        missing=[
            Lack(code=each.code, article=each.article, detail=each.sentence(language), advice=each.advice(language))
            for each in found.missing
        ],
        days=found.days,
        digest=found.digest,
    )


@resource.change("POST", "/customers/{customer_id}/changes", applications.send_change, status=202)
def send(desk: Desk, customer_id: UUID, given: PlannedChange) -> Application:
    """Send it to its first signer, or carry it out when nobody signs."""
    row = applications.send_change(desk, given.request(customer_id), given.plan_digest)
    return Application.model_validate(row)


@resource.get("/applications", applications.list_applications)
def listing(desk: Desk, state: str | None = None, limit: Limit = 50) -> list[Application]:
    """Applications of the caller's units, newest first."""
    return [Application.model_validate(row) for row, _ in applications.list_applications(desk, state, limit)]


@resource.get("/applications/{application_id}", applications.show_application)
def show(desk: Desk, request: Request, application_id: UUID) -> ApplicationPage:
    """One application."""
    view = applications.show_application(desk, application_id)
    return ApplicationPage(
        application=Application.model_validate(view.row),
        lines=steps(view.lines, language_of(request)),
        signatures=[Signature.model_validate(each) for each in view.signatures],
        cc=[Copied.model_validate(each) for each in view.row.cc],
        tasks=views(TaskView, view.tasks),
        moved=bool(view.moved),
    )


@resource.change("POST", "/applications/{application_id}/decision", applications.decide)
def decide(desk: Desk, application_id: UUID, given: Decision) -> Application:
    """Sign, send back or reject."""
    row = applications.decide(desk, application_id, given.decision, given.digest, given.why, given.step)
    return Application.model_validate(row)


@resource.change("POST", "/applications/{application_id}/withdraw", applications.withdraw)
def withdraw(desk: Desk, application_id: UUID, given: Reason) -> Done:
    """Take it back."""
    applications.withdraw(desk, application_id, given.why)
    return Done()


@resource.change("POST", "/applications/{application_id}/again", applications.send_again)
def again(desk: Desk, application_id: UUID, given: PlannedChange, customer_id: UUID) -> Application:
    """Send a mended one through its whole chain anew; it must be what was planned, on the record that was seen."""
    row = applications.send_again(desk, application_id, given.request(customer_id), given.plan_digest)
    return Application.model_validate(row)


@resource.change("POST", "/applications/{application_id}/carry-out", applications.carry_out)
def carry_out(desk: Desk, application_id: UUID) -> Application:
    """Do what was approved."""
    return Application.model_validate(applications.carry_out(desk, application_id))
