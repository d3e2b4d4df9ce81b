"""Tasks: the caller's inbox, one task, finishing it by hand, reassigning it (R15.1)."""

from fastapi import APIRouter

from hub.console.forms import post
from hub.console.pages import page, refused
from hub.console.rendering import PAGE
from hub.console.typed import number
from hub.domain.staff.posts import Post
from hub.operations.desk import Desk
from hub.operations.tasks import enquiries, handed_requests, tasks

router = APIRouter()


def _inbox(reader: Desk, page: str = "1", kind: str = "", only: str = "") -> dict[str, object]:
    """The caller's tasks, the most urgent first; of one kind, late, blocking an order, or handed to the caller."""
    # Page 0 would be a negative OFFSET.
    at = max(number(page, "page", empty=1), 1)
    inbox = tasks.inbox(reader, PAGE, at, kind, only)
    words = {"kind": kind, "only": only, "ways": tasks.ONLY}
    # Rounded up without floats.
    return {"inbox": inbox, "number": at, "last": -(-inbox.chosen // PAGE), "words": words}


page(router, "/tasks", "tasks/list.html", _inbox)
_page = page(router, "/tasks/{task_id}", "tasks/page.html", {"page": tasks.show_task}, all_posts=list(Post))
_hands = page(router, "/handed-requests", "tasks/handed.html", {"hands": handed_requests.list_hands})
MATTERS = "/customers/{customer_id}/matters"
post(router, "/tasks/{task_id}/finish", tasks.finish, "/tasks?done=task_finished", _page)
post(router, "/tasks/{task_id}/hand-over", tasks.hand_over, "/tasks?done=handed_over", _page)
post(router, MATTERS, enquiries.take_matter, "/customers/{customer_id}?done=matter_taken", refused)
post(router, "/tasks/{task_id}/hand-on", handed_requests.hand_on, "/tasks?done=request_handed_on", _page)
TAKEN, HAND = "/tasks?only=mine&done=request_taken", "/handed-requests/{hand_id}"
post(router, HAND + "/take", handed_requests.take, TAKEN, _hands)
post(router, HAND + "/decline", handed_requests.decline, "/handed-requests?done=request_declined", _hands)
post(router, HAND + "/take-back", handed_requests.take_back, "/handed-requests?done=request_taken_back", _hands)
