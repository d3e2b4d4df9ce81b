"""Tasks: the caller's inbox, one task, its end by hand, handing it on (R15.1)."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from hub.api.resource import Resource
from hub.api.shapes import Done, Given, Limit, Made, Shown
from hub.domain.inputs import Code, Text
from hub.operations.desk import Desk
from hub.operations.tasks import enquiries, home, tasks

resource = Resource("tasks")
Page = Annotated[int, Field(ge=1, le=10_000)]


class Task(Shown):
    """Something to be done by a post; `sum` tells how its due day was counted."""

    id: UUID
    kind: str
    article: str
    customer_id: UUID | None
    post: str
    subject_kind: str
    subject_id: UUID
    sum: str
    due_at: datetime | None
    user_id: UUID | None
    """Whom it was handed to, if anybody."""
    for_whom: str | None
    escalated_to: list[str]


class OneTask(Shown):
    """A task, whose it is, who may take it (login: name), and whether it is finished by hand."""

    task: Task
    owner: str
    takers: dict[str, str]
    by_hand: bool


class OpenWork(Shown):
    """The open work of the caller's posts and units."""

    tasks: int
    late: int
    customers_to_tell: list[UUID]
    asks_in_doubt: list[UUID]
    lists_to_confirm: list[UUID]


class HandingOver(Given):
    """To whom, by login, and why."""

    to: Code
    why: Text


class Enquiry(Given):
    """What the customer wants, without numbers of cards or papers."""

    words: Text


class Outcome(Given):
    """How the task ended."""

    outcome: Text


@resource.get("/work", home.work)
def work(desk: Desk) -> OpenWork:
    """What the home page counts: tasks, customers to be told, asks in doubt, lists to be confirmed."""
    found = home.work(desk)
    return OpenWork(
        tasks=found.tasks.total,
        late=found.tasks.late,
        customers_to_tell=[customer.id for _, customer in found.untold],
        asks_in_doubt=[ask.id for ask in found.doubts],
        lists_to_confirm=[run.id for run in found.lists],
    )


@resource.get("/tasks", tasks.inbox)
def inbox(desk: Desk, limit: Limit = 100, page: Page = 1, kind: str = "", only: str = "") -> list[Task]:
    """The caller's open tasks, the most harmful first; `only` late, blocks or mine."""
    return [Task.model_validate(view.task) for view in tasks.inbox(desk, limit, page, kind, only).views]


@resource.get("/tasks/{task_id}", tasks.show_task)
def show(desk: Desk, task_id: UUID) -> OneTask:
    """One task."""
    found = tasks.show_task(desk, task_id)
    task = Task.model_validate(found.view.task)
    return OneTask(task=task, owner=found.owner, takers=found.takers, by_hand=found.by_hand)


@resource.change("POST", "/tasks/{task_id}/finish", tasks.finish)
def finish(desk: Desk, task_id: UUID, given: Outcome) -> Done:
    """Say how a task ended that nothing else ends."""
    tasks.finish(desk, task_id, given.outcome)
    return Done()


@resource.change("POST", "/tasks/{task_id}/hand-over", tasks.hand_over)
def hand_over(desk: Desk, task_id: UUID, given: HandingOver) -> Done:
    """Give a task to another holder of its post."""
    tasks.hand_over(desk, task_id, given.to, given.why)
    return Done()


@resource.change("POST", "/customers/{customer_id}/matters", enquiries.take_matter, status=201)
def take_matter(desk: Desk, customer_id: UUID, given: Enquiry) -> Made:
    """What a customer brings that no rule covers; the caller owns it."""
    return Made(id=enquiries.take_matter(desk, customer_id, given.words))
