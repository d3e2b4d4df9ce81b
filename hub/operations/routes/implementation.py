"""Carrying out what a route meeting accepted, within a working day, or handing it to the next meeting (R13.1)."""

from datetime import datetime, time, timedelta
from typing import Annotated, Any
from uuid import UUID

from hub.domain.customers.catalogue import FIELDS
from hub.domain.inputs import Label, Text
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
from .proposals import ProposalView, enter_proposal, view_proposal

CLERK = {Post.STATISTICS_CLERK}


def open_carry_task(desk: Desk, proposal: RouteProposal, customer: Customer) -> None:
    """Give the clerk one working day, or until the first working day that keeps to one visit a cycle (R13.2)."""
    subject = ("route_proposal", proposal.id)
    post, unit = Post.STATISTICS_CLERK, proposal.unit_code
    task = open_task(desk, "carry_route", "R13.1", post=post, unit_code=unit, subject=subject, customer_id=customer.id,
                     days=1)  # fmt: skip
    if proposal.not_before is not None:
        # One working day after the eve is the first allowed day itself.
        eve = datetime.combine(proposal.not_before - timedelta(days=1), time(12), SHANGHAI)
        due = due_after(desk.tx, eve, 1)
        if task.due_at is None or due.moment > task.due_at:
            task.due_at, task.sum = due.moment, f"{due.sum};在此之前变更会访销两次(第十三条)"


@operation(
    "route_carrying.carry_route",
    article="R13.1",
    posts=CLERK,
    title=("维护会议决定的线路", "Carry out what the meeting decided"),
)
def carry_route(desk: Desk, proposal_id: UUID) -> None:
    """Set what was accepted, with the meeting in the history.

    Raises NotFound, Stale, DoubleVisit (then on another day, or to the next meeting by `postpone_route`).
    """
    proposal, customer, meeting = _accepted(desk, proposal_id)
    changes: dict[str, list[Any]] = {}
    for key, text in proposal.proposed.items():
        changes |= set_field(desk, customer, FIELDS[key], str(text))
    # One line of history for all fields: batch, route and order day of one decision belong together.
    touch(desk, customer, "R13.1", f"线路会议决定: {meeting.held_on} {proposal.why}", changes)
    proposal.carried_at, proposal.carried_by_name = now(), desk.actor.name
    close_tasks(desk, "route_proposal", proposal.id, "done")


@operation(
    "route_carrying.postpone_route", article="R13.1", posts=CLERK, title=("转下次线路会议", "Back to the next meeting")
)
def postpone_route(
    desk: Desk, proposal_id: UUID, why: Annotated[Text, Label("不能维护的原因", "Why it cannot be carried out")]
) -> UUID:
    """Put what was accepted but cannot be carried out before the next meeting, in the name of the first proposer.

    Returns the new proposal. Raises NotFound, Stale, BadInput.
    """
    proposal, customer, meeting = _accepted(desk, proposal_id)
    if not why.strip():
        raise BadInput(field="理由", problem="没有填写", mend="请写明不能维护的原因。")
    proposal.decision = "postponed"
    close_tasks(desk, "route_proposal", proposal.id, "postponed")
    history = f"{proposal.why}({meeting.held_on} 会议已采纳,未能维护:{shortened(why, 80)})"
    # Not in the clerk's name: whoever proposed it must not decide it the next time either (R13.1).
    by = (proposal.proposed_by, proposal.proposed_by_name)
    return enter_proposal(desk, customer, proposal.proposed, history, proposal.disputed, by).id


@operation(
    "route_carrying.list_to_carry",
    article="R13.1",
    posts=LOOKS,
    title=("查看待维护线路", "See what is to be carried out"),
    changes=False,
    audited=False,
)
def list_to_carry(desk: Desk) -> list[ProposalView]:
    """What closed meetings accepted and is not carried out yet."""
    return [view_proposal(*pair) for pair in routes.to_carry(desk.tx, desk.units)]


def _accepted(desk: Desk, proposal_id: UUID) -> tuple[RouteProposal, Customer, RouteMeeting]:
    """A proposal to carry out, locked. Raises NotFound, Stale."""
    proposal = routes.proposal(desk.tx, proposal_id)
    if proposal is None:
        raise NotFound(what="线路调整建议")
    customer = desk.customer(proposal.customer_id, "线路调整建议")
    meeting = routes.meeting(desk.tx, proposal.meeting_id) if proposal.meeting_id else None
    closed = meeting is not None and meeting.state == RouteMeetingState.CLOSED
    if meeting is None or not closed or proposal.decision != "accepted" or proposal.carried_at:
        raise Stale(what="线路调整建议")
    return proposal, customer, meeting
