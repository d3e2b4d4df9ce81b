"""A and B holders: leaves, cover, handover records (R5.1)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from hub.api.resource import Resource
from hub.api.shapes import Day, Done, Given, Shown
from hub.domain.inputs import Code, Text
from hub.operations.desk import Desk
from hub.operations.staff import leave_cover

resource = Resource("cover")


class NewLeave(Given):
    """Who is away from which day to which, both included, and why."""

    login: Code
    first: Day
    last: Day
    why: Text


class Ending(Given):
    """Why it ends early."""

    why: Text


class CoverShown(Shown):
    """A post that somebody covers."""

    post: str
    unit_code: str
    user_name: str


class Record(Shown):
    """A handover record; "out" lists what was open, "back" also what was done meanwhile."""

    id: UUID
    way: str
    at: datetime
    contents: dict[str, Any]
    acknowledged_at: datetime | None
    acknowledged_by_name: str | None


class LeaveShown(Shown):
    """A leave: to_come, now, over or withdrawn."""

    id: UUID
    user_name: str
    begins_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    state: str
    covers: list[CoverShown]
    records: list[Record]


class Holders(Shown):
    """The A and B holders of a post in a unit, by name."""

    post: str
    unit_code: str
    a: list[str]
    b: list[str]


@resource.get("/leaves", leave_cover.list_leaves)
def leaves(desk: Desk) -> list[LeaveShown]:
    """Leaves with their covers and records."""
    return [_leave(view) for view in leave_cover.list_leaves(desk)]


def _leave(view: leave_cover.LeaveView) -> LeaveShown:
    names = ("id", "user_name", "begins_at", "ends_at", "ended_at")
    return LeaveShown(
        **{name: getattr(view.leave, name) for name in names},
        state=view.state,
        covers=[CoverShown.model_validate(each) for each in view.covers],
        records=[Record.model_validate(row) for row, _ in view.records],
    )


@resource.change("POST", "/leaves", leave_cover.enter_leave, status=201)
def enter(desk: Desk, given: NewLeave) -> Done:
    """Enter a leave; each post of the person gets its B holder."""
    leave_cover.enter_leave(desk, given.login, given.first, given.last, given.why)
    return Done()


@resource.change("POST", "/leaves/{leave_id}/end", leave_cover.end_leave)
def end(desk: Desk, leave_id: UUID, given: Ending) -> Done:
    """End it early."""
    leave_cover.end_leave(desk, leave_id, given.why)
    return Done()


@resource.change("POST", "/handovers/{handover_id}/acknowledge", leave_cover.acknowledge)
def acknowledge(desk: Desk, handover_id: UUID) -> Done:
    """Say that it was received."""
    leave_cover.acknowledge(desk, handover_id)
    return Done()


@resource.get("/holders", leave_cover.list_holders)
def holders(desk: Desk) -> list[Holders]:
    """Posts with their A and B holders; those that lack one first."""
    return [
        Holders(
            post=view.post,
            unit_code=view.unit_code,
            a=[user.name for user in view.first],
            b=[user.name for user in view.second],
        )
        for view in leave_cover.list_holders(desk)
    ]
