"""Tasks: the caller's inbox, one task, finishing it by hand, reassigning it (R15.1)."""

from dataclasses import dataclass
from uuid import UUID

from hub.api.resource import Resource
from hub.domain.inputs import Limit, OptionalText
from hub.operations.desk import Desk
from hub.operations.tasks import enquiries, handed_requests, home, tasks
from hub.operations.tasks.tasks import Page, TaskView

resource = Resource("tasks")


@dataclass(frozen=True)
class OpenWork:
    """The open work of the caller's posts and units, counted or by id."""

    tasks: int
    late: int
    customers_to_tell: list[UUID]
    asks_in_doubt: list[UUID]
    lists_to_confirm: list[UUID]


@resource.get("/work", home.work)
def work(desk: Desk) -> OpenWork:
    """What the home page counts: tasks, customers to be told, asks in doubt, lists to be confirmed."""
    page = home.work(desk)
    return OpenWork(
        page.tasks.total,
        page.tasks.late,
        [untold.customer_id for untold in page.untold],
        [doubt.id for doubt in page.doubts],
        [waiting.id for waiting in page.lists],
    )


@resource.get("/tasks", tasks.inbox)
def inbox(
    desk: Desk, limit: Limit = 100, page: Page = 1, kind: OptionalText = "", only: OptionalText = ""
) -> list[TaskView]:
    """The caller's open tasks, the most urgent first; `only` late, blocks or mine."""
    return [listed.task for listed in tasks.inbox(desk, limit, page, kind, only).views]


resource.shows("/tasks/{task_id}", tasks.show_task, "show")
resource.does("POST", "/tasks/{task_id}/finish", tasks.finish, "finish")
resource.does("POST", "/tasks/{task_id}/hand-over", tasks.hand_over, "hand_over")
resource.does("POST", "/customers/{customer_id}/matters", enquiries.take_matter, "take_matter", status=201)
resource.does("POST", "/tasks/{task_id}/hand-on", handed_requests.hand_on, "hand_on", status=201)
resource.shows("/handed-requests", handed_requests.list_hands, "handed")
resource.does("POST", "/handed-requests/{hand_id}/take", handed_requests.take, "take")
resource.does("POST", "/handed-requests/{hand_id}/decline", handed_requests.decline, "decline")
resource.does("POST", "/handed-requests/{hand_id}/take-back", handed_requests.take_back, "take_back")
