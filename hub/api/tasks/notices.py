"""What the staff are told, and who has seen it (R17.1)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Done, Limit, Shown
from hub.operations.desk import Desk
from hub.operations.tasks import notices

resource = Resource("notices")


class StaffNoticeShown(Shown):
    """One notice; `user_id` is the one person it is for, if any."""

    id: UUID
    kind: str
    article: str
    post: str
    unit_code: str
    user_id: UUID | None
    customer_id: UUID | None
    details: dict[str, Any]
    at: datetime
    by_name: str
    seen_at: datetime | None
    seen_by_name: str | None
    mailed_at: datetime | None


class Count(Shown):
    """How many."""

    count: int


@resource.get("/staff-notices", notices.list_notices)
def listing(desk: Desk, seen: bool = False, limit: Limit = 100) -> list[StaffNoticeShown]:
    """The caller's notices, newest first: unseen ones, or all with seen=true."""
    return [StaffNoticeShown.model_validate(view.row) for view in notices.list_notices(desk, seen, limit)]


@resource.get("/staff-notices/unseen", notices.count_notices)
def count(desk: Desk) -> Count:
    """How many nobody has seen."""
    return Count(count=notices.count_notices(desk))


@resource.change("POST", "/staff-notices/{staff_notice_id}/seen", notices.see_notice)
def see(desk: Desk, staff_notice_id: UUID) -> Done:
    """It has been seen."""
    notices.see_notice(desk, staff_notice_id)
    return Done()


@resource.change("POST", "/staff-notices/seen", notices.see_all)
def see_all(desk: Desk) -> Count:
    """All have been seen."""
    return Count(count=notices.see_all(desk))
