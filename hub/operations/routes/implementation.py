"""What a route meeting accepted is carried out within a working day, or goes to the next meeting (R13.1)."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.privacy.redaction import shortened
from hub.domain.refusals import BadInput, NotFound, Stale
from hub.domain.staff.posts import Post
from hub.domain.states import RouteMeetingState
from hub.operations.customers.fields import set_field
from hub.operations.customers.record import touch
from hub.operations.desk import Desk
from hub.operations.operation import operation
from hub.operations.tasks.due_dates import due_after
from hub.operations.tasks.tasks import close_tasks, open_task
from hub.ports import SHANGHAI, now
from hub.registry import routes
from hub.registry.schema import Customer, RouteMeeting, RouteProposal

from .loads import LOOKS
from .proposals import enter_proposal

CLERK = {Post.STATISTICS_CLERK}


def to_carry(desk: Desk, row: RouteProposal, customer: Customer) -> None:
    """The clerk's task: one working day, or the first working day that keeps one visit a cycle."""
    subject = ("route_proposal", row.id)
    post, unit = Post.STATISTICS_CLERK, row.unit_code
    task = open_task(desk, "carry_route", "R13.1", post=post, unit_code=unit, subject=subject, customer_id=customer.id,
                     days=1)  # fmt: skip
    if row.not_before is not None:
        eve = datetime.combine(row.not_before - timedelta(days=1), time(12), SHANGHAI)
        due = due_after(desk.tx, eve, 1)
        if task.due_at is None or due.moment > task.due_at:
            task.due_at, task.sum = due.moment, f"{due.sum};在此之前变更会访销两次(R13.2)"


@operation(
    "route_carrying.carry_route",
    article="R13.1",
    posts=CLERK,
    title=("维护会议决定的线路", "Carry out what the meeting decided"),
)
def carry_route(desk: Desk, proposal_id: UUID) -> int:
    """Set what was accepted, with the meeting in the history; returns the record's version.

    Raises NotFound, Stale, DoubleVisit (then on another day, or to the next meeting by `postpone_route`).
    """
    row, customer, meeting = _accepted(desk, proposal_id)
    changes: dict[str, list[Any]] = {}
    for key, text in row.proposed.items():
        changes |= set_field(desk, customer, FIELDS[key], str(text))
    touch(desk, customer, "R13.1", f"{meeting.held_on} 线路会议决定:{row.why}", changes)
    row.carried_at, row.carried_by_name = now(), desk.actor.name
    close_tasks(desk, "route_proposal", row.id, "done")
    return customer.version


@operation(
    "route_carrying.postpone_route", article="R13.1", posts=CLERK, title=("转下次线路会议", "Back to the next meeting")
)
def postpone_route(desk: Desk, proposal_id: UUID, why: str) -> UUID:
    """What was accepted and cannot be carried out is before the next meeting again, whoever proposed it.

    Returns the new proposal. Raises NotFound, Stale, BadInput.
    """
    row, customer, meeting = _accepted(desk, proposal_id)
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="请写明不能维护的原因。")
    row.decision = "postponed"
    close_tasks(desk, "route_proposal", row.id, "postponed")
    told = f"{row.why}({meeting.held_on} 会议已采纳,未能维护:{shortened(why, 80)})"
    by = (row.proposed_by, row.proposed_by_name)
    return enter_proposal(desk, customer, row.proposed, told, row.disputed, by).id


@operation(
    "route_carrying.list_to_carry",
    article="R13.1",
    posts=LOOKS,
    title=("查看待维护线路", "See what is to be carried out"),
    changes=False,
    audited=False,
)
def list_to_carry(desk: Desk) -> list[tuple[RouteProposal, Customer]]:
    """What closed meetings accepted and nobody has carried out yet."""
    return routes.to_carry(desk.tx, desk.units)


def _accepted(desk: Desk, proposal_id: UUID) -> tuple[RouteProposal, Customer, RouteMeeting]:
    """A proposal that is to be carried out, locked. Raises NotFound, Stale."""
    row = routes.proposal(desk.tx, proposal_id)
    if row is None:
        raise NotFound(what="议题")
    customer = desk.customer(row.customer_id, "议题")
    meeting = routes.meeting(desk.tx, row.meeting_id) if row.meeting_id else None
    if meeting is None or meeting.state != RouteMeetingState.CLOSED or row.decision != "accepted" or row.carried_at:
        raise Stale(what="议题")
    return row, customer, meeting
